"""What X answers about the rules of its filtered stream: those it holds, how many it takes, what it made of a change.

Sources: the rule operations of X's API description, 2.162 and 2.167 (2026). Failures of single rules come in `errors`,
beside a success or with a refusal of the whole.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any, Final, TypeVar

import msgspec

from earful.connectors.x.outcomes import understood
from earful.connectors.x.pages import Id
from earful.core.connector import Request, Response, Talk, TryLater

RULES: Final = "/2/tweets/search/stream/rules"
USUAL_CAP: Final = 1_000
MOST_RULE_PAGES: Final = 30
# X may refuse a whole change with these, and name the rules at fault.
_NAMES_RULES: Final = (400, 422)


def spaced(text: str) -> str:
    """With single spaces: neither we nor X mean anything by more of them."""
    return " ".join(text.split())


class RuleThere(msgspec.Struct, frozen=True):
    """A rule that X holds. `id` is "" for one that it told of without an id."""

    id: Id
    value: str
    tag: str = ""

    @property
    def text(self) -> str:
        return spaced(self.value)


class _RulesThere(msgspec.Struct):
    data: list[RuleThere] = []
    meta: dict[str, Any] = {}


class _RuleProblem(msgspec.Struct):
    type: str = ""
    title: str = ""
    detail: str = ""
    details: list[str] = []
    value: str = ""
    id: str = ""

    @property
    def says(self) -> str:
        """X's own sentence."""
        return self.detail or " ".join(self.details) or self.title or "it does not say why."


class Tried(msgspec.Struct):
    """The answer to a change, as far as it tells of trouble: in a dry run, the rules in it have no ids."""

    errors: list[_RuleProblem] = []
    type: str = ""

    @property
    def full(self) -> bool:
        """Whether X takes no more rules."""
        return any(kind.endswith("rule-cap") for kind in (self.type, *(problem.type for problem in self.errors)))

    @property
    def duplicates(self) -> set[str]:
        """The ids of rules that X holds already, in its own eyes the same."""
        return {problem.id for problem in self.errors if "duplicate" in problem.type}

    @property
    def refused(self) -> dict[str, str]:
        """The values that X will not take, each with why."""
        return {spaced(problem.value): problem.says for problem in self.errors if problem.value and self._bad(problem)}

    def _bad(self, problem: _RuleProblem) -> bool:
        return "duplicate" not in problem.type and not problem.type.endswith("rule-cap")


class Changed(Tried):
    data: list[RuleThere] = []


_Number = Annotated[int, msgspec.Meta(ge=0)] | Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{1,9}\Z")]


class Caps(msgspec.Struct):
    cap_per_client_app: _Number = USUAL_CAP
    cap_per_project: _Number = USUAL_CAP
    project_rules_count: _Number = 0


class Counts(msgspec.Struct):
    data: Caps


def listed() -> Talk[list[RuleThere]]:
    listed: list[RuleThere] = []
    params: dict[str, str] = {}
    for _ in range(MOST_RULE_PAGES):
        page = understood((yield Request("GET", RULES, params=params)), _RulesThere)
        listed += page.data
        token = page.meta.get("next_token")
        if not token:
            break
        params = {"pagination_token": str(token)}
    return listed


C = TypeVar("C", bound=Tried)


def changed(response: Response, shape: type[C]) -> C:
    """What X made of a change; also where it refused the whole and named the rules at fault, or its cap."""
    if response.status in _NAMES_RULES:
        with suppress(TryLater):
            changed = understood(replace(response, status=200), shape)
            if changed.refused or changed.full:
                return changed
    return understood(response, shape)
