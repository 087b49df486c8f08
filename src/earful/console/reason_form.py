"""The form of a contact reason: what a person writes, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict

from earful.core.triage.reasons import OTHER
from earful.core.triage.topics import LONGEST_NAME, LONGEST_SAYS, MOST_WORDS, Topic, mistake
from earful.triage.topics import Reason

# More than the longest list that is allowed; what is beyond it is not read.
_LONGEST_TEXT = 60_000
_WRONG_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Written:
    """A reason as it stands in the form. `name` is "" for one that is new; `wrong` says of a field what to do."""

    name: str
    says: str
    group: str
    words: str
    active: bool
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> Reason:
        """What was written, as a reason; to be asked for when nothing is wrong."""
        return Reason(Topic(self.name, self.says, self.group, tuple(_lines(self.words))), self.active)

    @property
    def stays(self) -> bool:
        """Whether it is the one that no desk can do without."""
        return self.name == OTHER


def as_it_stands(reason: Reason) -> Written:
    """The form of a reason that there is."""
    topic = reason.topic
    return Written(topic.name, topic.says, topic.group, "\n".join(topic.words), reason.active)


def empty() -> Written:
    """The form of a new one."""
    return Written("", "", "", "", active=True)


def as_written(posted: QueryDict, name: str) -> Written:
    """The form as it was sent."""
    says, group = (_line(posted.get(each, "")) for each in ("says", "group"))
    words = posted.get("words", "")[:_LONGEST_TEXT].replace("\0", " ").replace("\r\n", "\n")
    active = posted.get("active", "yes") != "no"
    return Written(name, says, group, words, active, _wrong(says, group, words))


def _line(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())


def _lines(words: str) -> list[str]:
    """One word or phrase a line, each once."""
    return list(dict.fromkeys(line for each in words.split("\n") if (line := _line(each))))


def _wrong(says: str, group: str, words: str) -> dict[str, str]:
    found = {}
    if not says:
        found["says"] = "Say what it is about, in a few words."
    elif len(says) > LONGEST_SAYS:
        found["says"] = f"Say it in at most {LONGEST_SAYS} characters."
    if len(group) > LONGEST_NAME:
        found["group"] = f"A group has at most {LONGEST_NAME} characters."
    if mistakes := _mistakes(_lines(words)):
        found["words"] = " ".join(mistakes)
    return found


def _mistakes(lines: Sequence[str]) -> list[str]:
    if len(lines) > MOST_WORDS:
        return [f"These are {len(lines):,} words and phrases; {MOST_WORDS} are the most. Take some away."]
    found = [wrong for line in lines if (wrong := mistake(line))]
    more = f"And {len(found) - _WRONG_SHOWN} more." if len(found) > _WRONG_SHOWN else ""
    return [*found[:_WRONG_SHOWN], more] if more else found
