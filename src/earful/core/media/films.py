"""Films: MP4 and QuickTime, which are boxes within boxes (ISO/IEC 14496-12). The `moov` box tells; the rest is skipped.

moov ── mvhd                          length of the whole
     └─ trak ── tkhd                  width and height
             └─ mdia ── mdhd          time scale of the track
                     ├─ hdlr          picture or sound
                     └─ minf ── stbl ── stsd (codec), stts (how long each frame is shown)
"""

from collections.abc import Iterator
from struct import unpack_from
from typing import Final, NamedTuple

from earful.core.media.seen import Content, Seen

_QUICKTIME: Final = b"qt  "
# Files of strangers: no more boxes and lengths of frames are read than a film can sensibly have.
_MOST_BOXES: Final = 10_000
_MOST_LENGTHS: Final = 100_000


class _Box(NamedTuple):
    kind: bytes
    start: int
    end: int


class _Track(NamedTuple):
    """One track: "vide" or "soun", its codec, its size in pixels, its frames a second."""

    handler: bytes
    codec: str
    width: int
    height: int
    rate: float


def mp4(content: Content) -> Seen:
    """What the `moov` box tells of length, size and codecs."""
    whole = _Box(b"", 0, len(content))
    moov = _only(content, whole, b"moov")
    tracks = [_track(content, box) for box in _boxes(content, moov) if box.kind == b"trak"]
    pictures = next((track for track in tracks if track.handler == b"vide"), None)
    if pictures is None:
        raise ValueError("a film without pictures")
    sound = next((track.codec for track in tracks if track.handler == b"soun"), "")
    return Seen(
        "film",
        "video/quicktime" if content[8:12] == _QUICKTIME else "video/mp4",
        len(content),
        pictures.width,
        pictures.height,
        seconds=_seconds(content, _only(content, moov, b"mvhd")),
        rate=pictures.rate,
        video=pictures.codec,
        audio=sound,
    )


def _boxes(content: Content, within: _Box) -> Iterator[_Box]:
    at = within.start
    for _ in range(_MOST_BOXES):
        if at + 8 > within.end:
            return
        size, kind = unpack_from(">I4s", content, at)
        head = 8
        if size == 1:
            size, head = unpack_from(">Q", content, at + 8)[0], 16
        end = within.end if size == 0 else at + size
        if not at + head <= end <= within.end:
            raise ValueError("a box larger than what it stands in")
        yield _Box(kind, at + head, end)
        at = end


def _only(content: Content, within: _Box, *path: bytes) -> _Box:
    """The box at a path of kinds; raises ValueError where there is none."""
    for kind in path:
        found = next((box for box in _boxes(content, within) if box.kind == kind), None)
        if found is None:
            raise ValueError(f"no {kind.decode()} box")
        within = found
    return within


def _track(content: Content, trak: _Box) -> _Track:
    mdia = _only(content, trak, b"mdia")
    at = _only(content, mdia, b"hdlr").start + 8
    stbl = _only(content, mdia, b"minf", b"stbl")
    width, height = unpack_from(">II", content, _only(content, trak, b"tkhd").end - 8)
    return _Track(content[at : at + 4], _codec(content, stbl), width >> 16, height >> 16, _rate(content, mdia, stbl))


def _codec(content: Content, stbl: _Box) -> str:
    """Four letters, as "avc1" (H.264) and "mp4a" (AAC); "" where a track describes nothing."""
    stsd = _only(content, stbl, b"stsd")
    first = next(_boxes(content, _Box(b"stsd", stsd.start + 8, stsd.end)), None)
    return first.kind.decode("latin-1").strip() if first else ""


def _seconds(content: Content, header: _Box) -> float:
    """A length in its own time scale; the newer form of a header has wider fields."""
    scale, length = (
        unpack_from(">IQ", content, header.start + 20)
        if content[header.start]
        else unpack_from(">II", content, header.start + 12)
    )
    return float(length / scale) if scale else 0.0


def _rate(content: Content, mdia: _Box, stbl: _Box) -> float:
    """Frames a second, over the whole track; 0 where the table says nothing (a film in fragments)."""
    stts = _only(content, stbl, b"stts")
    told = unpack_from(">I", content, stts.start + 4)[0]
    entries = min(told, (stts.end - stts.start - 8) // 8, _MOST_LENGTHS)
    counted = [unpack_from(">II", content, stts.start + 8 + 8 * number) for number in range(entries)]
    mdhd = _only(content, mdia, b"mdhd")
    scale = unpack_from(">I", content, mdhd.start + (20 if content[mdhd.start] else 12))[0]
    frames, length = sum(count for count, _ in counted), sum(count * each for count, each in counted)
    return frames * scale / length if length else 0.0
