"""The cases of the signals, as they lie in `signals/`: a file a language, a table a signal."""

import tomllib
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "signals"


def by_language():
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))}


def cases(kind, only=None):
    return [
        pytest.param(name, text, id=f"{language}-{name}-{text[:40]}")
        for language, table in by_language().items()
        for name, lists in table.items()
        if only in (None, name)
        for text in lists[kind]
    ]


def texts(kind, name):
    return [text for table in by_language().values() for text in table.get(name, {}).get(kind, ())]
