"""Posts on the pretend X: made, edited, deleted, found."""

import sqlite3
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msgspec

from earful.sandbox.accounts import Account, Accounts
from earful.sandbox.anatomy import Entities, dissect
from earful.sandbox.facts import NO_FACTS, Facts
from earful.sandbox.snowflake import MAX_ID, Snowflakes
from earful.sandbox.states import UNSEEN
from earful.sandbox.store import Store
from earful.sandbox.tongue import guess

REPOST_LENGTH = 140
# What `gone` is for a post that was deleted, and for one that X took down.
DELETED, BOUNCED = 1, 2

# The columns by which a post points to another.
Pointer = Literal["repost", "reply_to", "quote"]


@dataclass(frozen=True, slots=True)
class Post:
    """One version of a post. `first` is the id of the first one; `text` has short links and is never cut."""

    id: int
    first: int
    author: int
    text: str
    entities: Entities
    lang: str
    media: list[dict[str, Any]]
    conversation: int
    reply_to: int | None
    quote: int | None
    repost: int | None
    source: str
    gone: bool
    superseded: bool
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class Draft:
    """A post to be made. `excluded` are account ids that the reply shall not carry along."""

    author: Account
    text: str
    reply_to: int | None = None
    quote: int | None = None
    repost: int | None = None
    media: list[dict[str, Any]] = field(default_factory=list)
    key: str | None = None
    source: str = "X Web App"
    excluded: frozenset[int] = frozenset()
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of ids, both ends left out, newest first, at most `size` posts."""

    after: int = 0
    before: int = MAX_ID
    size: int = 100


@dataclass(frozen=True, slots=True)
class Glimpse:
    """As much of a post as tells whether it is worth a look."""

    id: int
    author: int
    text: str


class Posts:
    """All posts. Nothing here tells anybody; the world does, after the writing."""

    def __init__(self, store: Store, accounts: Accounts, ids: Snowflakes) -> None:
        self.store = store
        self.accounts = accounts
        self.ids = ids

    def publish(self, draft: Draft) -> Post:
        """Make a post, with the mentions it writes and those its parent carries along."""
        new = self.ids.next()
        poll = draft.facts.poll
        if poll:
            facts = msgspec.structs.replace(draft.facts, poll=msgspec.structs.replace(poll, id=str(self.ids.next())))
            draft = replace(draft, facts=facts)
        parent = self.find(draft.reply_to) if draft.reply_to else None
        return self._keep(new, new, draft, parent.conversation if parent else new, self._carried(draft, parent))

    def edit(self, post: Post, text: str, media: list[dict[str, Any]] | None = None) -> Post:
        """Put a new version, with an id of its own, in place of a post; without new media it keeps what it had."""
        author, media = self.accounts.known(post.author), media or post.media
        draft = Draft(author, text, post.reply_to, post.quote, post.repost, media, None, post.source)
        draft = replace(draft, facts=post.facts)
        carried = self._implicit(post.id)
        with self.store.together():
            self.store.write("UPDATE posts SET superseded = 1 WHERE first = ?", post.first)
            return self._keep(self.ids.next(), post.first, draft, post.conversation, carried)

    def delete(self, post: Post) -> bool:
        """Take away a post with all its versions; False if that was done before."""
        return self.store.write("UPDATE posts SET gone = ?1 WHERE first = ?2 AND gone <> ?1", DELETED, post.first) > 0

    def restate(self, post: Post, facts: Facts) -> None:
        """Tell otherwise about all versions of a post than before."""
        self.store.write("UPDATE posts SET facts = ? WHERE first = ?", _json(facts), post.first)

    def scrub_geo(self, author: int) -> int:
        """Take the places from all of an author's posts; returns the newest one's id."""
        rows = self.store.rows("SELECT * FROM posts WHERE author = ? ORDER BY id", author)
        with self.store.together():
            for post in _posts(rows):
                if post.facts.place or post.facts.point:
                    self.restate(post, msgspec.structs.replace(post.facts, place=None, point=None))
        return int(rows[-1]["id"]) if rows else 0

    def bounce(self, post: Post, *, down: bool) -> bool:
        """Take a post down until its author mends something, or let it stand again; False if that changes nothing."""
        was, is_now = (0, BOUNCED) if down else (BOUNCED, 0)
        return self.store.write("UPDATE posts SET gone = ? WHERE first = ? AND gone = ?", is_now, post.first, was) > 0

    def bounced(self, post: Post) -> bool:
        """Whether a post that is gone was taken down so."""
        return self.store.number("SELECT gone FROM posts WHERE id = ?", post.id) == BOUNCED

    def find(self, post: int) -> Post | None:
        """The post with an id, deleted or not."""
        return _post(self.store.row("SELECT * FROM posts WHERE id = ?", min(post, MAX_ID)))

    def standing(self, post: int) -> Post | None:
        """The post with an id, unless it was deleted."""
        found = self.find(post)
        return None if found is None or found.gone else found

    def keyed(self, key: str) -> Post | None:
        """The post made under a key."""
        return _post(self.store.row("SELECT * FROM posts WHERE key = ?", key))

    def key_of(self, post: int) -> str:
        """The key under which a post was made, or ""."""
        found = self.store.row("SELECT key FROM posts WHERE id = ?", post)
        return str(found["key"] or "") if found else ""

    def newest_version(self, post: Post) -> Post:
        """The version of a post that is in force now."""
        found = _post(self.store.row("SELECT * FROM posts WHERE first = ? ORDER BY id DESC LIMIT 1", post.first))
        return found or post

    def versions(self, post: Post) -> list[int]:
        """Ids of all versions up to this one, oldest first."""
        rows = self.store.rows("SELECT id FROM posts WHERE first = ? AND id <= ? ORDER BY id", post.first, post.id)
        return [row["id"] for row in rows]

    def by(self, author: int, span: Span, viewer: int = 0) -> list[Post]:
        """An author's posts, as far as a viewer may see them."""
        return self._some("FROM posts WHERE author = ? AND", span, viewer, author)

    def mentioning(self, account: int, span: Span, viewer: int = 0) -> list[Post]:
        """Posts by others that mention an account, written out or carried along."""
        question = "FROM mentions JOIN posts ON posts.id = post WHERE account = ? AND author <> ? AND"
        return self._some(question, span, viewer, account, account)

    def pointing(self, column: Pointer, post: Post, span: Span, viewer: int = 0) -> list[Post]:
        """Posts that repost, answer or quote any version of a post."""
        question = f"FROM posts WHERE {column} IN (SELECT id FROM posts WHERE first = ?) AND"  # noqa: S608  # nosec B608 - a Pointer
        return self._some(question, span, viewer, post.first)

    def reposted(self, author: int, post: Post) -> Post | None:
        """An author's repost of any version of a post."""
        found = self._some(
            "FROM posts WHERE author = ? AND repost IN (SELECT id FROM posts WHERE first = ?) AND",
            Span(size=1), author, author, post.first,
        )  # fmt: skip
        return found[0] if found else None

    def reposted_by_others(self, author: int, span: Span) -> list[Post]:
        """An author's posts that somebody else has reposted."""
        others = "SELECT repost FROM posts WHERE repost IS NOT NULL AND author <> ? AND NOT gone"
        return self._some(f"FROM posts WHERE author = ? AND posts.id IN ({others}) AND", span, author, author, author)  # nosec B608 - words above

    def home(self, account: int, span: Span) -> list[Post]:
        """What an account and those whom it follows have posted, without those it has muted."""
        question = (
            "FROM posts WHERE (author = ? OR author IN (SELECT target FROM ties WHERE source = ? AND kind = 'follows'))"
            " AND author NOT IN (SELECT target FROM ties WHERE source = ? AND kind = 'mutes') AND"
        )
        return self._some(question, span, account, account, account, account)

    def everything(self, span: Span, viewer: int = 0) -> list[Post]:
        """Everybody's posts."""
        return self._some("FROM posts WHERE", span, viewer)

    def posted_back(self, author: int, most: int, span: Span) -> Span:
        """As much of a stretch as an author's newest posts reach back."""
        oldest = "SELECT id FROM posts WHERE author = ? ORDER BY id DESC LIMIT 1 OFFSET ?"
        return replace(span, after=max(span.after, self.store.number(oldest, author, most)))

    def mentioned_back(self, account: int, most: int, span: Span) -> Span:
        """As much of a stretch as the newest mentions of an account reach back."""
        oldest = "SELECT post FROM mentions WHERE account = ? ORDER BY post DESC LIMIT 1 OFFSET ?"
        return replace(span, after=max(span.after, self.store.number(oldest, account, most)))

    def glance(self, span: Span, viewer: int = 0) -> list[Glimpse]:
        """Everybody's posts, at a glance."""
        question = (
            f"SELECT id, author, text FROM posts WHERE id > ? AND id < ? AND NOT gone AND NOT superseded AND {UNSEEN} "  # noqa: S608  # nosec B608 - words of our own
            "ORDER BY id DESC LIMIT ?"
        )
        values = (span.after, span.before, viewer, viewer, span.size)
        return [Glimpse(*row) for row in self.store.rows(question, *values)]

    def conversation(self, root: int, size: int = 500) -> list[Post]:
        """A whole thread, oldest first, deleted posts included (their replies hang on them)."""
        question = "SELECT * FROM posts WHERE conversation = ? AND NOT superseded ORDER BY id LIMIT ?"
        return _posts(self.store.rows(question, root, size))

    def same_words(self, author: int, text: str, since: int) -> bool:
        """Whether an author has a standing post with the same text, made after an id."""
        question = "SELECT 1 FROM posts WHERE author = ? AND id > ? AND text = ? AND NOT gone LIMIT 1"
        return self.store.row(question, author, since, text) is not None

    def mentions(self, post: int, account: int, *, carried: bool = False) -> bool:
        """Whether a post mentions an account in so many words, or else only `carried` along."""
        question = "SELECT 1 FROM mentions WHERE account = ? AND post = ? AND explicit >= ?"
        return self.store.row(question, account, post, int(not carried)) is not None

    def counts(self, post: Post) -> tuple[int, int, int]:
        """How often all versions of a post were reposted, answered and quoted."""
        return self._pointing("repost", post), self._pointing("reply_to", post), self._pointing("quote", post)

    def number_by(self, author: int) -> int:
        """How many posts an author has."""
        return self.store.number("SELECT count(*) FROM posts WHERE author = ? AND NOT gone", author)

    def _pointing(self, column: Pointer, post: Post) -> int:
        question = (
            f"SELECT count(*) FROM posts WHERE {column} IN (SELECT id FROM posts WHERE first = ?) "  # noqa: S608  # nosec B608
            "AND NOT gone AND NOT superseded"
        )
        return self.store.number(question, post.first)

    def _some(self, question: str, span: Span, viewer: int, *values: int) -> list[Post]:
        seen = f"NOT gone AND NOT superseded AND {UNSEEN}"
        sql = f"SELECT posts.* {question} posts.id > ? AND posts.id < ? AND {seen} ORDER BY posts.id DESC LIMIT ?"
        return _posts(self.store.rows(sql, *values, span.after, span.before, viewer, viewer, span.size))

    def _carried(self, draft: Draft, parent: Post | None) -> frozenset[int]:
        if parent is None:
            return frozenset()
        rows = self.store.rows("SELECT account FROM mentions WHERE post = ?", parent.id)
        return frozenset({parent.author, *(row["account"] for row in rows)} - {draft.author.id} - draft.excluded)

    def _implicit(self, post: int) -> frozenset[int]:
        rows = self.store.rows("SELECT account FROM mentions WHERE post = ? AND NOT explicit", post)
        return frozenset(row["account"] for row in rows)

    def _keep(self, new: int, first: int, draft: Draft, conversation: int, carried: frozenset[int]) -> Post:
        seen = dissect(draft.text, self.accounts.named)
        post = Post(
            new, first, draft.author.id, seen.text, seen.entities, guess(seen.text), draft.media,
            conversation, draft.reply_to, draft.quote, draft.repost, draft.source, False, False, draft.facts,
        )  # fmt: skip
        with self.store.together():
            self._insert(post, draft.key)
            for account in {account.id for account in seen.mentioned} | carried:
                explicit = int(any(named.id == account for named in seen.mentioned))
                self.store.write("INSERT INTO mentions VALUES (?, ?, ?)", account, new, explicit)
        return post

    def _insert(self, post: Post, key: str | None) -> None:
        self.store.write(
            "INSERT INTO posts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?)",
            post.id, post.first, post.author, post.text, _json(post.entities), post.lang, _json(post.media),
            post.conversation, post.reply_to, post.quote, post.repost, post.source, key,
            _json(post.facts),
        )  # fmt: skip


def repost_text(author: Account, post: Post) -> str:
    """What a repost of a post says: X cuts it at 140 characters."""
    text = f"RT @{author.username}: {post.text}"
    return text if len(text) <= REPOST_LENGTH else text[: REPOST_LENGTH - 1] + "…"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _posts(rows: list[sqlite3.Row]) -> list[Post]:
    return [post for row in rows if (post := _post(row))]


def _post(row: sqlite3.Row | None) -> Post | None:
    if row is None:
        return None
    return Post(
        id=row["id"],
        first=row["first"],
        author=row["author"],
        text=row["text"],
        entities=msgspec.json.decode(row["entities"]),
        lang=row["lang"],
        media=msgspec.json.decode(row["media"]),
        conversation=row["conversation"],
        reply_to=row["reply_to"],
        quote=row["quote"],
        repost=row["repost"],
        source=row["source"],
        gone=bool(row["gone"]),
        superseded=bool(row["superseded"]),
        facts=msgspec.json.decode(row["facts"], type=Facts),
    )
