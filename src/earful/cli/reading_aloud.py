"""What rules see in a text, line by line: its language, what is personal in it, the signals that fire, their points."""

from collections.abc import Iterator

from earful.core.triage.personal import masked, personal
from earful.core.triage.signals import Fired, fired
from earful.core.triage.tongues import tongue
from earful.core.triage.verdict import judge


def reading(text: str) -> Iterator[str]:
    """The lines that stand above the heads' answers."""
    yield f"{'language:':<13}{tongue(text) or 'nobody could tell'}"
    if found := personal(text):
        yield f"{'shown as:':<13}{masked(text, found)}"
    for each in fired(text):
        yield _said(text, each)
    yield f"{'points:':<13}{judge(text).points} of urgency by signals"


def _said(text: str, each: Fired) -> str:
    """A signal, what it adds, and the words that it was told by."""
    points = f"{each.signal.points:+d}" if each.signal.points else ""
    words = ", ".join(f'"{text[start:stop]}"' for start, stop in each.spans)
    because = f"   because: {words}" if words and each.signal.name != "personal" else ""
    return f"{'signal:':<13}{each.signal.says:<34}{points:>5}{because}".rstrip()
