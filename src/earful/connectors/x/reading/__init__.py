"""What X's frames mean: a line of the stream, or a whole page of a poll, in either vocabulary.

A frame is decoded straight into slim structs; what X adds tomorrow is ignored, what it leaves out has a
default.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from earful.connectors.x.frames import Deletion, Frame, Includes, Item
from earful.connectors.x.reading.around import Around
from earful.connectors.x.reading.ids import checked, is_id
from earful.connectors.x.reading.messages import message
from earful.connectors.x.reading.posts import NETWORK, post_of, quoted_by
from earful.core.connector import Unreadable
from earful.core.post import Arrival, ArrivalKind

__all__ = ["LARGEST_FRAME", "NETWORK", "is_id", "read"]

# A post with a long text, four pictures and a hundred mentions stays under 60 kB; a page of a hundred under
# 6 MB.
LARGEST_FRAME: Final = 8_000_000

_decode = msgspec.json.Decoder(Frame).decode
_NO_INCLUDES = Includes()


def read(frame: bytes) -> list[Arrival]:
    """The arrivals inside a frame, oldest first; raises Unreadable with a reason for people."""
    if len(frame) > LARGEST_FRAME:
        raise Unreadable(f"{len(frame) / 1e6:.1f} MB in one frame; nothing that X sends is larger than 8 MB")
    try:
        decoded = _decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"not in a shape X uses: {str(error)[:300]}") from error
    if decoded.delete is not None:
        return [_deletion(decoded.delete)]
    if decoded.data is not None:
        return _arrivals(decoded, decoded.data)
    if decoded.errors:
        problem = decoded.errors[0]
        return [Arrival(kind="other", note=problem.disconnect_type or problem.title or problem.detail)]
    if decoded.meta is not None:
        return []
    raise Unreadable("a kind of message that this version does not know")


def _deletion(deletion: Deletion) -> Arrival:
    gone = deletion.tweet or deletion.post
    if gone is None:
        raise Unreadable("a deletion of a kind that this version does not know")
    return Arrival(kind="deletion", id=checked(gone.id))


def _arrivals(frame: Frame, data: list[Item] | Item) -> list[Arrival]:
    includes = frame.includes or _NO_INCLUDES
    around = Around(includes)
    rules = tuple([rule.tag for rule in frame.matching_rules])
    return [_arrival(data, around, rules)] if isinstance(data, Item) else list(_page(data, around, rules))


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
    if item.event_type:
        return message(item, around)
    post = post_of(item, around)
    quoted = quoted_by(post, around)
    kind: ArrivalKind = "edit" if post.version != post.id else "post"
    return Arrival(kind=kind, id=post.id, post=post, quoted=quoted, rules=rules)
