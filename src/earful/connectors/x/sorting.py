"""Our rules sorted by what can become of them at X, before X is asked to take any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from earful.connectors.x.packs import Wanted
from earful.connectors.x.rule_answers import spaced
from earful.core.connector import Rule
from earful.core.language.dialects import Access
from earful.core.language.errors import RuleError
from earful.core.language.local import answered_here
from earful.core.language.parser import parse

_TOO_LONG: Final = "It is longer than X's {} characters: this desk alone matches it, in what it hears anyway."
_TAKEN: Final = "Another program on this X app keeps the very same rule: change a word, so that X can tell them apart."


@dataclass(slots=True)
class Sorted:
    """Our rules by what is to become of them: wanted at X, held there already by another's rule, or none of these."""

    wanted: list[Wanted] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    here_only: dict[str, str] = field(default_factory=dict)

    def set_apart(self, members: Sequence[Wanted], reasons: Mapping[str, str]) -> None:
        """Take out those that X has a reason against. If it has none against any, each shall stand for itself."""
        bad = [one for one in members if one.text in reasons]
        for one in bad:
            self.refused |= dict.fromkeys(one.tags, f"X refuses it: {reasons[one.text]}")
        alone = {one: Wanted(one.text, one.tags, "alone") for one in members if not bad}
        self.wanted = [alone.get(one, one) for one in self.wanted if one not in bad]


def sorted_out(rules: Sequence[Rule], access: Access, own: str, taken: set[str]) -> Sorted:
    """`taken` are the texts of rules that other programs, or other accounts of ours, keep on the same app."""
    tags: dict[str, list[str]] = {}
    for rule in rules:
        tags.setdefault(spaced(rule.text), []).append(rule.tag)
    result = Sorted()
    for text, same in tags.items():
        _sort(Wanted(text, tuple(same)), access, {own, *taken}, result)
    return result


def _sort(one: Wanted, access: Access, taken: set[str], result: Sorted) -> None:
    longest = access.limit("stream")
    if len(one.text) > longest:
        result.here_only |= dict.fromkeys(one.tags, _TOO_LONG.format(f"{longest:,}"))
        return
    try:
        here = _answered_here(one.text, access)
    except RuleError as error:
        result.refused |= dict.fromkeys(one.tags, str(error))
        return
    if one.text not in taken:
        result.wanted.append(one if here else Wanted(one.text, one.tags, "named"))
    elif here:
        # X takes no value twice; what another's rule finds comes along the same stream, and is matched here.
        result.held.update(one.tags)
    else:
        result.refused |= dict.fromkeys(one.tags, _TAKEN)


@lru_cache(maxsize=20_000)
def _answered_here(text: str, access: Access) -> bool:
    return answered_here(parse(text, "stream", access=access))
