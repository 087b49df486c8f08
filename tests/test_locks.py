"""Advisory locks have one number space for the whole database: no two of ours may share a number."""

import re
from collections import Counter

from shared import ROOT

NUMBER = re.compile(r"^(\w+): Final = (0x0EA2F\w+)", re.MULTILINE)


def test_every_advisory_lock_has_a_number_of_its_own() -> None:
    files = (ROOT / "src" / "earful").rglob("*.py")
    locks = [(path.name, *found) for path in files for found in NUMBER.findall(path.read_text("utf-8"))]
    assert len(locks) > 4
    shared = [number for number, times in Counter(number.lower() for _, _, number in locks).items() if times > 1]
    assert not [lock for lock in locks if lock[2].lower() in shared]
