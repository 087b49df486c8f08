"""Small files of every kind that X takes, made byte by byte."""

import struct
import zlib


def png(width: int = 4, height: int = 3) -> bytes:
    """A black picture."""
    rows = b"".join(b"\0" + bytes(3 * width) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def gif(frames: int = 2, width: int = 1, height: int = 1) -> bytes:
    """A moving picture of so many frames."""
    head = b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0" + bytes(6)
    frame = b"\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
    return head + frame * frames + b"\x3b"


def jpeg(width: int = 4, height: int = 3) -> bytes:
    """The frame of a photo; no more of it is read here."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9) + frame + b"\xff\xd9"


def clip(seconds: float = 2.0, width: int = 320, height: int = 180, padding: int = 0) -> bytes:
    """The boxes of a video that tell its length and size."""
    header = bytes(12) + struct.pack(">II", 1000, round(seconds * 1000)) + bytes(80)
    track = _box(b"trak", _box(b"tkhd", bytes(76) + struct.pack(">II", width << 16, height << 16)))
    whole = _box(b"ftyp", b"isom\0\0\2\0isom") + _box(b"moov", _box(b"mvhd", header) + track)
    return whole + _box(b"mdat", bytes(padding))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content
