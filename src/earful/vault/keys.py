"""Where the vault's keys are: in the environment, or in a file that is read anew whenever it has changed."""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings


def present() -> tuple[str, ...]:
    """The keys of this moment, the one that seals first. `vault rotate` changes the file under running processes."""
    return _parted(settings.VAULT_KEY or _in_file())


def fixed() -> bool:
    """Whether the keys come from the environment, where only a person can change them."""
    return bool(settings.VAULT_KEY)


def replace(keys: tuple[str, ...]) -> None:
    """Put other keys into the file: after a crash at any point it holds either the old ones or the new ones, whole."""
    path: Path = settings.VAULT_FILE
    partial = path.with_suffix(f".{os.getpid()}")
    partial.touch(mode=0o600)
    with partial.open("w") as file:
        file.write(",".join(keys))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def new() -> str:
    """A key that nobody has."""
    return secrets.token_urlsafe(48)


def _in_file() -> str:
    path: Path = settings.VAULT_FILE
    found = path.stat()
    return _read(path, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int, _inode: int) -> str:
    return path.read_text().strip()


@lru_cache(maxsize=4)
def _parted(keys: str) -> tuple[str, ...]:
    return tuple(key for key in keys.split(",") if key)
