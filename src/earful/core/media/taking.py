"""What a network takes, as data, and what is wrong with a file by that, in words that say what to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from earful.core.media.seen import Kind, Seen

_WORDS: Final[dict[Kind, tuple[str, str]]] = {
    "picture": ("one picture", "pictures"),
    "animation": ("one animation", "animations"),
    "film": ("one film", "films"),
}
_FORMATS: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "video/mp4": "MP4",
    "video/quicktime": "MOV",
}
_CODECS: Final = {"avc1": "H.264", "avc3": "H.264", "mp4a": "AAC", "hvc1": "HEVC", "hev1": "HEVC", "av01": "AV1"}


@dataclass(frozen=True, slots=True)
class Takes:
    """What a network takes of one kind of file, and how many of it in one message. 0 and () mean that it sets no limit.

    `codecs` are those of pictures and sound, in the four letters by which films name them.
    """

    kind: Kind
    types: tuple[str, ...]
    most: int
    most_bytes: int
    most_width: int = 0
    most_height: int = 0
    most_frames: int = 0
    least_seconds: float = 0.0
    most_seconds: float = 0.0
    most_rate: float = 0.0
    codecs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaRules:
    """All that a network takes in one kind of message. Files of two kinds never go together. `alt` is the longest
    description, `piece` how many bytes of a file go in one request.
    """

    takes: tuple[Takes, ...] = ()
    alt: int = 0
    piece: int = 0

    @property
    def largest(self) -> int:
        """The largest file of any kind, in bytes."""
        return max((each.most_bytes for each in self.takes), default=0)

    @property
    def types(self) -> tuple[str, ...]:
        """Every media type that is taken."""
        return tuple(media_type for each in self.takes for media_type in each.types)

    def of(self, kind: Kind) -> Takes | None:
        return next((each for each in self.takes if each.kind == kind), None)


NO_MEDIA: Final = MediaRules()


def problems(seen: Seen, rules: MediaRules, network: str) -> list[str]:
    """Why the network would not take this file; empty if it will, as far as the file tells."""
    many = _WORDS[seen.kind][1]
    takes = rules.of(seen.kind)
    if takes is None:
        return [f"{network} takes no {many} here."]
    if seen.media_type not in takes.types:
        return [f"{network} takes {many} as {_formats(takes.types)}; this one is {_formats([seen.media_type])}."]
    return [*_too_large(seen, takes, network, many), *_wrong_film(seen, takes, network)]


def _too_large(seen: Seen, takes: Takes, network: str, many: str) -> Iterable[str]:
    if seen.size > takes.most_bytes:
        yield f"{network} takes {many} of at most {_megabytes(takes.most_bytes)}; this one has {_megabytes(seen.size)}."
    wide, high = takes.most_width or seen.width, takes.most_height or seen.height
    if seen.width > wide or seen.height > high:
        yield f"{network} takes {many} of at most {wide} × {high} pixels; this one has {seen.width} × {seen.height}."
    if takes.most_frames and seen.frames > takes.most_frames:
        yield f"{network} takes {many} of at most {takes.most_frames} frames; this one has {seen.frames}."


def _wrong_film(seen: Seen, takes: Takes, network: str) -> Iterable[str]:
    if seen.seconds < takes.least_seconds or (takes.most_seconds and seen.seconds > takes.most_seconds):
        yield (
            f"{network} takes films of {takes.least_seconds:g} to {takes.most_seconds:g} seconds; "
            f"this one has {seen.seconds:.1f}."
        )
    # What shows 60 frames a second is told as a little more or less by many cameras.
    if takes.most_rate and seen.rate > takes.most_rate + 0.5:
        yield f"{network} takes at most {takes.most_rate:g} frames a second; this film has {seen.rate:.0f}."
    for codec in (seen.video, seen.audio):
        if takes.codecs and codec and codec not in takes.codecs:
            wanted = " and ".join(dict.fromkeys(_CODECS.get(each, each) for each in takes.codecs))
            yield f"{network} takes films in {wanted}; this one has {_CODECS.get(codec, codec)}."


def together(kinds: Sequence[Kind], rules: MediaRules, network: str) -> str:
    """Why these files cannot go in one message; "" if they can."""
    if len(set(kinds)) > 1:
        return f"{network} takes files of one kind in one message: pictures, or one animation, or one film."
    takes = rules.of(kinds[0]) if kinds else None
    if takes is not None and len(kinds) > takes.most:
        one, many = _WORDS[takes.kind]
        return f"{network} takes {one if takes.most == 1 else f'at most {takes.most} {many}'} in one message."
    return ""


def _formats(types: Iterable[str]) -> str:
    return ", ".join(_FORMATS.get(each, each) for each in types)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB".replace(".0 MB", " MB")
