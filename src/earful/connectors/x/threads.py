"""The threads of running cases as rules of X's stream: a customer who writes on under their own post, or under somebody
else's, names nobody, and no rule of words finds it.

A rule holds about two dozen threads, and X takes a hundred changes of rules in a quarter of an hour. So as few change
as can be: threads that come go into one rule, and those that went stay in theirs until half of it is gone.
"""

import re
from collections.abc import Sequence
from typing import Final

from earful.connectors.x.packs import Pack, Wanted
from earful.connectors.x.reading.ids import is_id

# X has room for a thousand rules; the listening rules, which people write, come first.
MOST_RULES: Final = 200
KIND: Final = "threads"
_BETWEEN: Final = " OR "
_ROOT = re.compile(r"conversation_id:([0-9]{1,19})")


def follow(owner: str, roots: Sequence[str], there: Sequence[str], *, slots: int, longest: int) -> list[Pack]:
    """The rules that follow these threads, as far as there is room; `there` are those that X holds for us."""
    wanted = dict.fromkeys(root for root in roots if is_id(root))
    room = _per_rule(longest)
    kept, covered = _still_good(wanted, there)
    lacking = [root for root in wanted if root not in covered]
    if lacking and kept and len(kept[-1]) < room:
        lacking = [*(root for root in kept.pop() if root in wanted), *lacking]
    rules = [*kept, *_cut(lacking, room)]
    most = max(0, min(slots, MOST_RULES))
    if len(rules) > most:
        rules = _cut(list(wanted), room)[:most]
    return [Pack((Wanted(_said(rule), (tag(owner),), "alone"),)) for rule in rules]


def tag(owner: str) -> str:
    """Says whose threads a rule follows: two accounts of one app leave each other's alone."""
    return f"{KIND}:{owner}"


def queries(roots: Sequence[str], longest: int) -> list[str]:
    """The same as searches."""
    return [_said(part) for part in _cut([root for root in dict.fromkeys(roots) if is_id(root)], _per_rule(longest))]


def _still_good(wanted: dict[str, None], there: Sequence[str]) -> tuple[list[list[str]], set[str]]:
    """The rules that stay as they are, the one with most room last, and the threads in them."""
    kept: list[list[str]] = []
    covered: set[str] = set()
    for value in there:
        roots = _ROOT.findall(value)
        live = [root for root in roots if root in wanted and root not in covered]
        if roots and len(live) * 2 >= len(roots) and _said(roots) == value:
            kept.append(roots)
            covered.update(live)
    return sorted(kept, key=len, reverse=True), covered


def _said(roots: Sequence[str]) -> str:
    return _BETWEEN.join(f"conversation_id:{root}" for root in roots)


def _cut(roots: Sequence[str], size: int) -> list[list[str]]:
    return [list(roots[start : start + size]) for start in range(0, len(roots), size)]


def _per_rule(longest: int) -> int:
    """How many of the longest ids fit, joined."""
    each = len("conversation_id:") + 19 + len(_BETWEEN)
    return (longest + len(_BETWEEN)) // each
