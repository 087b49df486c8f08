"""Filing a batch of stored posts: each opens a case, joins one, or belongs to none; decided by
core.conversation.

Set-based, whatever the size of the batch: three questions to learn what is known around it, one lock on the
cases that are joined, COPY for what is new and one statement for what changed. In the transaction that stored
the posts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from django.db import connection

from earful import pulse
from earful.cases import strangers
from earful.cases.weights import held
from earful.core.conversation import Known, KnownCase, Role, first_line, place, remember
from earful.core.lifecycle import CASE_MOVES, CaseMove, CaseStatus
from earful.core.post import Author, Link, Post
from earful.core.priority import Facts, Weights, days_within, rank_at, weigh_up
from earful.core.triage import Verdict, judge, points_of
from earful.core.triage.casewise import SOLVED, signs_taken_up, taken_up, told_by, urgency_beyond
from earful.core.triage.personal import masked

_json = msgspec.json.encode


class Arrived(NamedTuple):
    """A stored post on its way to a case: its row, its author's row, and what is known of it. `by` is the agent who
    files it by hand; what an agent wants to answer is not spam. `told` is whether the network told of its author more
    than the account's id, or cannot be asked for that.
    """

    row: int
    author: int
    channel: int
    post: Post
    verdict: Verdict
    calls_us: bool
    opens: bool
    gone: bool = False
    by_rule: bool = False
    by: int | None = None
    told: bool = True
    corrected: Mapping[str, str] = {}

    @property
    def unwanted(self) -> bool:
        return self.verdict.spam and self.by is None


@dataclass(slots=True)
class Filed:
    """What filing did: how many cases were opened, how many posts joined one, and our own posts by case."""

    opened: int = 0
    joined: int = 0
    nowhere: int = 0
    ours: list[tuple[int, Arrived]] = field(default_factory=list)


@dataclass(slots=True)
class _State:
    """A case while a batch is being filed: as it is in the database, or as it will be.

    `said_at` is when the newest words of its customer were written.
    """

    id: int
    channel: int
    customer: int
    status: CaseStatus
    subject: str
    snippet: str
    private: bool
    by_rule: bool
    intent: str
    signals: list[str]
    answers: dict[str, str]
    incident: bool
    followers: int | None
    unanswered: int
    contacts: int
    contact_since: datetime | None
    joined_in: int
    spread: int
    waiting_since: datetime | None
    opened_at: datetime
    touched_at: datetime
    first_answered_at: datetime | None
    last_answered_at: datetime | None
    solved_at: datetime | None
    closing: str = ""
    said_at: datetime | None = None
    new: bool = False
    begun: bool = True
    changed: bool = False


def file(network: str, batch: Sequence[Arrived], own_accounts: Iterable[str], now: datetime) -> Filed:
    """File the posts of one network, in the transaction that stored them; tells which cases changed."""
    filing = _Filing(network, batch, frozenset(own_accounts), now)
    filing.decide()
    filing.write()
    return filing.filed


def unfiled(posts: Sequence[int], edited: Sequence[int]) -> set[int]:
    """Those of the posts (rows) that stand in no case. What somebody put aside is left there, unless it was `edited`
    just now; then it comes back. In the transaction that holds their authors: of two readers, one gets each.
    """
    if not posts:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_UNFILED, [list(posts), list(edited)])
        rows, aside = [], []
        for row, ignored in cursor.fetchall():
            rows.append(row)
            aside += [row] if ignored else []
        if aside:
            cursor.execute("UPDATE posts_post SET ignored_at = NULL, ignored_by_id = NULL WHERE id = ANY(%s)", [aside])
    return set(rows)


class _Filing:
    """One batch under way."""

    def __init__(self, network: str, batch: Sequence[Arrived], own: frozenset[str], now: datetime) -> None:
        heard = [*batch, *_overtaking(network, batch)]
        self.batch = sorted(heard, key=lambda arrived: (arrived.post.created_at, len(arrived.post.id), arrived.post.id))
        self.now = now
        self.filed = Filed()
        self.known = _known(network, self.batch, own)
        self.states: dict[int, _State] = {}
        self.messages: list[tuple[Any, ...]] = []
        self.threads: dict[tuple[int, str], None] = {}
        self.events: list[tuple[Any, ...]] = []
        self.earlier = _earlier_contacts({arrived.author for arrived in self.batch})
        self.strangers: dict[int, int] = {}

    def decide(self) -> None:
        placed = [(arrived, self._place(arrived)) for arrived in self.batch]
        self._load({case.id for _, (case, _, _) in placed if case is not None and case.id > 0})
        self._learn_newest_words([(arrived, case) for arrived, (case, role, _) in placed if role is Role.CUSTOMER])
        for arrived, (case, role, reason) in placed:
            if case is None or role is None:
                self.filed.nowhere += 1
            else:
                self._enter(arrived, case, role, reason)

    def _place(self, arrived: Arrived) -> tuple[KnownCase | None, Role | None, str]:
        decision = place(arrived.post, self.known, calls_us=arrived.calls_us, opens=arrived.opens)
        case = decision.case
        if decision.role is Role.CUSTOMER and case is None:
            # A temporary, negative id; the real ones are drawn in one go when all is decided.
            state = self._opened(-len(self.states) - 1, arrived)
            case = KnownCase(state.id, arrived.post.author.id, state.status, arrived.post.created_at)
            self.states[state.id] = state
        if case is not None:
            remember(self.known, case, arrived.post)
        return case, decision.role, decision.reason

    def _opened(self, temporary: int, arrived: Arrived) -> _State:
        post, verdict = arrived.post, arrived.verdict
        earlier, since = self.earlier.get(arrived.author, (0, None))
        self.earlier[arrived.author] = earlier + 1, min(since or post.created_at, post.created_at)
        if not arrived.told and not arrived.unwanted:
            self.strangers[arrived.author] = arrived.channel
        return _State(
            id=temporary,
            channel=arrived.channel,
            customer=arrived.author,
            status=CaseStatus.CLOSED if arrived.unwanted else CaseStatus.NEW,
            closing="spam" if arrived.unwanted else "",
            subject=_subject(arrived),
            snippet=_subject(arrived, 160),
            private=post.private,
            by_rule=arrived.by_rule and not arrived.calls_us,
            intent=verdict.intent,
            signals=[],
            answers={},
            incident=False,
            followers=post.author.followers,
            unanswered=0,
            contacts=earlier + 1,
            contact_since=since,
            joined_in=0,
            spread=0,
            waiting_since=None,
            opened_at=post.created_at,
            touched_at=post.created_at,
            first_answered_at=None,
            last_answered_at=None,
            solved_at=None,
            said_at=None if arrived.gone else post.created_at,
            new=True,
            begun=False,
        )

    def _load(self, ids: set[int]) -> None:
        """Lock the joined cases, in one order, and take them as they are now."""
        if not ids:
            return
        with connection.cursor() as cursor:
            cursor.execute(_LOCK_CASES, [sorted(ids)])
            for row in cursor.fetchall():
                state = _state(row)
                self.states[state.id] = state

    def _learn_newest_words(self, written: Sequence[tuple[Arrived, KnownCase | None]]) -> None:
        """For cases that take in something written before what they have: when their newest words were written.

        Asked under the lock, and only for these: posts in order are newer than all before them.
        """
        states = [(arrived.post.created_at, self.states[case.id]) for arrived, case in written if case is not None]
        late = {state.id: state for at, state in states if not state.new and at < state.touched_at}
        if late:
            with connection.cursor() as cursor:
                cursor.execute(_NEWEST_WORDS, [list(late)])
                for case_id, said_at in cursor.fetchall():
                    late[case_id].said_at = said_at

    def _enter(self, arrived: Arrived, case: KnownCase, role: Role, reason: str) -> None:
        state = self.states[case.id]
        state.touched_at = max(state.touched_at, arrived.post.created_at)
        state.changed = True
        self.messages.append((case.id, arrived.row, role.value, reason))
        self.threads[case.id, arrived.post.root or arrived.post.id] = None
        if role is Role.OURS:
            self.filed.joined += 1
            self.filed.ours.append((case.id, arrived))
        elif role is Role.BYSTANDER:
            self.filed.joined += 1
            state.joined_in += 1
            self._event(case.id, "joined_in", arrived.by, post=arrived.row)
        else:
            self._customer_wrote(state, arrived, reason)

    def _customer_wrote(self, state: _State, arrived: Arrived, reason: str) -> None:
        if not arrived.gone:
            state.signals = signs_taken_up(state.signals, arrived.verdict.signals)
            told = told_by(arrived.verdict.answers, arrived.corrected)
            fresh = not state.unanswered or SOLVED in arrived.verdict.signals
            state.answers = taken_up(state.answers, told, fresh=fresh)
        if arrived.post.author.followers is not None:
            state.followers = arrived.post.author.followers
        wants_answer = not arrived.gone and not _settled(state, arrived.post.created_at)
        if state.begun:
            self._wrote_again(state, arrived)
        else:
            self._began(state, arrived)
        if wants_answer and state.status is not CaseStatus.CLOSED:
            self._wait(state, arrived.post.created_at, reason)

    def _began(self, state: _State, arrived: Arrived) -> None:
        state.begun = True
        self.filed.opened += 1
        self._event(state.id, "put_aside" if state.closing else "opened", arrived.by, reason=_why_opened(arrived))

    def _wrote_again(self, state: _State, arrived: Arrived) -> None:
        self.filed.joined += 1
        at = arrived.post.created_at
        if not arrived.gone and (state.said_at is None or at >= state.said_at):
            state.snippet, state.said_at = _subject(arrived, 160), at
        state.private = state.private or arrived.post.private
        self._event(state.id, "customer_wrote" if arrived.by is None else "brought_in", arrived.by, post=arrived.row)

    def _wait(self, state: _State, since: datetime, reason: str) -> None:
        if state.status is CaseStatus.SOLVED:
            state.solved_at = None
            self._event(state.id, "reopened", reason=reason)
        state.status = CASE_MOVES[state.status, CaseMove.CUSTOMER_WROTE]
        state.unanswered += 1
        state.waiting_since = min(since, state.waiting_since) if state.waiting_since else since

    def _event(self, case: int, kind: str, by: int | None = None, **detail: Any) -> None:
        self.events.append((case, kind, by, self.now, _json(detail).decode()))

    def write(self) -> None:
        weights = held()
        new = [state for state in self.states.values() if state.new]
        real = dict(zip((state.id for state in new), _draw_ids(len(new)), strict=True))
        with connection.cursor() as cursor:
            _copy(cursor, "cases_case", _CASE, (_row(state, real[state.id], weights) for state in new))
            joined = [state for state in self.states.values() if state.changed and not state.new]
            changed = [_row(state, state.id, weights) for state in joined]
            if changed:
                cursor.execute(_STAGE_CHANGED)
                _copy(cursor, "cases_changed", _CASE, changed)
                cursor.execute(_UPDATE_CHANGED)
            _copy(cursor, "cases_message", _MESSAGE, ((real.get(m[0], m[0]), *m[1:]) for m in self.messages))
            _copy(cursor, "cases_caseevent", _EVENT, ((real.get(e[0], e[0]), *e[1:]) for e in self.events))
            if self.threads:
                cases, roots = zip(*((real.get(case, case), root) for case, root in self.threads), strict=True)
                cursor.execute(_KEEP_THREADS, [list(cases), list(roots)])
        strangers.met(self.strangers.items())
        self.filed.ours = [(real.get(case, case), arrived) for case, arrived in self.filed.ours]
        pulse.tell("case", (real.get(state.id, state.id) for state in self.states.values()))


def refresh_words(post_rows: Sequence[int]) -> list[int]:
    """Bring the words that cases show up to posts that were edited or deleted; the cases that changed.

    A case whose customer took back all words waits for nobody, and gives no reasons out of words that are gone.
    """
    if not post_rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CASE_TEXTS, [list(post_rows)])
        rows = cursor.fetchall()
        changed = [(_line(first, 90), _line(last, 160), case) for case, first, last in rows]
        if changed:
            cursor.executemany("UPDATE cases_case SET subject = %s, snippet = %s WHERE id = %s", changed)
        wordless = [case for case, first, _ in rows if first is None]
        if wordless:
            cursor.execute(_TAKEN_BACK, [wordless])
    cases = [case for _, _, case in changed]
    pulse.tell("case", cases)
    return cases


def _subject(arrived: Arrived, longest: int = 90) -> str:
    return _line(None if arrived.gone else arrived.post.text.replace("\x00", "\ufffd"), longest)


def _line(text: str | None, longest: int) -> str:
    """The first line of a text; None is a text that its author deleted. A picture alone has no words. What is personal
    is masked: a list is read over one's shoulder.
    """
    return _GONE if text is None else first_line(masked(text), longest=longest) or "(no words)"


def _settled(state: _State, at: datetime) -> bool:
    """Whether what was written at `at` came before our last answer, or before the case was solved.

    Networks tell the second at which a post was written, and the desk knows its own acts more exactly: within the same
    second it counts as later, because a post too many is looked at, and one too few is lost.
    """
    ends = [end for end in (state.last_answered_at, state.solved_at) if end is not None]
    return bool(ends) and at < max(ends).replace(microsecond=0)


def _why_opened(arrived: Arrived) -> str:
    if arrived.by is not None:
        return "by hand"
    if arrived.verdict.spam:
        return "looks like spam"
    if arrived.post.private:
        return "wrote to us in private"
    return "mentioned us" if arrived.calls_us else "found by a listening rule"


def _known(network: str, batch: Sequence[Arrived], own: frozenset[str]) -> Known:
    """What the desk knows around a batch: three questions, each for the whole of it."""
    known = Known(own_accounts=own)
    cases: dict[int, KnownCase] = {}
    answered = list({a.post.reply_to for a in batch if a.post.reply_to})
    roots = list({a.post.root or a.post.id for a in batch})
    authors = list({a.author for a in batch})
    with connection.cursor() as cursor:
        if answered:
            cursor.execute(_BY_POST, [answered, network])
            for key, *row in cursor.fetchall():
                known.by_post[key] = _case(cases, row)
        cursor.execute(_BY_ROOT, [roots])
        for key, *row in cursor.fetchall():
            known.by_root.setdefault(key, []).append(_case(cases, row))
        cursor.execute(_BY_AUTHOR, [authors])
        for row in cursor.fetchall():
            case = _case(cases, row)
            known.by_author.setdefault(case.customer, []).append(case)
    return known


def _overtaking(network: str, batch: Sequence[Arrived]) -> list[Arrived]:
    """Our own answers to these posts that were heard before them and stand in no case yet, and the further parts of
    such answers. A stream and a poll bring two posts in any order.
    """
    found: list[Arrived] = []
    posts, rows = [arrived.post.id for arrived in batch], [arrived.row for arrived in batch]
    with connection.cursor() as cursor:
        while posts:
            cursor.execute(_OVERTAKING, [posts, network, rows])
            answers = [_overtook(network, row) for row in cursor.fetchall()]
            found += answers
            posts = [answer.post.id for answer in answers]
    return found


def _overtook(network: str, row: Sequence[Any]) -> Arrived:
    post_row, author_row, channel, account, handle, post_id, text, links, created_at, root, reply_to, private = row
    post = Post(
        network=network,
        id=post_id,
        author=Author(account, handle),
        text=text,
        created_at=created_at,
        root=root,
        reply_to=reply_to,
        private=private,
        links=msgspec.json.decode(links, type=tuple[Link, ...]),
    )
    return Arrived(post_row, author_row, channel, post, judge(text), calls_us=False, opens=False)


def _case(cases: dict[int, KnownCase], row: Sequence[Any]) -> KnownCase:
    """One object a case, so that what the batch does to it is seen by every index."""
    case_id, account, status, touched_at = row
    return cases.setdefault(case_id, KnownCase(case_id, account, CaseStatus(status), touched_at))


def _earlier_contacts(authors: set[int]) -> dict[int, tuple[int, datetime | None]]:
    """How many cases each of these people has had already, and since when."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, count(*), min(opened_at) FROM cases_case "
            "WHERE customer_id = ANY(%s) AND closing <> 'spam' GROUP BY customer_id",
            [list(authors)],
        )
        return {customer: (many, since) for customer, many, since in cursor.fetchall()}


def _draw_ids(count: int) -> list[int]:
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_DRAW_IDS, [count])
        return [number for (number,) in cursor.fetchall()]


def _row(state: _State, case_id: int, weights: Weights) -> tuple[Any, ...]:
    priority = weigh_up(_facts(state), weights)
    return (
        case_id, state.channel, state.customer, state.status.value, state.closing, state.subject,
        state.snippet, state.private, state.by_rule, state.intent, _json(state.signals).decode(),
        _json(state.answers).decode(), state.incident, priority.points, _json(priority.reasons).decode(),
        state.unanswered, state.contacts, state.contact_since, state.joined_in, state.waiting_since,
        rank_at(priority.points, state.waiting_since or state.touched_at, weights), state.opened_at, state.touched_at,
        state.first_answered_at, state.last_answered_at, state.solved_at,
    )  # fmt: skip


def _facts(state: _State) -> Facts:
    return Facts(
        points_of(state.signals),
        state.followers,
        state.unanswered,
        state.contacts,
        state.joined_in,
        urgency=urgency_beyond(state.answers, state.signals),
        severity=state.answers.get("severity", ""),
        spread=state.spread,
        incident=state.incident,
        within=days_within(state.contact_since, state.opened_at),
    )


def _state(row: Sequence[Any]) -> _State:
    fields = dict(zip(_LOCKED_COLUMNS, row, strict=True))
    fields["signals"] = msgspec.json.decode(fields["signals"])
    fields["answers"] = msgspec.json.decode(fields["answers"])
    fields["status"] = CaseStatus(fields["status"])
    return _State(**fields)


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    rows = list(rows)
    if rows:
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        # Django names the errors of `execute` by its own classes, but lets `copy` through to the driver.
        with connection.wrap_database_errors, cursor.copy(statement) as copy:  # nosec B608
            for row in rows:
                copy.write_row(row)


_GONE: Final = "Deleted by its author"
_CASE: Final = (
    "id", "channel_id", "customer_id", "status", "closing", "subject", "snippet", "private", "found_by_rule",
    "intent", "signals", "answers", "incident", "points", "reasons", "unanswered", "contacts", "contact_since",
    "joined_in", "waiting_since", "rank_at", "opened_at", "touched_at", "first_answered_at", "last_answered_at",
    "solved_at",
)  # fmt: skip
_MESSAGE: Final = ("case_id", "post_id", "role", "reason")
_EVENT: Final = ("case_id", "kind", "agent_id", "at", "detail")
_STAGE_CHANGED: Final = """
    CREATE TEMPORARY TABLE IF NOT EXISTS cases_changed (LIKE cases_case INCLUDING DEFAULTS) ON COMMIT DELETE ROWS;
    DELETE FROM cases_changed
"""
_UPDATE_CHANGED: Final = f"""
    UPDATE cases_case AS c SET {", ".join(f"{column} = changed.{column}" for column in _CASE[1:])}
    FROM cases_changed AS changed WHERE c.id = changed.id
"""  # noqa: S608  # nosec B608

# The sequence is looked up once (a scalar subquery), not for each id.
_DRAW_IDS: Final = """
    SELECT nextval((SELECT pg_get_serial_sequence('cases_case', 'id')::regclass)) FROM generate_series(1, %s)
"""
_LOCKED_COLUMNS: Final = (
    "id", "channel", "customer", "status", "closing", "subject", "snippet", "private", "by_rule", "intent",
    "signals", "answers", "incident", "unanswered", "contacts", "contact_since", "joined_in", "spread", "waiting_since",
    "opened_at", "touched_at",
    "first_answered_at", "last_answered_at", "solved_at", "followers",
)  # fmt: skip
# The cases that a batch joins, locked in one order so that two readers never wait for each other in a circle.
_LOCK_CASES: Final = """
    SELECT c.id, c.channel_id, c.customer_id, c.status, c.closing, c.subject, c.snippet, c.private,
           c.found_by_rule, c.intent, c.signals::text, c.answers::text, c.incident, c.unanswered, c.contacts,
           c.contact_since, c.joined_in, c.spread, c.waiting_since, c.opened_at, c.touched_at, c.first_answered_at,
           c.last_answered_at, c.solved_at, person.followers
    FROM cases_case AS c JOIN people_identity AS person ON person.id = c.customer_id
    WHERE c.id = ANY(%s) ORDER BY c.id FOR UPDATE OF c
"""
# The three questions ask for each post, thread and person by itself (LATERAL with a LIMIT), through an index: left to
# choose, the planner scans whole tables for a large batch, and a batch would cost more the longer a desk has been
# running. At 31,000 cases that was 80 µs a post for the third one, against 5 µs so.
_BY_POST: Final = """
    SELECT asked.post, c.id, person.account_id, c.status, c.touched_at
    FROM unnest(%s::text[]) AS asked (post)
    CROSS JOIN LATERAL (
        SELECT id FROM posts_post WHERE network = %s AND network_id = asked.post LIMIT 1
    ) AS post
    CROSS JOIN LATERAL (SELECT case_id FROM cases_message WHERE post_id = post.id LIMIT 1) AS message
    CROSS JOIN LATERAL (SELECT * FROM cases_case WHERE id = message.case_id LIMIT 1) AS c
    CROSS JOIN LATERAL (SELECT account_id FROM people_identity WHERE id = c.customer_id LIMIT 1) AS person
"""
_BY_ROOT: Final = """
    SELECT asked.root, c.id, person.account_id, c.status, c.touched_at
    FROM unnest(%s::text[]) AS asked (root)
    CROSS JOIN LATERAL (
        SELECT case_id FROM cases_thread WHERE root = asked.root ORDER BY case_id DESC LIMIT 50
    ) AS thread
    CROSS JOIN LATERAL (SELECT * FROM cases_case WHERE id = thread.case_id LIMIT 1) AS c
    CROSS JOIN LATERAL (SELECT account_id FROM people_identity WHERE id = c.customer_id LIMIT 1) AS person
"""
_BY_AUTHOR: Final = """
    SELECT c.id, person.account_id, c.status, c.touched_at
    FROM unnest(%s::bigint[]) AS asked (customer)
    CROSS JOIN LATERAL (
        SELECT * FROM cases_case WHERE customer_id = asked.customer ORDER BY touched_at DESC LIMIT 10
    ) AS c
    CROSS JOIN LATERAL (SELECT account_id FROM people_identity WHERE id = c.customer_id LIMIT 1) AS person
    -- Not inside: there it would invite the planner to the index of all running cases.
    WHERE c.status IN ('new', 'open', 'waiting', 'paused')
"""
_UNFILED: Final = """
    SELECT id, ignored_at IS NOT NULL FROM posts_post
    WHERE id = ANY(%s) AND NOT ours AND (ignored_at IS NULL OR id = ANY(%s))
      AND NOT EXISTS (SELECT 1 FROM cases_message WHERE post_id = posts_post.id)
"""
_NEWEST_WORDS: Final = """
    SELECT message.case_id, max(post.created_at)
    FROM cases_message AS message JOIN posts_post AS post ON post.id = message.post_id
    WHERE message.case_id = ANY(%s) AND message.role = 'customer' AND post.deleted_at IS NULL
    GROUP BY message.case_id
"""
# Our answers are few among all posts, and have an index of their own.
_OVERTAKING: Final = """
    SELECT answer.id, answer.author_id, answer.channel_id, person.account_id, person.handle, answer.network_id,
           answer.text, answer.links::text, answer.created_at, answer.root, answer.reply_to, answer.private
    FROM unnest(%s::text[]) AS asked (post)
    CROSS JOIN LATERAL (
        SELECT * FROM posts_post
        WHERE ours AND reply_to = asked.post AND network = %s AND reposts = '' AND deleted_at IS NULL LIMIT 50
    ) AS answer
    JOIN people_identity AS person ON person.id = answer.author_id
    WHERE answer.id <> ALL(%s) AND NOT EXISTS (SELECT 1 FROM cases_message WHERE post_id = answer.id)
"""
_KEEP_THREADS: Final = """
    INSERT INTO cases_thread (case_id, root) SELECT * FROM unnest(%s::bigint[], %s::text[])
    ON CONFLICT DO NOTHING
"""
# For each case of these posts, the oldest and the newest words of its customer that are still there.
_CASE_TEXTS: Final = """
    SELECT DISTINCT ON (c.id) c.id,
        (SELECT p.text FROM cases_message m JOIN posts_post p ON p.id = m.post_id
         WHERE m.case_id = c.id AND m.role = 'customer' AND p.deleted_at IS NULL
         ORDER BY p.created_at, p.id LIMIT 1),
        (SELECT p.text FROM cases_message m JOIN posts_post p ON p.id = m.post_id
         WHERE m.case_id = c.id AND m.role = 'customer' AND p.deleted_at IS NULL
         ORDER BY p.created_at DESC, p.id DESC LIMIT 1)
    FROM cases_message AS touched JOIN cases_case AS c ON c.id = touched.case_id
    WHERE touched.post_id = ANY(%s)
"""
# Without words there is nothing to answer. The rank is that of a case with no points (core.priority).
_TAKEN_BACK: Final = """
    WITH emptied AS (
        UPDATE cases_case
        SET waiting_since = NULL, unanswered = 0, points = 0, reasons = '[]', signals = '[]', answers = '{}',
            spread = 0, rank_at = touched_at
        WHERE id = ANY(%s) AND (waiting_since IS NOT NULL OR points <> 0 OR signals <> '[]' OR answers <> '{}')
        RETURNING id
    )
    INSERT INTO cases_caseevent (case_id, kind, at, detail) SELECT id, 'deleted', now(), '{}' FROM emptied
"""
