"""Foreign text in pieces that a template prints one by one, so that none of it is ever taken for markup."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

_HANDLE: Final = re.compile(r"(?<!\w)@\w{1,60}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text. `href` is set for a link that the network named; `handle` marks an @name."""

    text: str
    href: str = ""
    handle: bool = False


def pieces(text: str, links: Sequence[Mapping[str, Any]] = ()) -> list[Piece]:
    """`text` in order, links and handles apart. `links` are as `core.post.Link` stores them."""
    by_short = {link["short"]: link for link in links if link.get("short") and safe_address(_leads_to(link))}
    if not by_short:
        return list(_handles(text))
    # Longest first: one short address may begin with another.
    shorts = sorted(by_short, key=len, reverse=True)
    found: list[Piece] = []
    for part in re.split(f"({'|'.join(map(re.escape, shorts))})", text):
        found += [_link(by_short[part])] if part in by_short else _handles(part)
    return found


def safe_address(address: str) -> bool:
    """Whether a link may be clickable: http and https alone; anything else stays text."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _link(link: Mapping[str, Any]) -> Piece:
    return Piece(link.get("shown") or link["short"], href=_leads_to(link))


def _leads_to(link: Mapping[str, Any]) -> str:
    return str(link.get("address") or link.get("short") or "")


def _handles(text: str) -> Iterator[Piece]:
    end = 0
    for found in _HANDLE.finditer(text):
        if found.start() > end:
            yield Piece(text[end : found.start()])
        yield Piece(found[0], handle=True)
        end = found.end()
    if end < len(text):
        yield Piece(text[end:])
