"""What X's frames mean: a line of the stream, or a whole page of a poll, in either vocabulary.

A frame is decoded straight into slim structs; what X adds tomorrow is ignored, what it leaves out has a
default.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from earful.connectors.x.event_frames import EventFrame
from earful.connectors.x.frames import Deletion, Frame, Includes, Item, Problem
from earful.connectors.x.reading.around import Around
from earful.connectors.x.reading.events import event
from earful.connectors.x.reading.ids import checked, is_id
from earful.connectors.x.reading.messages import message
from earful.connectors.x.reading.notices import notice
from earful.connectors.x.reading.payloads import decoded
from earful.connectors.x.reading.posts import NETWORK, arrival_of
from earful.core.connector import UnknownKind, Unreadable
from earful.core.post import AccountChange, Arrival

__all__ = ["LARGEST_FRAME", "NETWORK", "is_id", "read"]

# A post with a long text, four pictures and a hundred mentions stays under 60 kB; a page of a hundred under
# 6 MB.
LARGEST_FRAME: Final = 8_000_000

SITE: Final = "https://x.com"

_decode = msgspec.json.Decoder(Frame).decode
_decode_event = msgspec.json.Decoder(EventFrame).decode
_NO_INCLUDES = Includes()


def read(frame: bytes, site: str = SITE) -> list[Arrival]:
    """The arrivals inside a frame, oldest first; raises Unreadable with a reason for people, UnknownKind among them.

    `site` is where people open what can only be read there.
    """
    if len(frame) > LARGEST_FRAME:
        raise Unreadable(f"{len(frame) / 1e6:.1f} MB in one frame; nothing that X sends is larger than 8 MB")
    told = decoded(_decode, frame, "a message")
    if told.delete is not None:
        return [_deletion(told.delete)]
    if isinstance(told.data, Item) and not told.data.id:
        return _rarer(frame, site)
    if told.data is not None:
        return [*_arrivals(told, told.data), *_accounts(told.errors)]
    if told.errors:
        problem = told.errors[0]
        return [Arrival(kind="other", note=problem.disconnect_type or problem.title or problem.detail)]
    if told.meta is not None:
        return []
    if told.replay_job_status is not None:
        return [Arrival(kind="other", note="replay_job_status")]
    raise UnknownKind("a message without data")


def _deletion(deletion: Deletion) -> Arrival:
    gone = deletion.tweet or deletion.post
    if gone is None:
        raise UnknownKind("a deletion of something that is no post")
    return Arrival(kind="deletion", id=checked(gone.id))


def _arrivals(frame: Frame, data: list[Item] | Item) -> list[Arrival]:
    includes = frame.includes or _NO_INCLUDES
    around = Around(includes)
    rules = tuple([rule.tag for rule in frame.matching_rules])
    return [_arrival(data, around, rules)] if isinstance(data, Item) else list(_page(data, around, rules))


def _accounts(errors: list[Problem]) -> Iterator[Arrival]:
    """What errors beside posts say about accounts. That X does not show a post which another one answers or quotes is
    no fault of the frame's.
    """
    for problem in errors:
        if problem.resource_type == "user" and is_id(problem.resource_id):
            change: AccountChange | None = None
            if "suspended" in problem.detail:
                change = "suspended"
            elif problem.type.endswith("not-authorized-for-resource"):
                change = "protected"
            if change:
                yield Arrival(kind="account", id=problem.resource_id, change=change, note=problem.title)


def _page(items: list[Item], around: Around, rules: tuple[str, ...]) -> Iterator[Arrival]:
    for item in sorted(items, key=lambda item: (len(item.id), item.id)):
        try:
            yield _arrival(item, around, rules)
        except Unreadable as error:
            # X leaves fields out of single posts when it has trouble; the rest of the page is sound.
            if len(items) == 1:
                raise
            yield Arrival(kind="other", note=f"unreadable: {error}")


def _arrival(item: Item, around: Around, rules: tuple[str, ...]) -> Arrival:
    return message(item, around) if item.event_type else arrival_of(item, around, rules)


def _rarer(frame: bytes, site: str) -> list[Arrival]:
    """What an object without an id is: something that happened, or a notice. Read a second time, by other shapes."""
    happened = decoded(_decode_event, frame, "an event").data
    return event(happened, site) if happened.event_type else [notice(happened)]
