"""Where the outside referees and real conversations lie: `EARFUL_SHARED`, or `../shared` beside the checkout."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared(*parts: str) -> Path:
    """The path of a shared file or folder; fails the test in one clear line when it is not there."""
    folder = Path(os.environ.get("EARFUL_SHARED", ROOT.parent / "shared"))
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.fail(f"{path} is not there: set EARFUL_SHARED to the folder of shared test data.", pytrace=False)
    return path
