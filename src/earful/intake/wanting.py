"""Which posts of a batch are worth keeping, and why: to us, by us, found by a listening rule, in a thread that we are
in, or carrying another post on. The rest is let go.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from django.db import connection

from earful.channels.models import Channel
from earful.core.post import Arrival, Post
from earful.core.telling import together
from earful.core.triage import Verdict
from earful.core.triage.judging import OURS, Asked
from earful.intake.models import Backfill
from earful.posts import store
from earful.posts.store import Heard
from earful.rules import attributing, book
from earful.rules.attributing import Found
from earful.triage.in_force import judged


@dataclass(slots=True)
class Came:
    """A version of a post in a batch, once, and by which ways it came.

    `named` are the rules that the network says found it; `walks` the backfills that fetched it; `live` tells that
    it was heard otherwise, too. `cost` is what it was billed as it came, in dollars. `told` is
    whether the network told of its author more than the account's id.
    """

    channel: int
    arrival: Arrival
    post: Post
    named: frozenset[int] = frozenset()
    walks: frozenset[int] = frozenset()
    live: bool = False
    cost: float = 0.0
    told: bool = True

    def told_again(self, arrival: Arrival, post: Post) -> None:
        """By another way, which may tell more of it."""
        self.post = together(self.post, post)
        self.arrival = msgspec.structs.replace(
            self.arrival, post=self.post, quoted=self.arrival.quoted or arrival.quoted
        )


class Walk(NamedTuple):
    """A backfill as far as its posts need to know it."""

    id: int
    rule: int
    text: str
    opens_cases: bool


class Why(NamedTuple):
    """Why a post is kept. `opens` says that it may open a case, `filed` that it is brought before the cases at all:
    what only carries on, or was found only to be read, is not. `asking` are the rules that want a case of it where
    nothing else does.
    """

    ours: bool
    calls_us: bool
    finds: tuple[Found, ...]
    opens: bool
    filed: bool
    asking: tuple[int, ...] = ()


class Wanted(NamedTuple):
    """A post worth keeping."""

    heard: Heard
    why: Why
    came: Came


Gathered = dict[tuple[str, str], Came]


def gather(arrivals: Iterable[Arrival], channel: int, walk: int | None, posts: Gathered, cost: float = 0.0) -> None:
    """Add the arrivals of one frame to the posts of a batch; `walk` is the backfill that fetched it, if one did, `cost`
    what the frame was billed as it came.

    Each version of a post is there once, whichever ways it came by, with what all of them tell of it.
    """
    for arrival in arrivals:
        if arrival.post is not None and arrival.kind != "deletion":
            came = posts.get((arrival.id, arrival.post.version))
            if came is None:
                came = posts[arrival.id, arrival.post.version] = Came(channel, arrival, arrival.post)
            else:
                came.told_again(arrival, arrival.post)
            if arrival.rules:
                came.named |= {int(tag) for tag in arrival.rules if tag.isdecimal()}
            if walk is None:
                came.live = True
                came.cost += cost
            else:
                came.walks |= {walk}


def waves(posts: Gathered) -> list[dict[str, Came]]:
    """The posts of a batch by their ids, oldest versions first: those of which there are more than one come a second
    time in the next wave. So an edit finds its original stored, and what that one said is kept with it.
    """
    if len({key for key, _ in posts}) == len(posts):
        return [{key: came for (key, _), came in posts.items()}]
    in_order: list[dict[str, Came]] = []
    for (key, _), came in sorted(posts.items(), key=lambda one: _age(one[1].post)):
        wave = next((each for each in in_order if key not in each), None)
        if wave is None:
            in_order.append(wave := {})
        wave[key] = came
    return in_order


def _age(post: Post) -> tuple[int, str]:
    return len(post.version), post.version


def still_there(network: str, posts: Mapping[str, Came]) -> list[Came]:
    """The posts of a batch without what they carry on of deleted ones: a repost of one is let go, a quote of one comes
    without its words.
    """
    carried = {key for came in posts.values() for key in (came.post.reposts, came.post.quotes) if key}
    gone = store.gone(network, carried)
    for came in posts.values() if gone else ():
        if came.post.quotes in gone:
            came.arrival = msgspec.structs.replace(came.arrival, quoted=None)
    return [came for came in posts.values() if came.post.reposts not in gone]


def wanted(came: Sequence[Came], own: Mapping[str, str], walks: Mapping[int, Walk]) -> dict[str, Wanted]:
    """The posts worth keeping, by their ids. `own` are our accounts on their network: account id → handle, folded."""
    in_force = book.in_force()
    posts, quoted = [each.post for each in came], [each.arrival.quoted for each in came]
    finds = attributing.found(in_force, posts, quoted, [each.named for each in came])
    handles = frozenset(own.values())
    calls = [post.private or _calls_us(post, own, handles) for post in posts]
    asking = [_asking(each, found, in_force.opening) if found else () for each, found in zip(came, finds, strict=True)]
    called = [calling or _fetched_to_open(each, walks) for each, calling in zip(came, calls, strict=True)]
    opens = [calling or bool(rules) for calling, rules in zip(called, asking, strict=True)]
    # An edit may have taken our name out of a post that is in a case: it is heard all the same.
    known = _threads_we_are_in({p.post.root for p in came if p.post.reply_to or p.arrival.kind == "edit"})
    # A thread that begins in this very batch is ours as well: who joins in under it is heard, too.
    threads = known | {each.post.root for each, opening in zip(came, opens, strict=True) if opening}
    stored, kept = _edits_of_stored(came), []
    for each, calling, found, opening, rules, summoned in zip(came, calls, finds, opens, asking, called, strict=True):
        ours, here = each.post.author.id in own, each.post.root in threads
        every = _with_walks(each, found, walks) if each.walks else found
        if ours or calling or every or here or each.post.reposts or each.post.id in stored:
            filed = (ours or opening or here) and not each.post.reposts
            alone = () if summoned or ours or each.post.root in known else rules
            why = Why(ours, calling, tuple(every), opening, filed, alone)
            kept.append((each, why))
    return _judged(kept)


def _edits_of_stored(came: Iterable[Came]) -> Collection[str]:
    """Posts whose words are kept: an edit may have taken out what they were kept for, and is heard all the same."""
    edits = {each.post.id: each.post for each in came if each.arrival.kind == "edit"}
    network = next((post.network for post in edits.values()), "")
    return store.known(network, {key: post.version for key, post in edits.items()})


def walks_of(ids: Collection[int]) -> dict[int, Walk]:
    """Backfills by their ids; those that are gone, with their rule, are not among them."""
    if not ids:
        return {}
    rows = Backfill.objects.filter(pk__in=ids).values_list("pk", "rule", "text", "opens_cases")
    return {row[0]: Walk(*row) for row in rows}


def own_accounts(network: str) -> dict[str, str]:
    """Our accounts on a network: account id → handle, folded."""
    rows = Channel.objects.filter(network=network).values_list("account_id", "handle")
    return {account_id: handle.lower() for account_id, handle in rows}


def _judged(kept: Sequence[tuple[Came, Why]]) -> dict[str, Wanted]:
    """What is kept, with the verdicts on it, all asked for at once. Our own words are not judged."""
    theirs = [came.post for came, why in kept if not why.ours]
    verdicts = iter(judged([Asked(post.text, post.lang) for post in theirs]))
    return {
        came.post.id: Wanted(_heard(came, OURS if why.ours else next(verdicts), ours=why.ours), why, came)
        for came, why in kept
    }


def _heard(came: Came, verdict: Verdict, *, ours: bool) -> Heard:
    edited = came.arrival.kind == "edit"
    return Heard(came.channel, came.post, ours, verdict, edited, came.arrival.quoted)


def _calls_us(post: Post, own: Collection[str], handles: frozenset[str]) -> bool:
    """It names us, answers us, or quotes us."""
    return post.reply_to_author in own or post.quotes_author in own or not handles.isdisjoint(post.mentions)


def _asking(came: Came, found: Sequence[Found], opening: Collection[int]) -> tuple[int, ...]:
    """The rules that found it live and ask for a case. A quote that was found only by the words that it quotes is
    spread, as a repost is.
    """
    return tuple(each.rule for each in found if came.live and each.rule in opening and not each.only_quoted)


def _fetched_to_open(came: Came, walks: Mapping[int, Walk]) -> bool:
    """Whether a backfill fetched it that asks for cases."""
    return bool(came.walks) and any(walks[walk].opens_cases for walk in came.walks if walk in walks)


def _with_walks(came: Came, found: Sequence[Found], walks: Mapping[int, Walk]) -> list[Found]:
    """What found it, with the rules whose backfills fetched it."""
    there = {each.rule: each for each in found}
    for walk in sorted(came.walks & walks.keys()):
        rule, text = walks[walk].rule, walks[walk].text
        if rule not in there:
            there[rule] = attributing.by_text(rule, text, came.post, came.arrival.quoted)
    return list(there.values())


def _threads_we_are_in(roots: set[str]) -> set[str]:
    if not roots:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT root FROM cases_thread WHERE root = ANY(%s)", [list(roots)])
        return {root for (root,) in cursor.fetchall()}
