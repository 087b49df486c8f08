"""Post, Author, Place, Arrival: the only shape in which the house knows a post.

Connectors make these out of what a network says; nothing above them ever sees a network's own words.
The structs are slim and untracked by the garbage collector (`gc=False`): hundreds of thousands pass a second.
"""

from datetime import datetime
from typing import Literal

import msgspec

ArrivalKind = Literal["post", "edit", "deletion", "message", "account", "other"]


class Author(msgspec.Struct, frozen=True, gc=False):
    """A person's (or a brand's) account on one network, as the network showed it with a post.

    `id` is the network's own account id; `handle` has no "@" and keeps the case the person chose.
    An unknown count is None, which is not the same as having none. `bio` and `location` are what the person wrote
    about themselves, `posts`, `following` and `listed` count the posts
    they wrote, the people they follow and the lists that hold them. `takes_messages` says whether they can be written
    to in private by us, where the network told; `withheld` are the countries (ISO 3166-1) in which it hides them.
    """

    id: str
    handle: str = ""
    name: str = ""
    avatar: str = ""
    followers: int | None = None
    verified: bool = False
    protected: bool = False
    bio: str = ""
    location: str = ""
    posts: int | None = None
    following: int | None = None
    listed: int | None = None
    takes_messages: bool | None = None
    withheld: tuple[str, ...] = ()


class Link(msgspec.Struct, frozen=True, gc=False):
    """A link inside a text: the address as written (`short`), where it leads, and how the network shows it.

    `title` and `description` are those of the page it leads to, where the network tells them.
    """

    short: str
    address: str = ""
    shown: str = ""
    title: str = ""
    description: str = ""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a post says it was written. `country` is the two-letter code (ISO 3166-1), `box` west, south, east, north
    in degrees.
    """

    id: str = ""
    name: str = ""
    full_name: str = ""
    country: str = ""
    country_name: str = ""
    box: tuple[float, float, float, float] | None = None


class Media(msgspec.Struct, frozen=True, gc=False):
    """A picture, film or sound that came with a post. `kind` is the network's word: photo, video, animated_gif.

    `width` and `height` are in pixels, `seconds` is how long a film plays; 0 is not known.
    """

    kind: str
    address: str = ""
    preview: str = ""
    alt: str = ""
    width: int = 0
    height: int = 0
    seconds: float = 0.0


class Poll(msgspec.Struct, frozen=True, gc=False):
    """A question with choices. `votes` stand beside `choices`, as they were when the post was told."""

    choices: tuple[str, ...]
    votes: tuple[int, ...] = ()
    ends_at: datetime | None = None


class Named(msgspec.Struct, frozen=True, gc=False):
    """Somebody whom a post names or carries along: the network's account id, and the handle as it stands there."""

    id: str
    handle: str = ""


class Post(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One utterance heard on a network, public or private.

    `id` is the network's id of the *first* version; `version` is the id of this one (they differ after an edit).
    `root` is the id of the post that began the public thread, or the network's id of a private conversation.
    `mentions` are the handles that the text itself names, folded to lower case, without "@"; handles that a
    network carries along implicitly are not among them (X counts only explicit ones as a summons).
    `point` is longitude and latitude in degrees. `topics` are the network's own annotations, "domain.entity" by their
    numbers; `entities` the names that it found in the text. `spread` counts reposts and quotes together, as the network
    tells them, `reposted` the reposts alone. `answerable` says who may answer, in the network's own word
    ("everyone", "mentionedUsers", …; "" if not told); `withheld` are the countries in which the network hides the post.
    `carries` are all whom an answer to it would notify beside its author, named or carried along.
    `encrypted` is a private message of which the network lets us know that it is there, and not its words.
    """

    network: str
    id: str
    author: Author
    text: str
    created_at: datetime
    root: str = ""
    reply_to: str = ""
    reply_to_author: str = ""
    reply_to_handle: str = ""
    quotes: str = ""
    quotes_author: str = ""
    reposts: str = ""
    reposts_author: str = ""
    reposts_handle: str = ""
    mentions: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    media: tuple[Media, ...] = ()
    lang: str = ""
    private: bool = False
    recipient: str = ""
    version: str = ""
    spread: int = 0
    replies: int = 0
    likes: int = 0
    reposted: int = 0
    place: Place | None = None
    point: tuple[float, float] | None = None
    source: str = ""
    topics: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    poll: Poll | None = None
    answerable: str = ""
    withheld: tuple[str, ...] = ()
    sensitive: bool = False
    editable_until: datetime | None = None
    carries: tuple[Named, ...] = ()
    encrypted: bool = False


AccountChange = Literal["protected", "unprotected", "suspended", "unsuspended", "gone", "back", "withheld", "revoked"]


class Arrival(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Something that reached a channel: a post, an edit of one, a deletion, a private message, or another kind.

    A deletion has `id` and no `post`. An `account` event says what became of somebody's account, `id`, in `change`;
    "revoked" is the owner of one of ours taking our access back; or it tells of it anew (a handle, a name) in
    `account`. `at` is when that was, where the network told. `other` is a frame that the connector understood as
    harmless and not for us (a heartbeat in words, a notice); `note` says what it was. `rules` are the tags of our
    listening rules that the network itself says found the post. `quoted` is the post that the post quotes, where the
    network told its words along.
    """

    kind: ArrivalKind
    id: str = ""
    post: Post | None = None
    quoted: Post | None = None
    rules: tuple[str, ...] = ()
    note: str = ""
    change: AccountChange | Literal[""] = ""
    account: Author | None = None
    at: datetime | None = None
