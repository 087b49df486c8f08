"""Matters: keys that rise because the same people speak of the same thing are one matter, and one spike."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from earful.core.spikes.places import told
from earful.core.spikes.rising import Rise
from earful.core.spikes.voice import Key, Voice

# Half of the threads of the smaller one: who joins in under a post speaks of the same thing in other words.
SHARED: Final = 0.5
MOSTLY: Final = 0.7
ABOUT_AS_MUCH: Final = 0.7
_ORDER: Final = {"term": 0, "rule": 1, "reason": 2, "channel": 3}
MOST_WORDS: Final = 2


@dataclass(slots=True)
class Matter:
    """Rises that belong together. `lead` is the one that most people stand behind, of those that are about as
    surprising as any; channels last.
    """

    rises: list[Rise] = field(default_factory=list)

    @property
    def lead(self) -> Rise:
        telling = [rise for rise in self.rises if rise.key.kind != "channel"] or self.rises
        most = max(rise.surprise for rise in telling)
        able = [rise for rise in telling if rise.surprise >= ABOUT_AS_MUCH * most]
        return max(able, key=lambda rise: (rise.people, rise.surprise, rise.key))

    def since(self, moment: float) -> "Matter":
        """The same without what was written before: it was usual then."""
        return Matter([later for rise in self.rises if (later := rise.since(moment)).voices])

    @property
    def keys(self) -> list[Key]:
        return [rise.key for rise in self.rises]

    @property
    def counted(self) -> list[Voice]:
        """The voices of the lead, and since it began those of what is mostly said along with it; not all that was
        written meanwhile.
        """
        lead = self.lead
        threads, since = {voice.thread for voice in lead.voices}, lead.voices[0].at
        counted = {voice.post: voice for voice in lead.voices}
        for rise in self.rises:
            late = [voice for voice in rise.voices if voice.at >= since]
            if late and sum(voice.thread in threads for voice in late) >= MOSTLY * len(late):
                counted |= {voice.post: voice for voice in late}
        return list(counted.values())

    @property
    def reached(self) -> set[str]:
        """All threads of all its rises."""
        return {voice.thread for rise in self.rises for voice in rise.voices}

    @property
    def posts(self) -> set[int]:
        return {voice.post for voice in self.counted}

    @property
    def threads(self) -> set[str]:
        return {voice.thread for voice in self.counted}

    @property
    def voices(self) -> tuple[Voice, ...]:
        """The voices behind the lead: what its numbers count."""
        return self.lead.voices

    @property
    def terms(self) -> list[str]:
        """The words that most of its people say, pairs before the words that they are made of."""
        behind = {voice.post for voice in self.voices}
        found = [rise for rise in self.rises if rise.key.kind == "term"]
        found.sort(key=lambda rise: (-_said_by(rise, behind), -len(rise.key.name), rise.key))
        return _apart([rise.key.name for rise in found])

    @property
    def places(self) -> list[str]:
        return told((voice.author, place) for voice in self.voices for place in voice.places)


def matters(rises: Iterable[Rise]) -> list[Matter]:
    """The rises, those together that share half of the threads of the smaller: words first, the most surprising before
    the others, then what stands over them. A reason, a rule or a channel may hold several matters, and joins the one
    that it shares most with.
    """
    found: list[Matter] = []
    for rise in sorted(rises, key=lambda rise: (_ORDER[rise.key.kind], -rise.surprise, rise.key)):
        threads = {voice.thread for voice in rise.voices}
        near = max(found, key=lambda matter: len(threads & matter.reached), default=None)
        if near is not None and overlap(threads, near.reached) >= SHARED:
            near.rises.append(rise)
        else:
            found.append(Matter([rise]))
    return found


def overlap(one: Collection[str], other: Collection[str]) -> float:
    """Which share of the smaller of two sets of threads is in the other as well."""
    smaller = min(len(one), len(other))
    return len(set(one) & set(other)) / smaller if smaller else 0.0


def _said_by(rise: Rise, posts: Collection[int]) -> int:
    """How many people say it, a pair of words one and a half times: it says more."""
    people = len({voice.author for voice in rise.voices if voice.post in posts})
    return 3 * people if " " in rise.key.name else 2 * people


def _apart(terms: Sequence[str]) -> list[str]:
    """The first few that do not say the same words."""
    told: list[str] = []
    for term in terms:
        if len(told) < MOST_WORDS and not any(set(term.split()) & set(other.split()) for other in told):
            told.append(term)
    return told
