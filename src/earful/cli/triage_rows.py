"""Rows of labelled files for `earful triage`: a .csv, or a JSON object a line."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from earful.cli.rules import lines
from earful.cli.trouble import Trouble

Row = dict[str, Any]


def rows_of(path: Path, *wanted: str) -> Iterator[Row]:
    """The rows of a .csv or of lines of JSON. Raises Trouble naming the line that cannot be read."""
    for row in _table(path) if path.suffix == ".csv" else _objects(path):
        yield having(path, row, *wanted)


def having(path: Path, row: Row, *wanted: str) -> Row:
    """The row, if it has what is wanted."""
    if missing := [name for name in wanted if name not in row]:
        raise Trouble(f"{path} has no {missing[0]!r}, only {', '.join(row)}: name its columns by an option.")
    return row


def _objects(path: Path) -> Iterator[Row]:
    for number, line in lines(path):
        try:
            yield msgspec.json.decode(line, type=Row)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise _unreadable(path, number, error) from error


def _table(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        try:
            yield from table
        except (csv.Error, UnicodeDecodeError) as error:
            raise _unreadable(path, table.line_num + 1, error) from error


def _unreadable(path: Path, line: int, error: Exception) -> Trouble:
    return Trouble(f"{path}, line {line}: {error}. It takes one JSON object a line, or a .csv in UTF-8.")
