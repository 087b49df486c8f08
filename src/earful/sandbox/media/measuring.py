"""What a file's first bytes say about it: kind, size in pixels, frames, seconds. Read by hand, never decoded.

Sources: the PNG, GIF89a, JFIF, WebP and BMP headers, and the boxes of ISO/IEC 14496-12 (MP4). Only what X's limits
speak of is read; a file that breaks off or lies about its lengths is "nothing known", never an error.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

Data = bytes | mmap


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known about a file. `mime` is "" for one that nobody here can read; 0 stands for unknown."""

    mime: str = ""
    width: int = 0
    height: int = 0
    frames: int = 1
    seconds: float = 0.0


UNKNOWN = Measured()


def measure_file(path: Path) -> Measured:
    """What a file is. It is looked into where it lies: a video may be larger than memory wants to be."""
    if not path.stat().st_size:
        return UNKNOWN
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as looked_into:
        return measure(looked_into)


def measure(data: Data) -> Measured:
    """What some bytes are, by themselves alone: what their sender called them counts for nothing."""
    try:
        for known, read in KINDS:
            if known(data):
                return read(data)
    except (struct.error, IndexError, ValueError):
        pass
    return UNKNOWN


def _png(data: Data) -> Measured:
    return Measured("image/png", *struct.unpack(">II", data[16:24]))


def _gif(data: Data) -> Measured:
    width, height, flags = struct.unpack("<HHB", data[6:11])
    at = 13 + _palette(flags)
    frames = sum(1 for _ in _gif_frames(data, at))
    return Measured("image/gif", width, height, max(frames, 1))


def _gif_frames(data: Data, at: int) -> Iterator[int]:
    """The places of a GIF's pictures: extensions and pictures are chains of blocks that tell their own length."""
    while at < len(data) and data[at] != 0x3B:
        if data[at] == 0x2C:
            yield at
            at = _past_blocks(data, at + 11 + _palette(data[at + 9]))
        elif data[at] == 0x21:
            at = _past_blocks(data, at + 2)
        else:
            return


def _palette(flags: int) -> int:
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


def _past_blocks(data: Data, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _jpeg(data: Data) -> Measured:
    at = 2
    while data[at] == 0xFF:
        mark, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        # The frame headers are C0 to CF, but for three that are tables.
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return Measured("image/jpeg", width, height)
        at += 2 + length
    return Measured("image/jpeg")


def _webp(data: Data) -> Measured:
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (size & 0x3FFF for size in struct.unpack("<HH", data[26:30]))
    return Measured("image/webp", width, height)


def _bmp(data: Data) -> Measured:
    width, height = struct.unpack("<ii", data[18:26])
    return Measured("image/bmp", width, abs(height))


def _video(data: Data) -> Measured:
    mime = "video/quicktime" if data[8:12] == b"qt  " else "video/mp4"
    seconds, width, height = 0.0, 0, 0
    for name, begin, end in _boxes(data, 0, len(data), (b"moov", b"trak")):
        if name == b"mvhd":
            seconds = _seconds(data[begin:end])
        if name == b"tkhd":
            across, down = struct.unpack(">II", data[end - 8 : end])
            width, height = max(width, across >> 16), max(height, down >> 16)
    return Measured(mime, width, height, 1, seconds)


def _seconds(header: bytes) -> float:
    scale, length = struct.unpack(">IQ" if header[0] else ">II", header[20:32] if header[0] else header[12:20])
    return length / scale if scale else 0.0


def _boxes(data: Data, begin: int, end: int, inside: tuple[bytes, ...]) -> Iterator[tuple[bytes, int, int]]:
    """Every box with the place of its content; `inside` names the ones looked into, one for each level down."""
    while begin + 8 <= end:
        length, name = int.from_bytes(data[begin : begin + 4], "big"), data[begin + 4 : begin + 8]
        head = 8
        if length == 1:
            length, head = int.from_bytes(data[begin + 8 : begin + 16], "big"), 16
        until = end if length == 0 else min(begin + length, end)
        if until < begin + head:
            return
        yield name, begin + head, until
        if inside and name == inside[0]:
            yield from _boxes(data, begin + head, until, inside[1:])
        begin = until


KINDS: tuple[tuple[Callable[[Data], bool], Callable[[Data], Measured]], ...] = (
    (lambda data: data[:8] == b"\x89PNG\r\n\x1a\n", _png),
    (lambda data: data[:6] in (b"GIF87a", b"GIF89a"), _gif),
    (lambda data: data[:3] == b"\xff\xd8\xff", _jpeg),
    (lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP", _webp),
    (lambda data: data[:2] == b"BM" and len(data) > 26, _bmp),
    (lambda data: data[4:8] == b"ftyp", _video),
)
