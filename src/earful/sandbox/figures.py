"""What hangs on a post or a message, made ready to be shown on a page: pictures, polls, a button, labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earful.sandbox.messages import Message
from earful.sandbox.polls import poll_shape
from earful.sandbox.posting.bodies import recipient
from earful.sandbox.posts import Post

if TYPE_CHECKING:
    from earful.sandbox.media.uploads import Upload
    from earful.sandbox.world import World

WHO_MAY_REPLY = {
    "following": "Only accounts that the author follows may reply",
    "mentionedUsers": "Only accounts that the author names may reply",
    "subscribers": "Only the author's subscribers may reply",
    "verified": "Only verified accounts may reply",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture or a video. `url` is "" for one that lies elsewhere: nothing on a page is loaded from there."""

    kind: str
    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a poll."""

    label: str
    votes: int


def figures(world: "World", post: Post) -> tuple[Figure, ...]:
    """The pictures and videos of a post."""
    return tuple(_figures(world, post))


def attachment(world: "World", message: Message) -> Figure | None:
    """What a private message carries."""
    upload = world.uploads.find(message.media) if message.media else None
    return _figure(upload, "/i/messages/files") if upload else None


def choices(post: Post) -> tuple[Choice, ...]:
    """The options of a post's poll."""
    poll = post.facts.poll
    return tuple(Choice(option.label, option.votes) for option in poll.options) if poll else ()


def labels(world: "World", post: Post) -> tuple[str, ...]:
    """What is said about a post in so many words."""
    facts, poll = post.facts, post.facts.poll
    withheld = facts.withheld.countries if facts.withheld else world.states.of(post.author).withheld
    said = (
        (poll and f"Poll, {poll_shape(poll, post, world.clock())['voting_status']}", bool(poll)),
        (WHO_MAY_REPLY.get(facts.reply_settings), bool(facts.reply_settings)),
        ("Paid partnership", facts.paid_partnership),
        ("Made with AI", facts.made_with_ai),
        ("Sensitive content", facts.sensitive),
        ("Hidden by the author of the conversation", facts.hidden),
        (f"Withheld in {', '.join(withheld)}", bool(withheld)),
    )
    return tuple(words for words, holds in said if holds and words)


def leads_to(world: "World", post: Post) -> str:
    """The id of the account that a post's button writes to, or ""."""
    number = recipient(post.facts.deep_link) if post.facts.deep_link else 0
    return str(number) if number and world.accounts.find(number) else ""


def _figures(world: "World", post: Post) -> Iterator[Figure]:
    for item in post.media:
        upload = world.uploads.of(item)
        if upload:
            yield _figure(upload, "/media")
        else:
            yield Figure(str(item.get("type", "photo")), "", str(item.get("alt_text", "")))


def _figure(upload: "Upload", folder: str) -> Figure:
    return Figure(upload.kind.shows, f"{folder}/{upload.id}.{upload.extension}", upload.alt)
