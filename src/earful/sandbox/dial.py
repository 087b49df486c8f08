"""The fault dial: things that go wrong by chance, as often as somebody turned it up, and in the same way each time.

Whether a call is struck depends on the seed, on who calls what, and on how many such calls went before: calls to
other operations, or by others, change nothing. So a run that asks the same things goes wrong in the same places.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Annotated, Any, Literal, get_args

import msgspec

from earful.sandbox.numerals import MOST_SECONDS, Count, Share, Some

CallKind = Literal["lost_request", "lost_answer", "slow", "status", "refuse_after", "garbage"]
LineKind = Literal["torn_line", "twice"]

LINE = "a line"

Status = Annotated[int, msgspec.Meta(ge=400, le=599)]
Late = Annotated[float, msgspec.Meta(ge=0, le=600)]


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the dial stands for some calls. `chances` says how likely each kind is, from 0 to 1.

    `on` is an operation's name or a beginning of "METHOD path", "" for everything; `username` narrows it to one account
    or its app. `most` is how many calls and lines it spoils in all, `lasts` for how many seconds; `status` and
    `seconds` are for the kinds that need them. Lines of streams are struck by `torn_line` (cut in the middle) and
    `twice` alone, whatever `on` says.
    """

    chances: dict[CallKind | LineKind, Share]
    on: str = ""
    username: str | None = None
    seed: Count = 1
    status: Status = 503
    seconds: Late = 1.0
    most: Some | None = None
    lasts: Annotated[float, msgspec.Meta(gt=0, le=MOST_SECONDS)] | None = None

    def __post_init__(self) -> None:
        for kinds in (get_args(CallKind), get_args(LineKind)):
            if sum(self.chances.get(kind, 0) for kind in kinds) > 1 + 1e-9:
                raise ValueError("Chances of the same thing add up to more than 1: turn some of them down.")

    def covers(self, call: str, name: str, username: str) -> bool:
        """Whether it is about such a call ("METHOD path", or LINE) of an operation with that name."""
        mine = self.username is None or self.username.lower() == username.lower()
        return mine and (self.on == name or call.startswith(self.on) or call == LINE)


@dataclass(slots=True)
class Turned:
    """A setting in force: until when (seconds since 1970), how much it has spoiled, what it has seen go by."""

    setting: Setting
    until: float | None
    done: int = 0
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def strike(self, call: str, name: str, username: str) -> str | None:
        """The kind of fault that befalls this call, if any."""
        if not self.setting.covers(call, name, username):
            return None
        nth = self.seen[name, username] = self.seen.get((name, username), 0) + 1
        left = Random(f"{self.setting.seed} {username.lower()} {name} {nth}").random()  # noqa: S311  # nosec B311
        for kind in get_args(LineKind if call == LINE else CallKind):
            left -= self.setting.chances.get(kind, 0)
            if left < 0:
                self.done += 1
                return str(kind)
        return None

    def over(self, now: float) -> bool:
        """Whether its time or its count has run out."""
        late = self.until is not None and now >= self.until
        return late or (self.setting.most is not None and self.done >= self.setting.most)


class Dial:
    """Every setting in force; those that have run out are kept to be told, until it is turned off."""

    def __init__(self) -> None:
        self.turned: list[Turned] = []

    def turn(self, setting: Setting, now: float) -> None:
        """Put a setting in force, in place of the one about the same calls."""
        self.turned = [one for one in self.turned if _about(one.setting) != _about(setting)]
        if any(setting.chances.values()):
            self.turned.append(Turned(setting, None if setting.lasts is None else now + setting.lasts))

    def off(self) -> None:
        """Let nothing go wrong by chance any more."""
        self.turned = []

    def strike(self, call: str, name: str, username: str, now: float) -> tuple[str, Setting] | None:
        """What befalls a call, or a line: the first setting that strikes decides. `name` is under what it counts."""
        for one in self.turned:
            kind = None if one.over(now) else one.strike(call, name, username)
            if kind:
                return kind, one.setting
        return None

    def told(self, now: float) -> list[dict[str, Any]]:
        """The settings, what each has spoiled, and whether it has run out."""
        return [msgspec.to_builtins(one.setting) | {"done": one.done, "over": one.over(now)} for one in self.turned]


def _about(setting: Setting) -> tuple[str, str]:
    return setting.on, (setting.username or "").lower()
