"""What X will do with an answer to a post, before anybody types it.

Since 23 February 2026 a self-serve account may answer by API only a post whose author summoned it: by
mentioning it in so many words, or by quoting it. Whether a mention that a reply merely carries along counts
is not documented; the channel's setting `implicit_mention` says what to expect: "ask" (it may be refused), "allowed" or
"refused". Who may answer a post is also for its author to say; people whom the author names always may.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from earful.connectors.x import prices
from earful.connectors.x.frames import EVERYWHERE
from earful.connectors.x.linking import NEEDS
from earful.core.connector import Account, Outgoing, Preflight
from earful.core.delivering import Between
from earful.core.post import Post

_Route = Literal["api", "maybe", "by_hand", "no"]
_Verdict = tuple[_Route, str] | None
_Look = Callable[[Account, Post, Between], _Verdict]

# What authors say about who may answer, beside "everyone"; those whom a post names always may.
_CLOSED: Final[Mapping[str, tuple[_Route, str]]] = {
    "mentionedUsers": ("no", "only people whom its author names may answer this post"),
    "subscribers": ("no", "only its author’s subscribers may answer this post"),
    "following": ("maybe", "X may refuse: only people whom its author follows may answer this post"),
    "verified": ("maybe", "X may refuse: only verified accounts may answer this post"),
    "other": ("maybe", "X may refuse: its author limits who may answer this post"),
}
_IMPLICIT: Final[Mapping[str, tuple[_Route, str]]] = {
    "ask": ("maybe", "X may refuse: they answered us without naming us"),
    "allowed": ("api", "allowed: they answered us"),
    "refused": ("by_hand", "X lets only a person answer this: they answered us without naming us"),
}


def preflight(account: Account, post: Post, *, private: bool, text: str, between: Between) -> Preflight:
    """Route, reason and price of answering `post` with `text` (which may still be empty)."""
    looks = _PRIVATE if private else _PUBLIC
    route, reason = next(found for look in looks if (found := look(account, post, between)) is not None)
    outgoing = Outgoing(text, private=private, reply_to="" if private else post.id)
    return Preflight(route, reason, prices.of_messages(account, [outgoing]) if route in ("api", "maybe") else 0.0)


def names_us(account: Account, post: Post) -> bool:
    """Whether the author typed our handle into this very post."""
    return account.handle.lower() in post.mentions


def quotes_us(account: Account, post: Post) -> bool:
    """Whether the post quotes one of ours."""
    return bool(post.quotes_author) and post.quotes_author == account.id


def _carries_us(account: Account, post: Post) -> bool:
    """Whether the post answers us, or carries us along in a thread, without naming us."""
    return post.reply_to_author == account.id or any(person.id == account.id for person in post.carries)


def _ours(account: Account, post: Post, between: Between) -> _Verdict:
    return ("api", "allowed: it is our own post") if post.author.id == account.id else None


def _granted(feature: str) -> _Look:
    """A look at whether the account let us do this at all. Where X told no scopes, it is taken to have."""
    (need,) = [need for need in NEEDS if need.name == feature]

    def look(account: Account, post: Post, between: Between) -> _Verdict:
        lacks = need.missing(account.scopes)
        words = f"our access lacks {' and '.join(sorted(lacks))}: an administrator can link the account again with more"
        return ("by_hand", words) if lacks else None

    return look


def _shut(account: Account, post: Post, between: Between) -> _Verdict:
    return ("no", between.shut) if between.shut else None


def _withheld(account: Account, post: Post, between: Between) -> _Verdict:
    if not EVERYWHERE.isdisjoint((*post.withheld, *post.author.withheld)):
        return "no", "X hides this post from everybody"
    return None


def _closed(account: Account, post: Post, between: Between) -> _Verdict:
    if names_us(account, post):
        return None
    verdict = _CLOSED.get(post.answerable)
    if verdict is not None and _carries_us(account, post):
        return "maybe", f"X may refuse: {verdict[1].removeprefix('X may refuse: ')}"
    return verdict


def _protected(account: Account, post: Post, between: Between) -> _Verdict:
    if not post.author.protected:
        return None
    found = next(
        (found for look in (_enterprise, _summoned, _implicit) if (found := look(account, post, between))), None
    )
    return ("maybe", "X may refuse: their posts are protected") if found and found[0] == "api" else None


def _enterprise(account: Account, post: Post, between: Between) -> _Verdict:
    everybody = account.settings.get("tier") == "enterprise"
    return ("api", "allowed: this account is on X's Enterprise tier") if everybody else None


def _summoned(account: Account, post: Post, between: Between) -> _Verdict:
    if names_us(account, post):
        return "api", "allowed: they mentioned us"
    if quotes_us(account, post):
        return "api", "allowed: they quoted us"
    return None


def _implicit(account: Account, post: Post, between: Between) -> _Verdict:
    return _IMPLICIT[account.settings.get("implicit_mention", "ask")] if _carries_us(account, post) else None


def _unsummoned(account: Account, post: Post, between: Between) -> _Verdict:
    return "by_hand", "X lets only a person answer this: they neither mentioned nor quoted us"


def _encrypted(account: Account, post: Post, between: Between) -> _Verdict:
    return (
        ("by_hand", "this conversation is encrypted: it can be read and answered on X alone")
        if between.encrypted
        else None
    )


def _reachable(account: Account, post: Post, between: Between) -> _Verdict:
    """What X said of their settings, and whether they opened the conversation themselves."""
    if post.author.takes_messages:
        return "api", "allowed: they take private messages from us"
    if between.wrote_first:
        return "api", "allowed: they wrote to us in private first"
    if post.author.takes_messages is False:
        return "no", "they take no private messages from us; invite them to write to us"
    return "maybe", "X may refuse: it did not tell whether they take private messages"


_PUBLIC: Final[Sequence[_Look]] = (
    _granted("answer"),
    _ours,
    _shut,
    _withheld,
    _closed,
    _protected,
    _enterprise,
    _summoned,
    _implicit,
    _unsummoned,
)
_PRIVATE: Final[Sequence[_Look]] = (_encrypted, _granted("messages"), _shut, _reachable)
