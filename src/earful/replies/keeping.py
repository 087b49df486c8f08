"""Where the bytes of files lie until their replies are out: in the data folder, each under a name that says nothing.

A name that came with a file is shown to people and never used as one here. The folder is readable by the desk alone.
"""

import mmap
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from django.conf import settings

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{20,60}\Z")


def folder() -> Path:
    """The folder, made at first need."""
    place = Path(settings.DATA) / "attached"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def put(chunks: Iterable[bytes]) -> str:
    """Keep the bytes; answers the name under which they lie."""
    name = secrets.token_urlsafe(24)
    with _path(name).open("xb") as file:
        _path(name).chmod(0o600)
        for chunk in chunks:
            file.write(chunk)
    return name


def opened(name: str) -> IO[bytes]:
    """The bytes, for reading; raises FileNotFoundError when they are gone."""
    return _path(name).open("rb")


@contextmanager
def mapped(name: str) -> Iterator[mmap.mmap]:
    """The bytes where they lie, to look at a few of them; raises ValueError for a file without any."""
    with opened(name) as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield content


def piece(name: str, at: int, size: int) -> bytes:
    """Some of the bytes, from a place on."""
    with opened(name) as file:
        file.seek(at)
        return file.read(size)


def drop(name: str) -> None:
    """Take the bytes away; no harm if they are gone."""
    _path(name).unlink(missing_ok=True)


def older_than(moment: datetime) -> list[str]:
    """The names of all that has lain here since before a moment."""
    lying = (path for path in folder().iterdir() if path.stat().st_mtime < moment.timestamp())
    return [path.name for path in lying]


def _path(name: str) -> Path:
    if not _NAME.match(name):
        raise FileNotFoundError(f"{name!r} is not a name of ours")
    return folder() / name
