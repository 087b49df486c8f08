"""A trend as a row of bars, drawn here and not by a script, with the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Size:
    """How large a drawing is, in pixels: from bar to bar, a bar's width, the highest bar, and room for labels below."""

    step: int
    bar: int
    height: int
    below: int = 0


SMALL: Final = Size(step=7, bar=5, height=24)
LARGE: Final = Size(step=40, bar=28, height=48, below=16)
# A day without finds is still a day: it is drawn as a line of this height.
_LEAST: Final = 1.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One value: where it stands in the drawing. `last` is the newest; `middle` is where its label stands."""

    x: int
    y: float
    height: float
    middle: float
    label: str
    none: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Spark:
    """Bars, oldest first, in a box of `width` by `height`; `words` say the same to who cannot see them."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    bar: int
    words: str


def spark(values: Sequence[int], words: str, labels: Sequence[str] = (), size: Size = SMALL) -> Spark:
    """The drawing of `values`, the highest of them as high as `size` allows; `labels`, if any, are one for each."""
    top = max([*values, 1])
    bars = []
    for place, value in enumerate(values):
        height = max(_LEAST, round(value / top * size.height, 1))
        x, label = place * size.step, labels[place] if labels else ""
        last = place == len(values) - 1
        bars.append(Bar(x, round(size.height - height, 1), height, x + size.bar / 2, label, value == 0, last))
    width = max(1, len(bars) * size.step - (size.step - size.bar))
    return Spark(tuple(bars), width, size.height + size.below, size.bar, words)
