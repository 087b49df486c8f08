"""What can go wrong with a database server, said so that one knows what to do next."""

import re
from pathlib import Path

_KNOWN = (
    (
        r"No space left on device|Check free disk space",
        "The disk that holds {folder} is full. Free at least 200 MB and start again.",
    ),
    (r"[Qq]uota exceeded", "The disk quota for {folder} is used up. Free at least 200 MB and start again."),
    (
        r"Read-only file system",
        "{folder} lies on a read-only disk. Choose another data folder with EARFUL_DATA.",
    ),
    (
        r"shared memory.*Cannot allocate|Cannot allocate memory|out of memory",
        "There is too little free memory for PostgreSQL. It needs about 150 MB.",
    ),
    (
        r"incompatible with server|not compatible with this version",
        "{folder} was made by another version of PostgreSQL. Run `earful db upgrade`.",
    ),
    (
        r"lock file .* already exists|pre-existing shared memory block",
        "Another PostgreSQL is still using {folder}. Stop it and start again.",
    ),
    (
        r"Permission denied|has wrong ownership|invalid permissions",
        "PostgreSQL may not use {folder}: see its owner.",
    ),
)
"""What the server or the system says, and our sentence for it. The first that matches wins."""


class EmbeddedError(Exception):
    """The database cannot be had. The message is for people and says what to do next."""


def explain(what: str, said: str, folder: Path) -> EmbeddedError:
    """The error for a failed step: `what` failed while `said` was the tool's last output, about `folder`."""
    lines = "\n".join("  " + line for line in said.strip().splitlines()[-12:])
    return EmbeddedError(f"{what} {_advice(said, folder)}\n{lines}".strip())


def _advice(said: str, folder: Path) -> str:
    for pattern, sentence in _KNOWN:
        if re.search(pattern, said):
            return sentence.format(folder=folder)
    return "Its last words:"
