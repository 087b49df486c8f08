"""What people say once the script has run out, for ever: pool lines, bystanders' acts, small outages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal

from earful.sandbox.crowd.book import Line, Role, book
from earful.sandbox.crowd.said import MoveKind
from earful.sandbox.crowd.words import dice

Act = Literal["say", "reply", "quote", "repost", "edit", "delete"]

# Of a hundred steps, how many are which act.
ACTS: Mapping[Act, int] = {"say": 79, "reply": 9, "quote": 3, "repost": 4, "edit": 3, "delete": 2}

# Nobody begins something new within these seconds of their last word, while there are others.
REST = 480.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A post that bystanders have just seen."""

    key: str
    handle: str
    text: str
    about: str


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's part in a wave. `at` in seconds; `say` has slots, and `slots` are the wave's own words."""

    at: float
    key: str
    handle: str
    say: str
    about: str = "outage"
    kind: MoveKind = "post"
    of: str = ""
    slots: dict[str, str] = field(default_factory=dict)


def act(seed: int, step: int, seen: Sequence[Seen]) -> Act:
    """What happens in this step; without anything to react to, somebody speaks."""
    chosen = dice(seed, "act", step).choices(list(ACTS), list(ACTS.values()))[0]
    return chosen if seen else "say"


def pool_line(seed: int, step: int) -> Line:
    """The line of this step. The whole pool is used up, in a new order each time, before a line returns."""
    lines = list(book().pool)
    cycle, place = divmod(step, len(lines))
    dice(seed, "pool", cycle).shuffle(lines)
    return lines[place]


def speaker(seed: int, step: object, line: Line, spoke: Mapping[str, float], at: float) -> Role:
    """Who says it: somebody whose language and life fit, rested if there is anybody rested."""
    fitting = [role for role in book().cast.values() if _fits(role, line)]
    return dice(seed, "speaker", step).choice(_rested(fitting, spoke, at))


def _fits(role: Role, line: Line) -> bool:
    if line.who:
        return role.person.handle in line.who
    return role.speaks == line.speaks and role.bot == (line.about == "spam") and not role.reserved


def _rested(roles: Sequence[Role], spoke: Mapping[str, float], at: float) -> list[Role]:
    rested = [role for role in roles if at - spoke.get(role.person.handle, -REST) >= REST]
    return rested or [min(roles, key=lambda role: spoke.get(role.person.handle, 0.0))]


def remarks(kind: str, seen: Seen) -> list[str]:
    """What can be said in taking up a post: nothing for reposts and deletions, the post grown for edits."""
    said = book().bystanders
    if kind not in said:
        return []
    if kind == "edit":
        return [seen.text + ending for ending in said["edit"]["general"]]
    alike = (group for group, themes in said["groups"].items() if seen.about in themes)
    return list(said[kind][next(alike, "general")])


def wave(seed: int, number: int, at: float, spoke: Mapping[str, float]) -> list[Voice]:
    """A small outage: a few people, then many within `spread` seconds, and some minutes later relief."""
    waves = book().waves
    die = dice(seed, "wave", number)
    area = waves.areas[(seed + number) % len(waves.areas)]
    people = _neighbours(area["home"], die, spoke, at)[: die.randint(*waves.members)]
    slots = {"area": area["area"], "place": area["home"], "city": area["home"]}
    voices = [*_complaints(f"wave-{number}", people, at, die), *_relief(f"wave-{number}", people, at, die)]
    return [replace(voice, slots=slots) for voice in voices]


def _neighbours(home: str, die: Random, spoke: Mapping[str, float], at: float) -> list[str]:
    """Those who live in the city first; then others who are rested and whose profile names no other city."""
    roles = [role for role in book().cast.values() if _fits(role, Line()) and _could_live_in(home, role)]
    roles = _rested(roles, spoke, at)
    die.shuffle(roles)
    roles.sort(key=lambda role: role.home != home)
    return [role.person.handle for role in roles]


def _could_live_in(home: str, role: Role) -> bool:
    # Everybody in Leeds was seen in the scripted outage, on streets of their own.
    return role.home == home or (role.home != "Leeds" and role.home not in role.person.bio)


def _complaints(key: str, people: Sequence[str], at: float, die: Random) -> Iterator[Voice]:
    """Each line is said by one person; the first three speak for themselves, then some merely join in."""
    lines = {name: iter(die.sample(said, len(said))) for name, said in book().waves.lines.items()}
    for place, handle in enumerate(people):
        # Slow at first, while everybody still believes that it is only them; then word goes round.
        when = at + book().waves.spread * (place / len(people)) ** 0.75 + die.uniform(0, 6)
        joins = place > 2 and die.random() < 0.3
        say = next(lines["first" if place < 2 else "join" if joins else "more"], "")
        if say and joins:
            yield Voice(when, f"{key}-{place:02}", handle, say, kind="reply", of=f"{key}-00")
        elif say:
            yield Voice(when, f"{key}-{place:02}", handle, say)


def _relief(key: str, people: Sequence[str], at: float, die: Random) -> Iterator[Voice]:
    lines = book().waves.lines["back"]
    for place, (handle, say) in enumerate(zip(people, die.sample(lines, len(lines)), strict=False)):
        when = at + die.uniform(*book().waves.fade_after)
        yield Voice(when, f"{key}-back-{place:02}", handle, say, about="relief")
