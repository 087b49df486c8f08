"""What is spoken across a connector beside the words of a message: files that go with it, things done to what is out,
and what the desk knows of a person that a post does not say.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from earful.core.media import Kind

DeedKind = Literal["hide", "unhide", "delete"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is to go with a message: what it is, how many bytes, its description, and for whom the message is."""

    kind: Kind
    media_type: str
    size: int
    alt: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class Uploading:
    """How far a file has come on its way to a network: what to go on from, whatever happened since.

    `id` is the network's own ("" before it gave one), `sent` how many bytes it has from the beginning, `closed` that it
    was told that this is all, `ready` that a message can carry it, which it can `until` then. While the network works
    on it, it is asked no sooner than `ask_at`.
    """

    id: str = ""
    sent: int = 0
    closed: bool = False
    ready: bool = False
    described: bool = False
    until: datetime | None = None
    ask_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done to a post that is out: another's answer hidden in a thread of ours or shown again, our own post
    deleted. To do it twice is to do it once. `post` is the network's id of it.
    """

    kind: DeedKind
    post: str


@dataclass(frozen=True, slots=True)
class Between:
    """What stands between us and a person beside the post in hand: what the network said when it let nothing through to
    them ("" if it never did), whether they wrote to us in private, and whether that can be read only there.
    """

    shut: str = ""
    wrote_first: bool = False
    encrypted: bool = False
