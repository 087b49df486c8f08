"""Foreign text in pieces that a template prints one by one, so that none of it is ever taken for markup."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlsplit

from earful.console.marking import apart
from earful.core.text import Span
from earful.core.triage.personal import Personal, mask

_HANDLE: Final = re.compile(r"(?<!\w)@\w{1,60}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text. `href` is set for a link that the network named, `leads` is where that comes out if it is
    another address; `handle` tells an @name; `marked` says that it is what a listening rule found. What is personal is
    `hidden` behind what stands there instead, until somebody asks; `kind` says what it is.
    """

    text: str
    href: str = ""
    leads: str = ""
    handle: bool = False
    marked: bool = False
    hidden: str = ""
    kind: str = ""


def pieces(
    text: str,
    links: Sequence[Mapping[str, Any]] = (),
    spans: Iterable[Sequence[int]] = (),
    *,
    through: bool = False,
    hide: Sequence[Personal] = (),
) -> list[Piece]:
    """`text` in order, links and handles apart, and what lies within `spans` (see `marking.marked`) marked. `links` are
    as `core.post.Link` stores them; they lead `through` the network's own short address where it asks for that. What is
    personal in it is told by `hide`: to be found it takes the whole text, of which this may be a part.
    """
    marks = list(apart(spans, len(text)))
    found, at = list[Piece](), 0
    for written, piece in _written(text, links, through=through):
        for words, part in _hidden(written, piece, at, hide):
            found += _marked(part, len(words), [(start - at, stop - at) for start, stop in marks])
            at += len(words)
    return found


def _hidden(written: str, piece: Piece, at: int, hide: Sequence[Personal]) -> Iterator[tuple[str, Piece]]:
    """`piece`, which begins at `at`, split where something to hide begins or ends. Links and handles stay as they
    are.
    """
    if piece.href or piece.handle:
        yield written, piece
        return
    end = 0
    for each in hide:
        start, stop = max(end, each.start - at), min(each.stop - at, len(written))
        if start >= stop:
            continue
        if start > end:
            yield written[end:start], replace(piece, text=written[end:start])
        words = written[start:stop]
        yield words, replace(piece, text=words, hidden=mask(each.kind, words), kind=each.kind.says)
        end = stop
    if end < len(written):
        yield written[end:], replace(piece, text=written[end:])


def _written(text: str, links: Sequence[Mapping[str, Any]], *, through: bool) -> Iterator[tuple[str, Piece]]:
    """Each piece behind what stands for it in `text`."""
    by_short = {link["short"]: link for link in links if link.get("short") and safe_address(_leads_to(link))}
    if not by_short:
        yield from _handles(text)
        return
    # Longest first: one short address may begin with another.
    shorts = sorted(by_short, key=len, reverse=True)
    for part in re.split(f"({'|'.join(map(re.escape, shorts))})", text):
        if part in by_short:
            yield part, _link(by_short[part], through=through)
        else:
            yield from _handles(part)


def _marked(piece: Piece, length: int, marks: Sequence[Span]) -> Iterator[Piece]:
    """`piece`, which takes up `length` characters, split where a mark begins or ends; a link is marked whole, and so is
    what is hidden."""
    within = [(max(0, start), min(stop, length)) for start, stop in marks if start < length and stop > 0]
    if piece.href or piece.hidden or not within:
        yield replace(piece, marked=bool(within))
        return
    edges = sorted({0, length, *(edge for mark in within for edge in mark)})
    for start, stop in pairwise(edges):
        yield replace(piece, text=piece.text[start:stop], marked=any(a <= start < b for a, b in within))


def safe_address(address: str) -> bool:
    """Whether a link may be clickable: http and https alone; anything else stays text."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _link(link: Mapping[str, Any], *, through: bool) -> Piece:
    shown, leads, short = link.get("shown") or link["short"], _leads_to(link), str(link["short"])
    if through and leads != short and safe_address(short):
        return Piece(shown, href=short, leads=leads)
    return Piece(shown, href=leads)


def _leads_to(link: Mapping[str, Any]) -> str:
    return str(link.get("address") or link.get("short") or "")


def _handles(text: str) -> Iterator[tuple[str, Piece]]:
    end = 0
    for found in _HANDLE.finditer(text):
        if found.start() > end:
            yield text[end : found.start()], Piece(text[end : found.start()])
        yield found[0], Piece(found[0], handle=True)
        end = found.end()
    if end < len(text):
        yield text[end:], Piece(text[end:])
