"""A text taken apart as X does it: links shortened, and every link, mention, hashtag and cashtag with its
place.

Offsets count code points of the shown text, start inclusive, end exclusive (the unit that X leaves unsaid).
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from earful.core.handles import find_cashtags, find_hashtags, find_mentions
from earful.core.links import Found, find_links
from earful.core.weight import weigh
from earful.sandbox.accounts import Account

SHORT = "https://t.co/"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SHOWN_LENGTH = 27

Entities = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A text as X shows it, what is in it, and the accounts that it names."""

    text: str
    entities: Entities
    mentioned: tuple[Account, ...]


def dissect(typed: str, named: Callable[[str], Account | None]) -> Anatomy:
    """Take apart what somebody typed. `named` finds an account by handle: only handles that exist are
    mentions.
    """
    text, urls = shorten(typed)
    mentions, mentioned = _mentions(text, named)
    found = {
        "urls": urls,
        "mentions": mentions,
        "hashtags": _tags(find_hashtags(text)),
        "cashtags": _tags(find_cashtags(text)),
    }
    return Anatomy(text, {kind: items for kind, items in found.items() if items}, mentioned)


def untouched(text: str, named: Callable[[str], Account | None]) -> Entities:
    """What is in a text that stays as it was typed: private messages keep their links long here."""
    found = {
        "urls": [_url(link.start, link.text, link.text) for link in find_links(text)],
        "mentions": _mentions(text, named)[0],
        "hashtags": _tags(find_hashtags(text)),
        "cashtags": _tags(find_cashtags(text)),
    }
    return {kind: items for kind, items in found.items() if items}


def shorten(typed: str) -> tuple[str, list[dict[str, Any]]]:
    """Replace each link by its short form; returns the shown text and the url entities. A short link stays
    itself.
    """
    parts: list[str] = []
    urls: list[dict[str, Any]] = []
    behind = length = 0
    for link in find_links(typed):
        short = link.text if link.text.startswith(SHORT) else SHORT + short_code(link.text)
        before = typed[behind : link.start]
        start = length + len(before)
        parts += [before, short]
        urls.append(_url(start, short, link.text))
        behind, length = link.end, start + len(short)
    return "".join([*parts, typed[behind:]]), urls


def short_code(address: str) -> str:
    """Ten letters that stand for an address, always the same for the same address."""
    number = int.from_bytes(hashlib.sha256(address.encode("utf-8", "replace")).digest()[:9], "big")
    letters = []
    for _ in range(10):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def cut(text: str, short: str) -> str:
    """What a long post shows before "more": as much as fits 280, then an ellipsis and the post's own link."""
    tail = f"… {SHORT}{short}"
    low, high = 0, min(len(text), 280)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if weigh(text[:middle] + tail) <= 280 else (low, middle - 1)
    return text[:low].rstrip() + tail


def within(entities: Entities, end: int) -> Entities:
    """The entities that lie wholly before a place."""
    kept = {kind: [item for item in items if item["end"] <= end] for kind, items in entities.items()}
    return {kind: items for kind, items in kept.items() if items}


def _url(start: int, short: str, address: str) -> dict[str, Any]:
    expanded = address if address.lower().startswith(("http://", "https://")) else f"http://{address}"
    bare = expanded.split("://", 1)[1].removeprefix("www.").rstrip("/")
    shown = bare if len(bare) <= SHOWN_LENGTH else bare[: SHOWN_LENGTH - 1] + "…"
    place = {"start": start, "end": start + len(short)}
    return place | {"url": short, "expanded_url": expanded, "display_url": shown}


def _mentions(text: str, named: Callable[[str], Account | None]) -> tuple[list[dict[str, Any]], tuple[Account, ...]]:
    entities, accounts = [], {}
    for found in find_mentions(text):
        account = named(found.text)
        if account:
            username = found.text.lstrip("@＠")
            entities.append({"start": found.start, "end": found.end, "username": username, "id": str(account.id)})
            accounts[account.id] = account
    return entities, tuple(accounts.values())


def _tags(found: Iterable[Found]) -> list[dict[str, Any]]:
    return [{"start": tag.start, "end": tag.end, "tag": tag.text} for tag in found]
