"""Which of our listening rules share a rule of X: one each while they fit, joined by OR where they do not.

A joined rule finds exactly what its members find, because OR binds weakest in X's language; which of them it was, X
does not say, and local matching does. A rule that only X can answer is therefore never joined.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

OUR_TAG: Final = "earful:"
# X gives no limit for the tag of a rule; 200 is the one that it gives for the tag of an activity subscription.
LONGEST_TAG: Final = 200
_BETWEEN: Final = " OR "


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text that is to be in force, and the tags of all our rules that say it.

    `joining` is "any" if it may share a rule of X with others, "alone" if not, "named" if even the tag must be exact:
    there X's word, by that tag, is all that we shall ever know.
    """

    text: str
    tags: tuple[str, ...]
    joining: Literal["any", "alone", "named"] = "any"

    @property
    def tag(self) -> str:
        """The tags of rules that say the same: X's word names them all."""
        return "+".join(self.tags)


@dataclass(frozen=True, slots=True)
class Pack:
    """One rule of X: a text of ours, or several joined."""

    members: tuple[Wanted, ...]

    @property
    def value(self) -> str:
        """What X is to look for."""
        if len(self.members) == 1:
            return self.members[0].text
        return _BETWEEN.join(f"({member.text})" for member in self.members)

    @property
    def tag(self) -> str:
        """Says whose it is; `named` reads it again."""
        return OUR_TAG + "|".join(member.tag for member in self.members)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of all our rules in it."""
        return tuple(tag for member in self.members for tag in member.tags)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The rules of X as they shall be, and the texts for which there is no room."""

    packs: Sequence[Pack]
    left_out: Sequence[Wanted] = ()


def named(tag: str) -> tuple[str, ...]:
    """The rules of ours that X names by a tag; none for a joined rule, for our own account's, for other people's."""
    whose = tag.removeprefix(OUR_TAG)
    return tuple(whose.split("+")) if whose != tag and re.fullmatch(r"[0-9+]+", whose) else ()


def arranged(wanted: Sequence[Wanted], there: Iterable[tuple[str, str]], *, slots: int, longest: int) -> Arrangement:
    """How `wanted` fits into so many rules of X of at most `longest` characters; first come, first served.

    `there` are the value and tag of each rule that X holds for us. What is right there stays as it is, so that a
    change of one rule touches one rule of X; only when there is no room left are the shortest ones joined. The members
    of a joined rule that changed are joined again.
    """
    kept = _still_right(wanted, there)
    covered = {member for pack in kept for member in pack.members}
    lacking = [one for one in wanted if one not in covered]
    joined_before = any(len(pack.members) > 1 for pack in kept)
    if len(kept) + len(lacking) <= slots and not joined_before:
        return Arrangement([*kept, *(Pack((one,)) for one in lacking)])
    return _joined(wanted, kept, lacking, slots, longest)


def packed(wanted: Sequence[Wanted], longest: int) -> list[Pack]:
    """The texts in as few rules as come of putting each into the first with room for it, in their order."""
    room = _Room(longest, min((len(one.text) for one in wanted), default=0))
    for one in wanted:
        room.put(one)
    return [Pack(tuple(members)) for members in room.packs]


def _still_right(wanted: Sequence[Wanted], there: Iterable[tuple[str, str]]) -> list[Pack]:
    by_text = {one.text: one for one in wanted}
    by_tag = {tag: one for one in wanted for tag in one.tags}
    kept: list[Pack] = []
    covered: set[Wanted] = set()
    for value, tag in there:
        pack = _meant(value, tag, by_text, by_tag)
        if pack is not None and covered.isdisjoint(pack.members):
            kept.append(pack)
            covered.update(pack.members)
    return kept


def _meant(value: str, tag: str, by_text: Mapping[str, Wanted], by_tag: Mapping[str, Wanted]) -> Pack | None:
    """The pack that a rule of X still is; None if it is none of what is wanted now."""
    if value in by_text:
        pack = Pack((by_text[value],))
        return pack if pack.members[0].joining != "named" or pack.tag == tag else None
    names = re.split(r"[|+]", tag.removeprefix(OUR_TAG))
    pack = Pack(tuple(dict.fromkeys(by_tag[name] for name in names if name in by_tag)))
    return pack if pack.value == value and all(one.joining == "any" for one in pack.members) else None


def _joined(wanted: Sequence[Wanted], kept: list[Pack], lacking: list[Wanted], slots: int, longest: int) -> Arrangement:
    """Joins what is lacking; while that is not enough, also the shortest of what is there, ever more of it."""
    kept.sort(key=lambda pack: (pack.members[0].joining == "any", -len(pack.value)))
    fresh, more = packed(lacking, longest), 1
    while len(kept) + len(fresh) > slots and kept and kept[-1].members[0].joining == "any":
        more, taken = more * 2, kept[-more:]
        del kept[-len(taken) :]
        kept += [pack for pack in taken if pack.members[0].joining != "any"]
        again = {*lacking, *(member for pack in taken for member in pack.members if member.joining == "any")}
        lacking = [one for one in wanted if one in again]
        fresh = packed(lacking, longest)
    packs = [*kept, *fresh]
    room = max(0, slots)
    return Arrangement(packs[:room], [member for pack in packs[room:] for member in pack.members])


class _Room:
    """Packs being filled. One that not even the shortest text fits into is not looked at again."""

    def __init__(self, longest: int, shortest: int) -> None:
        self.longest, self.shortest = longest, shortest
        self.packs: list[list[Wanted]] = []
        self.open: list[_Filling] = []

    def put(self, one: Wanted) -> None:
        if one.joining == "any":
            for filling in self.open:
                if filling.takes(one, self.longest):
                    if not filling.takes_any(self.shortest, self.longest):
                        self.open.remove(filling)
                    return
            self.open.append(_Filling(one))
            self.packs.append(self.open[-1].members)
        else:
            self.packs.append([one])


class _Filling:
    """One pack being filled, with the lengths that its value and its tag have joined."""

    def __init__(self, first: Wanted) -> None:
        self.members = [first]
        self.value = len(first.text) + 2
        self.tag = len(OUR_TAG) + len(first.tag)

    def takes(self, one: Wanted, longest: int) -> bool:
        """Take it in, if it fits."""
        value, tag = self.value + len(_BETWEEN) + len(one.text) + 2, self.tag + 1 + len(one.tag)
        if value > longest or tag > LONGEST_TAG:
            return False
        self.members.append(one)
        self.value, self.tag = value, tag
        return True

    def takes_any(self, shortest: int, longest: int) -> bool:
        return self.value + len(_BETWEEN) + shortest + 2 <= longest and self.tag + 2 <= LONGEST_TAG
