"""Foreign text with the stretches that matter marked: the words that a rule found, or the part that is wrong."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.utils.safestring import SafeString
from markupsafe import Markup, escape

from earful.core.text import Span

_MARK: Final = Markup("<mark>{}</mark>")


def marked(text: str, spans: Iterable[Sequence[int]]) -> SafeString:
    """`text` as markup, everything in it escaped, each of `spans` within a `<mark>`.

    Spans are character offsets, end excluded, as `core.language.matcher.Reason` gives them or as JSON brings them
    back. They may come in any order, touch, overlap or reach beyond the text: an edited post is shorter than it was.
    """
    parts: list[Markup] = []
    end = 0
    for start, stop in apart(spans, len(text)):
        parts += [escape(text[end:start]), _MARK.format(text[start:stop])]
        end = stop
    parts.append(escape(text[end:]))
    return SafeString("".join(parts))  # nosec B703 - each part is escaped above


def from_there(spans: Iterable[Sequence[int]], at: int) -> list[Span]:
    """The same stretches as the text counts them that begins at the character `at`."""
    return [(start - at, stop - at) for start, stop in spans]


def apart(spans: Iterable[Sequence[int]], length: int) -> Iterator[Span]:
    """The same stretches of a text of `length`, in order and with a gap between each two."""
    within = sorted((max(0, start), min(stop, length)) for start, stop in spans)
    last: Span | None = None
    for start, stop in within:
        if start >= stop:
            continue
        if last is not None and start <= last[1]:
            last = (last[0], max(last[1], stop))
            continue
        if last is not None:
            yield last
        last = (start, stop)
    if last is not None:
        yield last
