"""`earful triage` where the second stage answers."""

import os
from collections.abc import Sequence
from pathlib import Path

from earful.cli.trouble import Trouble
from earful.core.triage import model as first_stage
from earful.core.triage.model import Model
from earful.deep import model as second_stage
from earful.deep.needed import kept_in
from earful.deep.staged import Staged


def staged(shipped: Model, bodies: Sequence[tuple[Path, bytes]]) -> Staged:
    """Both stages: the desk's own second one if it has made one, and the files, which may be of either."""
    kept = kept_in(_data())
    first, second = shipped, []
    for path, body in [*([(kept, kept.read_bytes())] if kept.exists() else []), *bodies]:
        if second_stage.looks_like_one(body):
            second.append(second_stage.read(body, str(path)))
        else:
            first = first.joined(first_stage.read(body, str(path)))
    if not second:
        raise Trouble("This desk has no second stage yet: make it with ./earful triage deepen")
    return Staged(first, tuple(second))


def _data() -> Path:
    """The desk's folder, where nobody named one."""
    return Path(os.environ.get("EARFUL_DATA", Path(os.environ.get("EARFUL_HOME", Path.cwd())) / ".earful" / "desk"))
