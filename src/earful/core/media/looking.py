"""Looking at a file: by its first bytes it is of one format, and that format's reader tells the rest."""

from collections.abc import Callable, Sequence
from struct import error as TooShort  # noqa: N812
from typing import Final

from earful.core.media import films, pictures
from earful.core.media.seen import Content, Seen


class NotMedia(Exception):  # says what to attach instead
    """Not a picture, animation or film that can be told from its bytes; the message says so to people."""


_FORMATS: Final[Sequence[tuple[Callable[[bytes], bool], Callable[[Content], Seen]]]] = (
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), pictures.png),
    (lambda head: head.startswith(b"\xff\xd8\xff"), pictures.jpeg),
    (lambda head: head[:6] in (b"GIF87a", b"GIF89a"), pictures.gif),
    (lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", pictures.webp),
    (lambda head: head[4:8] == b"ftyp", films.mp4),
)


def look(content: Content) -> Seen:
    """What the file is; raises NotMedia when it is none that we know, or is damaged so that this cannot be told."""
    head = bytes(content[:16])
    reader = next((reader for begins, reader in _FORMATS if begins(head)), None)
    if reader is None:
        raise NotMedia("This is no picture (JPEG, PNG, WebP), GIF or film (MP4, MOV) by its content.")
    try:
        seen = reader(content)
    except (IndexError, ValueError, TooShort) as error:
        raise NotMedia("This file is damaged or not whole: its size cannot be read from it.") from error
    if not (seen.width and seen.height):
        raise NotMedia("This file is damaged or not whole: its size cannot be read from it.")
    return seen
