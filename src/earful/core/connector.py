"""The interface each network fulfils, the words spoken across it, and the ways to fail.

A connector does no I/O. What takes one question and answer, or several, is a *talk*: a generator that yields
`Request`s, is sent the `Response` to each, and returns what it learned. `wire` drives it. So a connector's tests
need no mock, and a new network cannot forget a time-out.

    def who_am_i(account: Account) -> Talk[Author]:
        response = yield Request("GET", "/2/users/me", token="user")
        return ...

When no answer came back, `wire` throws `NoAnswer` into the talk at the `yield`; a talk that does not catch it
lets it pass, already named by what the caller should do (`TryLater` if the request never left, `Unsure` if it may
have been carried out).
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Protocol, TypeVar

from earful.core.delivering import Attachment, Between, Deed, DeedKind, Uploading
from earful.core.media import NO_MEDIA, MediaRules
from earful.core.pacing import Window
from earful.core.post import Arrival, Author, Post
from earful.core.prices import Bill, Charge, PriceClass, PriceList
from earful.core.spending import Purpose

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Account:
    """One of our accounts on a network, with what is needed to speak as it.

    `api` and `site` are base URLs without a trailing slash, per channel, so that the same code talks to the
    network itself or to a pretend one. `settings` are the network's own switches (for X: `vocabulary`, `tier`).
    A key that we do not have is "". With a `user_secret`, `user_token` is one of OAuth 1.0a, and requests made as the
    account are signed with it and the consumer's pair. `scopes` are what the user token was granted, empty where nobody
    told. `channel` is the desk's own number of the channel, 0 for an account that is not linked yet. `prices` are those
    in force today for it, in millionths of a dollar; where they are not given, the network's own newest list holds.
    """

    id: str
    handle: str
    api: str
    site: str
    app_token: str = field(default="", repr=False)
    user_token: str = field(default="", repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    user_secret: str = field(default="", repr=False)
    consumer_key: str = ""
    consumer_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    scopes: frozenset[str] = frozenset()
    channel: int = 0
    prices: Mapping[tuple[PriceClass, str], int] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes inside a request: the part of the form that holds them, a file's name, and their media type."""

    part: str
    name: str
    content: bytes = field(repr=False)
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a network. `path` is appended to the account's `api`. `token` names whose key signs it: "client"
    and "consumer" are the two pairs of an app, shown by HTTP Basic; "none" signs nothing.

    At most one of `json`, `form`, `content` is given; `uploads` travel with a `form`, as a multipart body. `elsewhere`
    is a whole address in place of `api` and `path`, where the network names one itself; no key travels there.
    `safe` says that asking twice does no harm: a lost answer to an unsafe request is `Unsure`, never repeated blindly.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    token: Literal["app", "user", "client", "consumer", "none"] = "app"  # noqa: S105  # which key, not a key
    timeout: float = 20.0
    form: Mapping[str, str] | None = None
    uploads: Sequence[Upload] = ()
    content: bytes | None = field(default=None, repr=False)
    elsewhere: str = ""

    @property
    def safe(self) -> bool:
        return self.method == "GET"


@dataclass(frozen=True, slots=True)
class Response:
    """What the network answered: status, headers (names in lower case), whole body, and when it came (UTC)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    at: datetime

    @property
    def is_page(self) -> bool:
        """Whether the body begins with "<", as no network's own answer does: a page for people, with which a proxy on
        the way or a guard before the network answered in its place. A storage tells of its trouble in XML, which also
        begins so.
        """
        return self.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


Talk = Generator[Request, Response, T]


class Turnstile(Protocol):
    """What every request passes before it leaves, and every answer when it has come: limits, budgets, the ledger."""

    def before(self, account: Account, request: Request) -> None:
        """Let the request go, or raise the ConnectorError that says why not and until when."""

    def after(self, account: Account, request: Request, response: Response) -> None:
        """Learn from the answer. Must not raise: the network has done what it says."""


class ConnectorError(Exception):
    """A way to fail, named by what the caller should do next. `reason` is a plain sentence for people."""

    def __init__(self, reason: str, *, raw: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.raw = raw


class Refused(ConnectorError):
    """The network will never do this as asked: show why, keep the draft."""


class ByHand(Refused):
    """The network lets only a person do this on its own site: offer to open it there."""


class Shut(Refused):
    """The person lets nothing of ours through this way, now or later: worth remembering."""


class TryLater(ConnectorError):
    """Not now: ask again no sooner than `at` (UTC). None means the caller's own back-off."""

    def __init__(self, reason: str, *, at: datetime | None = None, raw: str = "") -> None:
        super().__init__(reason, raw=raw)
        self.at = at


class Throttled(TryLater):
    """Too many questions: a longer back-off than for other trouble, where the network does not say until when."""


class Occupied(Throttled):
    """Something else holds what only one may hold: `take_over`, or wait."""


class OutOfCredit(TryLater):
    """The prepaid credit is spent: the channel is down until somebody pays; never a retry loop. Where only one kind of
    resource is used up, `only` names it, and the rest goes on.
    """

    def __init__(self, reason: str, *, at: datetime | None = None, raw: str = "", only: str = "") -> None:
        super().__init__(reason, at=at, raw=raw)
        self.only = only


class OverBudget(TryLater):
    """This month's budget does not pay for it: it goes on when somebody raises that, or the month turns."""


class Stale(TryLater):
    """The files that were handed over before are gone on the network: hand them over again, then send."""


class LostAccess(ConnectorError):
    """The key no longer opens the door: somebody must link the account again."""


class Unsure(ConnectorError):
    """It may be public already: look on the network before sending again."""


class Duplicate(Unsure):
    """The network says that it has these words from us already: look; sending them again would change nothing."""


class NoAnswer(Exception):
    """Thrown into a talk when no whole answer came. `left` says whether the request may have reached the network."""

    def __init__(self, reason: str, *, left: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.left = left


# How the reason of a frame of an unknown kind begins.
UNKNOWN_KIND: Final = "unknown kind"


class Unreadable(Exception):
    """A frame that cannot be understood. It is put aside with this reason; the rest of the batch goes on."""


class UnknownKind(Unreadable):
    """A sound frame of a kind that this version does not know: kept for one that does, and no cause for alarm."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"{UNKNOWN_KIND}: {kind}")


@dataclass(frozen=True, slots=True)
class Ear:
    """One way of listening. A held ear is a stream kept open; a polled one is asked every `every` seconds; at a pushed
    one the network calls us, and `every` says how often the door is looked after.

    `silence` is how many seconds without a byte mean that a held stream is dead; `backfill` how many seconds of what it
    missed it brings along when it is opened again. Only one connection of a `shared` one may be open for all accounts
    of an app. `follows` says what has to be kept equal to ours for it to hear the right things. A polled ear is asked
    only every `relaxed` seconds while one of those that it is `covered_by` hears the same.

    A polled ear that `searches` is not asked by `poll`: each time the listener asks the network's `search` for our
    listening rules, from where it left off. It is for a network that has a search and takes no rules; by custom it is
    called "search". `purpose` is what its requests are paid for.
    """

    name: str
    held: bool
    every: float = 0.0
    silence: float = 0.0
    searches: bool = False
    purpose: Purpose = Purpose.MENTIONS
    pushed: bool = False
    backfill: float = 0.0
    shared: bool = False
    follows: Literal["", "rules", "subscriptions"] = ""
    relaxed: float = 0.0
    covered_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """What one poll brought: raw frames, oldest first, and the cursor to keep once they are safe. `beyond` is the time
    of which the network did not list everything, from when until when.
    """

    frames: Sequence[bytes]
    cursor: str
    beyond: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A listening rule in force, as a network needs it: our tag, and the text in the rule language."""

    tag: str
    text: str


@dataclass(frozen=True, slots=True)
class InForce:
    """What a network made of our listening rules, by our tags.

    `kept` are the tags whose rules it holds now; `refused` those that it will not take, each with why; `here_only`
    those that only this desk matches, each with why (too long for it, too many of them). `drifted` counts the rules
    under our tags that differed from ours before they were put right.
    """

    kept: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)
    here_only: Mapping[str, str] = field(default_factory=dict)
    drifted: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """How many posts a network itself counts for a query between two moments (UTC), by its own index."""

    posts: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of a network's search: the raw frame as `read` takes it (b"" when nothing was on the page), how many
    posts are on it, when the oldest of them was written (None on an empty page), and the cursor of the next page ("" on
    the last).
    """

    frame: bytes
    posts: int
    oldest: datetime | None
    next: str


Subject = Literal["posts", "people"]
Why = Literal["deleted", "protected", "suspended", "gone", "withheld", "place"]


@dataclass(frozen=True, slots=True)
class Gone:
    """A post or a person, by the network's id, that we may no longer show, why, and since when (None: not told).

    "gone" is an account that its owner closed; "place" says that where posts were written must be forgotten, not what
    they say.
    """

    id: str
    why: Why
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One utterance to be delivered: exactly one post (or private message) for this intent.

    `reply_to` is the network's id of the post answered ("" for none); `recipient` the account id for a private
    message. `not_before` is when the first attempt began: a look for a lost answer searches from there, and passes over
    `known`, the ids that are other messages of ours with perhaps the same words. `media` are the network's ids of files
    that it has, `without` the account ids of those whom the answer shall not notify; with an `invite` it carries a
    button by which people write to us in private.
    """

    text: str
    private: bool = False
    reply_to: str = ""
    recipient: str = ""
    not_before: datetime | None = None
    known: frozenset[str] = frozenset()
    media: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    invite: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """The network's own word that it is out: its id, and where people can see it ("" for private messages)."""

    id: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Preflight:
    """What will happen if we answer this post: by which route, what it will cost, and why.

    `route` is "api" (allowed), "maybe" (the network may refuse), "by_hand" (only a person on its site) or "no".
    """

    route: Literal["api", "maybe", "by_hand", "no"]
    reason: str
    price: float = 0.0


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a network can do, as data. `limit` is the longest message in the network's own count, public and private.

    `rules` says that it finds posts by listening rules on its own side, `search_days` how far back its search reaches
    (0: it has none), `search_lag` by how many seconds a search must end in the past, `counts` that it can count posts
    for a query without handing them over. `audited_at_once` is of how many stored things at once it says which may
    still be shown (0: it cannot be asked), `people_at_once` how many accounts can be looked up with one question.

    `public_pace` and `private_pace` are how many messages one account may send, `app_private_pace` how many all
    accounts of an app may send in private; `public_media` and `private_media` what files they can carry; `invites` that
    a public answer can carry a button to write to us in private; `deeds` what can be done to posts that are out.

    `pictures` are the places from which people's pictures may be shown, and `leads_through` says that a link in a post
    must lead through the network's own short address.
    """

    public_limit: int
    private_limit: int
    private_messages: bool
    private_polls: bool = False
    rules: bool = False
    search_days: int = 0
    search_lag: float = 0.0
    counts: bool = False
    audited_at_once: int = 0
    pictures: tuple[str, ...] = ()
    leads_through: bool = False
    people_at_once: int = 0
    public_pace: tuple[Window, ...] = ()
    private_pace: tuple[Window, ...] = ()
    app_private_pace: tuple[Window, ...] = ()
    public_media: MediaRules = NO_MEDIA
    private_media: MediaRules = NO_MEDIA
    invites: bool = False
    deeds: frozenset[DeedKind] = frozenset()

    def media(self, *, private: bool) -> MediaRules:
        """What files a message can carry."""
        return self.private_media if private else self.public_media


@dataclass(frozen=True, slots=True)
class Rates:
    """What the past and rules cost, in millionths of a dollar: a post that a rule or a search hands over, what may come
    along with it at most (the posts that it answers or quotes, and the authors where they are asked for), the look-up
    of an author of whom a case came, and a question about counts.
    """

    found: int = 0
    along: int = 0
    author: int = 0
    count: int = 0

    @property
    def dearest(self) -> int:
        """The most that a post found can cost, with all that comes along with it."""
        return self.found + self.along


# A search asked for now reaches the network a moment later; its horizon has moved on by then.
_HORIZON_MARGIN = timedelta(minutes=2)


def searchable(
    capabilities: Capabilities, since: datetime, until: datetime, now: datetime
) -> tuple[datetime, datetime]:
    """As much of a stretch of time as a network's search can reach at `now`; empty (both ends the same) if nothing."""
    earliest = now - timedelta(days=capabilities.search_days) + _HORIZON_MARGIN
    until = min(until, now - timedelta(seconds=capabilities.search_lag))
    return min(max(since, earliest), until), until


class Connector(Protocol):
    """One network. Every method is pure; talks yield what to ask."""

    network: str
    name: str
    capabilities: Capabilities
    prices: PriceList

    def ears(self, account: Account) -> Sequence[Ear]:
        """By which ears this account is heard; its settings decide."""

    def who_am_i(self, account: Account) -> Talk[Author]: ...

    def prepare(self, account: Account, ear: Ear, rules: Sequence[Rule], threads: Sequence[str] = ()) -> Talk[InForce]:
        """Make the network's listening rules ours, by difference, and have the `threads` followed as far as there is
        room beside them (by their roots, the most important first). A network without rules asks nothing, and says of
        every rule that it is matched here only.
        """

    def queries(self, account: Account, rules: Sequence[Rule]) -> Sequence[str]:
        """Searches that together find what the rules find, for `search`. A rule that no search can say is left out."""

    def missed(self, account: Account, ear: str, rules: Sequence[Rule], threads: Sequence[str]) -> Sequence[str]:
        """Searches that together find what this ear would have brought, as far as no poll brings it; none where no
        search can.
        """

    def count(self, account: Account, rule: str, since: datetime, until: datetime) -> Talk[Counted]:
        """How many posts the network counts for a rule. Raises Refused if it cannot be said as a search.

        A connector has no clock: pass `since` and `until` through `searchable` first, here and for `search`.
        """

    def search(
        self, account: Account, rule: str, since: datetime, until: datetime, cursor: str, *, most: int = 100
    ) -> Talk[SearchPage]:
        """One page of the past, newest first, with `most` posts (10 to 100); `cursor` is "" for the first page."""

    def open(self, account: Account, ear: Ear, away: float = 0.0) -> Request:
        """Open a held ear; `away` are the seconds that it has not heard, to be brought along where it can."""

    def refused_stream(self, response: Response) -> ConnectorError: ...

    def take_over(self, account: Account, ear: Ear) -> Talk[int]:
        """End the connections of our app that keep a held ear from opening; how many there were."""

    def poll(self, account: Account, ear: Ear, cursor: str) -> Talk[Heard]: ...

    def people(self, account: Account, ids: Sequence[str]) -> Talk[Sequence[Author]]:
        """What the network shows of accounts, at most `people_at_once` of them; those that it shows no more are left
        out.
        """

    def read(self, account: Account, frame: bytes) -> Sequence[Arrival]:
        """What a frame tells. The `rules` of an arrival are the tags of our rules (`Rule.tag`) that the network names
        itself; where it cannot tell which of several it was, none.
        """

    def weigh(self, text: str, *, private: bool) -> int: ...

    def split(self, text: str, *, private: bool) -> list[str]: ...

    def preflight(self, account: Account, post: Post, *, private: bool, text: str, between: Between) -> Preflight: ...

    def price(self, account: Account, parts: Sequence[Outgoing], *, described: int) -> float:
        """What these messages cost together, at most; `described` of their files have a description."""

    def upload(self, account: Account, attachment: Attachment, so_far: Uploading, piece: bytes) -> Talk[Uploading]:
        """Bring a file one step further. `piece` are the bytes from `so_far.sent` on, as many as one request takes.

        A step that was carried out and not kept may be taken again. Raises Stale where only beginning anew helps.
        """

    def act(self, account: Account, deed: Deed) -> Talk[None]: ...

    def send(self, account: Account, outgoing: Outgoing) -> Talk[Sent]: ...

    def look(self, account: Account, outgoing: Outgoing) -> Talk[Sent | None]: ...

    def says(self, text: str, post: Post) -> bool:
        """Whether `post` is `text` as the network shows it after it took it."""

    def audit(self, account: Account, subject: Subject, ids: Sequence[str]) -> Talk[str]:
        """Ask which of stored posts or people may no longer be shown; what to ask the answer by."""

    def audited(self, account: Account, ticket: str) -> Talk[Sequence[Gone] | None]:
        """The answer to an audit, None while there is none; raises LookupError where there will be none."""

    def link(self, account: Account, post_id: str, handle: str) -> str: ...

    def compose_link(self, account: Account, outgoing: Outgoing) -> str: ...

    def rates(self, account: Account) -> Rates: ...

    def bill(self, account: Account, request: Request) -> Bill:
        """What a success of this request costs."""

    def charges(self, account: Account, request: Request, response: Response) -> Sequence[Charge]:
        """What an answer was billed for; nothing for a refusal, and nothing for what was sent (see `charge_sent`)."""

    def charges_unheard(self, posts: Sequence[str]) -> Sequence[Charge]:
        """What held ears are billed for telling these posts, whether or not anybody reads it."""

    def charges_heard(self, account: Account, frame: bytes) -> Sequence[Charge]:
        """What a frame was billed for that the network brought by itself: on a held stream, by a webhook."""

    def charge_sent(self, account: Account, outgoing: Outgoing, sent: Sent, answered: Post | None) -> Charge:
        """What a message that is out was billed for, by the network's id; `answered` is the post that it answers."""
