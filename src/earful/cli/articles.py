"""Article suggestion from files: `earful triage predict --articles CATALOG.json --history FILE.jsonl`.

The catalog names the articles of each brand, as {"brand": [{"id" or "doc_id", "url", "title", "text", "used" or
"train_count"}]}; only an id or an address is needed. The history has a conversation a line: "brand", "text" or
"turns", what was sent ("article" or "gold_doc_id", and the links in "agent_reply"), and "at" if it is known.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from earful.cli.rules import lines
from earful.cli.trouble import Trouble
from earful.core.articles.reading import joined, links, same_place
from earful.core.articles.shelf import Article, Asked, Sent, Shelf, shelf
from earful.core.articles.suggesting import ranked
from earful.core.articles.weights import Weights, learned

Row = Mapping[str, Any]


class _Listed(msgspec.Struct):
    """An article of a catalog."""

    doc_id: str | int | None = None
    id: str | int | None = None
    url: str = ""
    title: str = ""
    text: str = ""
    train_count: float = 0
    used: float = 0

    @property
    def named(self) -> str:
        return str(next((name for name in (self.id, self.doc_id) if name is not None), self.url))

    def article(self) -> Article:
        return Article(self.named, self.title, self.text, self.url, max(0.0, self.used, self.train_count))


@dataclass(frozen=True, slots=True)
class Articles:
    """The shelves of all brands, with weights learned from their past, and where the lines of that past stand."""

    shelves: Mapping[str, Shelf]
    weights: Weights
    past: Mapping[str, Mapping[str, Sequence[int]]]

    def ranking(self, row: Row) -> list[str]:
        """The best ids for a line, best first. None for a line without brand, words, or a brand that nobody knows.

        A line that is itself in the history is asked about as if it were not.
        """
        brand, text = str(row.get("brand") or ""), said(row)
        if brand not in self.shelves or not text:
            return []
        without = self.past.get(brand, {}).get(str(row.get("id")), ())
        return ranked(self.shelves[brand], self.weights, Asked(text, _time(row)), without=without)


NO_ARTICLES: Final = Articles({}, Weights(), {})


def articles(catalog: Path | None, history: Path | None) -> Articles:
    """Read them. Raises Trouble that names what cannot be read."""
    if catalog is None:
        if history is not None:
            raise Trouble("--history says which articles were sent; name the articles by --articles.")
        return NO_ARTICLES
    listed = _catalog(catalog)
    sent = _history(history, listed) if history else {}
    past = {brand: _places(each) for brand, each in sent.items()}
    shelves = {brand: shelf(each, [one for _, one in sent.get(brand, [])]) for brand, each in listed.items()}
    return Articles(shelves, learned(shelves.values()), past)


def said(row: Row) -> str:
    """What the customer said: the turns that are not the brand's, or the text of a line without turns."""
    turns = row.get("turns")
    if not isinstance(turns, list):
        return str(row.get("text") or "")
    theirs = [turn for turn in turns if isinstance(turn, dict) and not turn.get("is_brand")]
    return joined([str(turn.get("text") or "") for turn in theirs])


def _catalog(path: Path) -> dict[str, list[Article]]:
    try:
        listed = msgspec.json.decode(path.read_bytes(), type=dict[str, list[_Listed]])
    except (OSError, msgspec.MsgspecError) as error:
        raise Trouble(f"{path}: {error}. It takes one object of brands, each with a list of articles.") from error
    return {brand: [each.article() for each in some] for brand, some in listed.items()}


def _places(sent: Sequence[tuple[str, Sent]]) -> dict[str, list[int]]:
    """Of each line that has an id, the places of what it sent."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, (name, _) in enumerate(sent):
        found[name].append(number)
    found.pop("", None)
    return found


def _history(path: Path, listed: Mapping[str, Sequence[Article]]) -> dict[str, list[tuple[str, Sent]]]:
    """By brand what was sent, each with the id of its line."""
    places = {brand: {same_place(each.address): each.id for each in some} for brand, some in listed.items()}
    known = {brand: {each.id for each in some} for brand, some in listed.items()}
    found: dict[str, list[tuple[str, Sent]]] = defaultdict(list)
    for row in _rows(path):
        brand, reply = str(row.get("brand") or ""), _reply(row)
        if brand not in listed:
            continue
        ids = [str(row.get("article") or row.get("gold_doc_id") or "")]
        linked = (places[brand].get(same_place(link), "") for link in links(reply))
        for article in dict.fromkeys(each for each in (*ids, *linked) if each in known[brand]):
            found[brand].append((str(row.get("id") or ""), Sent(article, said(row), "", _time(row))))
    return found


def _reply(row: Row) -> str:
    reply = row.get("agent_reply") or ""
    return str(reply.get("text") or "") if isinstance(reply, dict) else str(reply)


def _time(row: Row) -> float | None:
    """When the customer wrote last, as far as the line says."""
    turns = row.get("turns")
    last = turns[-1] if isinstance(turns, list) and turns and isinstance(turns[-1], dict) else {}
    for told in (row.get("at"), row.get("created_at"), last.get("created_at")):
        try:
            return datetime.fromisoformat(str(told)).timestamp()
        except ValueError:
            continue
    return None


def _rows(path: Path) -> Iterator[Row]:
    for number, line in lines(path):
        try:
            yield msgspec.json.decode(line, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Trouble(f"{path}, line {number}: {error}. It takes one JSON object a line.") from error
