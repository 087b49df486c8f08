"""Articles from a table: a CSV with the columns title, address, text, language. What is there already is changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from earful.channels.models import Channel
from earful.core.addresses import is_web_address
from earful.core.articles.reading import address_words
from earful.knowledge.keeping import CHANGE, SamePlace, keep
from earful.knowledge.models import LONGEST_ADDRESS, LONGEST_TEXT, Article
from earful.people.models import Agent
from earful.people.permitting import administrators_only

MOST_ROWS: Final = 5_000
MOST_BYTES: Final = 5_000_000
# What other programs call the same.
_NAMES: Final = {
    "title": ("title", "name", "subject"),
    "address": ("address", "url", "link", "href", "loc"),
    "text": ("text", "body", "content"),
    "language": ("language", "lang", "locale"),
}
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a table; `faults` say of which lines nothing came, and why."""

    added: int
    changed: int
    faults: Sequence[str]


class Unreadable(Exception):
    """This is no table that can be read; the message says what to do."""


@transaction.atomic
def import_table(content: bytes, by: Agent, channel: Channel | None) -> Imported:
    """Add the articles of a table, for one channel or for all. Raises NotYours and Unreadable; nothing is kept then."""
    administrators_only(by, CHANGE)
    added, changed, faults = 0, 0, []
    for number, row in _rows(content):
        if fault := _fault(row):
            faults.append(f"Line {number}: {fault}")
            continue
        article = _as_known(row, channel)
        new = article.pk is None
        try:
            keep(article, by)
        except SamePlace as error:
            faults.append(f"Line {number}: {error}")
            continue
        added, changed = added + new, changed + (not new)
    return Imported(added, changed, faults)


def _rows(content: bytes) -> Iterator[tuple[int, Row]]:
    if len(content) > MOST_BYTES:
        raise Unreadable(f"The file is too large: {MOST_BYTES // 1_000_000} MB are the most. Import it in parts.")
    try:
        table = csv.DictReader(io.StringIO(content.decode("utf-8-sig").replace("\x00", ""), newline=""))
        columns = _columns(table.fieldnames or [])
        for number, row in enumerate(table, 1):
            if number > MOST_ROWS:
                raise Unreadable(f"The table has too many lines: {MOST_ROWS:,} are the most. Import it in parts.")
            yield table.line_num, {name: (row.get(column) or "").strip() for name, column in columns.items()}
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable("This is no CSV in UTF-8. Save the table as “CSV UTF-8”, and import that.") from error


def _columns(names: Sequence[str]) -> dict[str, str]:
    """Of each of ours the column that has it."""
    found = {name.strip().lower(): name for name in reversed(names)}
    columns = {ours: found[name] for ours, theirs in _NAMES.items() for name in reversed(theirs) if name in found}
    if not {"title", "address"} & columns.keys():
        raise Unreadable(
            "The first line must name the columns: title, address, text, language. One of the first two is needed."
        )
    return columns


def _fault(row: Row) -> str:
    address = row.get("address", "")
    if address and (len(address) > LONGEST_ADDRESS or not is_web_address(address)):
        return "the address is no web address that begins with https:// or http://."
    if not address and not row.get("text"):
        return "there is nothing to send: neither an address nor a text."
    if not _title(row):
        return "there is no title."
    return "the text is too long." if len(row.get("text", "")) > LONGEST_TEXT else ""


def _title(row: Row) -> str:
    """As the table says, or as its address reads."""
    return row.get("title", "")[:200] or " ".join(address_words(row.get("address", "")))[:200].capitalize()


def _as_known(row: Row, channel: Channel | None) -> Article:
    """The article at this address, changed as the row says; a new one where there is none."""
    article = Article(
        title=_title(row),
        address=row.get("address", ""),
        text=row.get("text", ""),
        language=row.get("language", "")[:10],
        channel=channel,
    )
    article.settle()
    known = Article.objects.filter(channel=channel, place=article.place).exclude(place="").first()
    for name in ("title", "address", "text", "language") if known else ():
        if row.get(name):
            setattr(known, name, getattr(article, name))
    return known or article
