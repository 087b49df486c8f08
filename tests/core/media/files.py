"""Small files made by their formats' rules, a few bytes each, as large as they claim to be."""

from struct import pack


def png(width=640, height=480):
    header = b"IHDR" + pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + pack(">I", 13) + header + b"\0\0\0\0" + pack(">I", 0) + b"IEND" + b"\0\0\0\0"


def jpeg(width=640, height=480):
    about = b"\xff\xe0" + pack(">H", 16) + b"JFIF\0" + b"\0" * 9
    frame = b"\xff\xc0" + pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8" + about + b"\xff" + frame + b"\xff\xd9"


def gif(frames=3, width=320, height=200):
    control = b"\x21\xf9\x04\0\0\0\0\0"
    image = b"\x2c" + pack("<HHHHB", 0, 0, width, height, 0x80) + b"\0" * 6 + b"\x02" + b"\x02\x44\x01\0"
    return b"GIF89a" + pack("<HHBBB", width, height, 0x91, 0, 0) + b"\0" * 12 + (control + image) * frames + b"\x3b"


def webp(kind="VP8X", width=300, height=150, moves=False):
    inside = {
        "VP8X": bytes([2 if moves else 0, 0, 0, 0]) + pack("<I", width - 1)[:3] + pack("<I", height - 1)[:3],
        "VP8L": b"\x2f" + pack("<I", (width - 1) | (height - 1) << 14),
        "VP8 ": b"\0\0\0\x9d\x01\x2a" + pack("<HH", width, height),
    }[kind]
    chunk = kind.encode() + pack("<I", len(inside)) + inside
    return b"RIFF" + pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def box(kind, *inside):
    content = b"".join(inside)
    return pack(">I4s", len(content) + 8, kind) + content


def film(seconds=12.0, rate=30, width=1280, height=720, video=b"avc1", audio=b"mp4a", brand=b"isom", late=False):
    """A film whose pictures are missing: all that is told of it is there. `late` puts that at the end of the file."""
    frames = round(seconds * rate)
    tracks = [_track(b"vide", video, frames, 600 // rate, width, height)]
    tracks += [_track(b"soun", audio, frames, 600 // rate, 0, 0)] if audio else []
    moov = box(b"moov", box(b"mvhd", pack(">IIIII", 0, 0, 0, 1000, round(seconds * 1000)), b"\0" * 80), *tracks)
    data = box(b"mdat", b"\0" * 64)
    return box(b"ftyp", brand, b"\0\0\2\0") + (data + moov if late else moov + data)


def _track(handler, codec, frames, each, width, height):
    described = box(b"stsd", pack(">II", 0, 1), box(codec, b"\0" * 70))
    timed = box(b"stts", pack(">IIII", 0, 1, frames, each))
    media = box(
        b"mdia",
        box(b"mdhd", pack(">IIIII", 0, 0, 0, 600, frames * each), b"\0" * 4),
        box(b"hdlr", pack(">II", 0, 0), handler, b"\0" * 12),
        box(b"minf", box(b"stbl", described, timed)),
    )
    return box(b"trak", box(b"tkhd", b"\0" * 76, pack(">II", width << 16, height << 16)), media)
