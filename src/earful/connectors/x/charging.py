"""What X bills: a table of what each operation costs, and the resources in what it handed over.

Sources: the pricing page of X's documentation (August 2026). A success is billed, a failure is not. Where that page is
silent the dearer reading holds, and a setting of the channel turns it: `expansions_billed` (what expansions bring along
costs, too), `activity_includes_billed` (so does what comes along with an event of the Activity API), `deletions_billed`
(an event of a deletion counts as a post), `summoned_links` (a link makes the answer to a summons as dear as any post
with one). `owns_app` says whether the account owns the developer app that asks: then its own posts and mentions are
cheap.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from earful.connectors.x.pages import Id
from earful.connectors.x.preflight import names_us, quotes_us
from earful.connectors.x.prices import billed_as
from earful.core.connector import Account, Outgoing, Request, Response, Sent
from earful.core.post import Post
from earful.core.prices import FREE, Bill, Charge, PriceClass

_ID: Final = "[0-9]+(?:-[0-9]+)?"
# Method and path; what a success costs. The first row that fits holds, and what no row names is free.
_OPERATIONS: Final[Sequence[tuple[str, str, Bill]]] = (
    ("GET", "/2/users/ID/(?:mentions|tweets)", Bill(reads="post", of="owned")),
    ("GET", "/2/users/ID/muting", Bill(reads="mute", of="owned")),
    ("GET", "/2/users/ID/blocking", Bill(reads="block", of="owned")),
    ("GET", "/2/users(?:/.+)?", Bill(reads="user")),
    ("GET", "/2/tweets/counts/recent", Bill(request="counts_recent")),
    ("GET", "/2/tweets/counts/all", Bill(request="counts_all")),
    ("GET", "/2/tweets/search/(?:recent|all|stream)", Bill(reads="post")),
    ("GET", "/2/tweets(?:/ID)?", Bill(reads="post")),
    ("GET", "/2/dm_events(?:/ID)?", Bill(reads="dm_event")),
    ("GET", "/2/dm_conversations/(?:with/)?ID/dm_events", Bill(reads="dm_event")),
    ("POST", "/2/tweets", Bill(sends=True)),
    ("POST", "/2/dm_conversations(?:/(?:with/)?ID/messages)?", Bill(sends=True)),
    ("DELETE", "/2/(?:tweets|dm_events)/ID", Bill(request="interaction_delete")),
    ("PUT", "/2/tweets/ID/hidden", Bill(request="content_manage")),
    ("POST", "/2/media/metadata", Bill(request="media_metadata")),
    ("POST", "/2/users/ID/muting", Bill(request="user_interaction_create")),
    ("DELETE", "/2/users/ID/muting/ID", Bill(request="mute_delete")),
    ("POST", "/2/users/ID/dm/(?:un)?block", Bill(request="privacy_update")),
)
_TABLE: Final = [(method, re.compile(path.replace("ID", _ID)), bill) for method, path, bill in _OPERATIONS]
# As which resource an event of the Activity API is billed. A name that ends with a dot stands for all that begin so;
# an event that no row names is free.
_EVENTS: Final[Mapping[str, str]] = {
    "post.": "post",
    "dm.received": "dm_event",
    "chat.received": "chat_event",
    "profile.update.": "profile_update",
    "follow.": "follow",
    "mute.": "mute",
    "block.": "block",
}


class _Named(msgspec.Struct, gc=False):
    id: Id


class _Person(msgspec.Struct, gc=False):
    """X's events wrap people in another object here and not there."""

    id: Id | None = None
    data: _Named | None = None


class _Includes(msgspec.Struct, gc=False):
    users: list[_Person] = []
    tweets: list[_Named] = []
    posts: list[_Named] = []


class _Answer(msgspec.Struct, gc=False):
    data: list[_Named] | _Named | None = None
    includes: _Includes | None = None


class _Event(msgspec.Struct, gc=False):
    event_type: str
    event_uuid: str | int = ""
    payload: Any = None
    includes: _Includes | None = None


class _Activity(msgspec.Struct, gc=False):
    data: _Event


_decode_answer: Final = msgspec.json.Decoder(_Answer).decode
_decode_activity: Final = msgspec.json.Decoder(_Activity).decode
_TOLD: Final = re.compile("[0-9A-Za-z:_-]{1,100}")
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def bill(account: Account, request: Request) -> Bill:
    """What a success of this request costs."""
    if request.elsewhere:
        return FREE
    for method, path, found in _TABLE:
        if method == request.method and path.fullmatch(request.path):
            return found if found.of != "owned" or _own(account, request) else Bill(found.reads)
    return FREE


def _own(account: Account, request: Request) -> bool:
    """Cheap is what an account reads of itself, as itself, by an app that it owns."""
    asks_as_itself = request.token == "user" and request.path.startswith(f"/2/users/{account.id}/")  # noqa: S105  # nosec B105
    return asks_as_itself and bool(account.settings.get("owns_app", True))


def charges(account: Account, request: Request, response: Response) -> list[Charge]:
    """What an answer is billed for. An answer that cannot be read is asked for again, and counted then."""
    found = bill(account, request)
    if not 200 <= response.status < 300 or found.free or found.sends:
        return []
    if found.request:
        return [Charge(found.request, "request")]
    try:
        answer = _decode_answer(response.body)
    except _UNREADABLE:
        return []
    return list(_read(answer, found.reads, found.of, _counts(account, "expansions_billed")))


def charges_heard(account: Account, frame: bytes) -> list[Charge]:
    """What a line of a stream, or an event that X brought us, is billed for."""
    try:
        answer = _decode_answer(frame)
    except _UNREADABLE:
        return _of_activity(account, frame)
    return list(_read(answer, "post", "read", _counts(account, "expansions_billed")))


def charges_unheard(posts: Sequence[str]) -> list[Charge]:
    """What X bills for posts that it wrote into a stream: it knows of no reader, only of what it sent."""
    return [Charge("post", "read", post) for post in posts]


def charge_sent(account: Account, outgoing: Outgoing, sent: Sent, answered: Post | None) -> Charge:
    """What a message that is out was billed for; `answered` is the post under which it went. By the network's id it is
    counted once, however often it was looked for.
    """
    called_for = answered is not None and outgoing.reply_to == answered.id and summons(account, answered)
    return Charge(billed_as(account, outgoing, summoned=called_for), "request", sent.id)


def summons(account: Account, post: Post) -> bool:
    """Whether the author of a post called us: by naming us in so many words, or by quoting us."""
    return names_us(account, post) or quotes_us(account, post)


def _read(answer: _Answer, kind: str, of: PriceClass, along: bool) -> Iterator[Charge]:
    for one in answer.data if isinstance(answer.data, list) else [answer.data]:
        if one is not None:
            yield Charge(kind, of, one.id)
    # What comes along is somebody else's: never an owned read.
    if along and answer.includes:
        yield from _along(answer.includes)


def _along(includes: _Includes) -> Iterator[Charge]:
    people = [user.data.id if user.data else user.id for user in includes.users]
    yield from (Charge("user", "read", person) for person in people if person)
    yield from (Charge("post", "read", post.id) for post in (*includes.tweets, *includes.posts))


def _of_activity(account: Account, frame: bytes) -> list[Charge]:
    try:
        event = _decode_activity(frame).data
    except _UNREADABLE:
        return []
    kind = _EVENTS.get(event.event_type) or _by_beginning(event.event_type)
    if kind is None or (event.event_type == "post.delete" and not _counts(account, "deletions_billed")):
        return []
    told = [Charge(kind, "read", resource) for resource in _resources(event)]
    along = event.includes if event.includes and _counts(account, "activity_includes_billed") else _Includes()
    return [*told, *_along(along)]


def _by_beginning(event_type: str) -> str | None:
    return next((kind for name, kind in _EVENTS.items() if name.endswith(".") and event_type.startswith(name)), None)


def _resources(event: _Event) -> list[str]:
    """What an event tells of, by X's ids; by the event's own where it tells of nothing that has one."""
    payload = event.payload if isinstance(event.payload, dict) else {}
    events = payload.get("direct_message_events")
    inside = events if isinstance(events, list) else [payload]
    found = [str(one["id"]) for one in inside if isinstance(one, dict) and "id" in one]
    return [told for told in found or [str(event.event_uuid)] if _TOLD.fullmatch(told)]


def _counts(account: Account, setting: str) -> bool:
    """The dearer reading holds unless the channel says otherwise."""
    return bool(account.settings.get(setting, True))
