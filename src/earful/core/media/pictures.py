"""Pictures and animations: PNG (W3C, third edition), JPEG (ITU-T T.81), GIF (89a) and WebP (RFC 9649)."""

from struct import unpack_from
from typing import Final

from earful.core.media.seen import Content, Seen

# Start-of-frame markers of JPEG hold the size; three numbers among them mean other things.
_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE: Final = frozenset({0x01, 0xFF, *range(0xD0, 0xD9)})
_GIF_EXTENSION, _GIF_IMAGE, _GIF_END = 0x21, 0x2C, 0x3B
# Files of strangers: what is larger than anybody takes is not counted to its end.
_COUNTED_TO: Final = 20_000_000


def png(content: Content) -> Seen:
    """The first chunk is the header; an animated PNG is shown by networks as its first picture."""
    if content[12:16] != b"IHDR":
        raise ValueError("a PNG without a header")
    width, height = unpack_from(">II", content, 16)
    return Seen("picture", "image/png", len(content), width, height)


def jpeg(content: Content) -> Seen:
    """Markers are walked over until a start of frame tells the size."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise ValueError("a JPEG without its markers")
        marker = content[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = unpack_from(">HH", content, at + 5)
            return Seen("picture", "image/jpeg", len(content), width, height)
        at += 1 if marker == 0xFF else 2 if marker in _JPEG_ALONE else 2 + unpack_from(">H", content, at + 2)[0]


def gif(content: Content) -> Seen:
    """The size stands in front; every image block is a frame. One frame alone is a picture."""
    width, height = unpack_from("<HH", content, 6)
    frames = _gif_frames(content)
    return Seen("animation" if frames > 1 else "picture", "image/gif", len(content), width, height, frames)


def _gif_frames(content: Content) -> int:
    at, frames = 13 + _colours(content[10]), 0
    while content[at] != _GIF_END and at < _COUNTED_TO:
        if content[at] == _GIF_IMAGE:
            frames += 1
            at = _after_blocks(content, at + 11 + _colours(content[at + 9]))
        elif content[at] == _GIF_EXTENSION:
            at = _after_blocks(content, at + 2)
        else:
            raise ValueError("a GIF with a block of no known kind")
    return frames


def _colours(packed: int) -> int:
    """How many bytes of colour table follow, by the byte that announces it."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _after_blocks(content: Content, at: int) -> int:
    while content[at]:
        at += 1 + content[at]
    return at + 1


def webp(content: Content) -> Seen:
    """Three kinds of first chunk, each with the size in its own way; only the extended one can be animated."""
    kind = content[12:16]
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
        return Seen("animation" if content[20] & 2 else "picture", "image/webp", len(content), width, height)
    if kind == b"VP8L":
        bits = unpack_from("<I", content, 21)[0]
        return Seen("picture", "image/webp", len(content), 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF))
    if kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in unpack_from("<HH", content, 26))
        return Seen("picture", "image/webp", len(content), width, height)
    raise ValueError("a WebP without a picture")
