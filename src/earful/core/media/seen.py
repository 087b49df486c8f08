"""A file as it was seen, and what a file is read from."""

from dataclasses import dataclass
from mmap import mmap
from typing import Literal

# A large film is mapped, not read: only the few bytes that tell something are ever touched.
Content = bytes | mmap
Kind = Literal["picture", "animation", "film"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the bytes of a file tell. `width` and `height` are in pixels, `frames` counts an animation's; `seconds`,
    `rate` (frames a second), `video` and `audio` (codecs) are a film's. 0 and "" are not known, or not there.
    """

    kind: Kind
    media_type: str
    size: int
    width: int = 0
    height: int = 0
    frames: int = 0
    seconds: float = 0.0
    rate: float = 0.0
    video: str = ""
    audio: str = ""
