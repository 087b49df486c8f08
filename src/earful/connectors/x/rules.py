"""Our listening rules put in force at X: by difference, tried before they are added, added before others go.

Sources: "Build a rule" and the filtered-stream pages of X's documentation, and the rule operations of its API
description (2026). X takes a value once per app, at most 1,024 characters of it (2,048 on the Enterprise tier), and a
thousand rules; a change is in force after about twenty seconds, without a new connection.

The talk knows nothing but what X tells it each time. So whatever answer was lost, the next run puts right what this
one left; and two channels of one app want the same listening rules and each its own account's, so neither undoes
what the other did: a rule with another account's tag is left alone, as are all without a tag of ours.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from earful.connectors.x import threads
from earful.connectors.x.access import access_of
from earful.connectors.x.outcomes import understood
from earful.connectors.x.packs import OUR_TAG, Arrangement, Pack, Wanted, arranged
from earful.connectors.x.rule_answers import (
    RULES,
    Caps,
    Changed,
    Counts,
    RuleThere,
    Tried,
    changed,
    listed,
)
from earful.connectors.x.sorting import sorted_out
from earful.core.connector import Account, InForce, Refused, Request, Rule, Talk

# A full set could be changed only by removing first, and be deaf meanwhile: so it is never filled to the brim.
SPARE: Final = 10
# Each round takes at least one refused rule out, or parts one pack; what is left after these waits for the next sync.
MOST_ROUNDS: Final = 6
_OWN: Final = "own"
_EACH_ITS_OWN: Final = (f"{OUR_TAG}{_OWN}:", f"{OUR_TAG}{threads.KIND}:")
_NOT_YET: Final = "X has not taken it yet and will be asked again: until then this desk alone matches it."
_NO_ROOM: Final = "X has no room for more rules: this desk alone matches it, in what it hears anyway."


def put_in_force(account: Account, rules: Sequence[Rule], roots: Sequence[str] = ()) -> Talk[InForce]:
    """Make X's stream rules ours, our own account's first, then those of threads where there is room beside the
    listening rules. One that X refuses does not hold up the others.

    Raises Refused if X refuses our own account's rule.
    """
    there = yield from listed()
    bringing = _Bringing(account, rules, roots, there)
    if bringing.lacking:
        yield from bringing.make_room()
        yield from bringing.add()
    if not bringing.lacking:
        yield from bringing.remove()
    return bringing.in_force()


def own_rule(account: Account) -> Wanted:
    """All that is said to us and all that we say, the answers that an agent typed on X itself among it."""
    handle = account.handle
    return Wanted(f"@{handle} OR to:{handle} OR from:{handle}", (f"{_OWN}:{account.id}",), "alone")


class _Bringing:
    """One sync under way: what X holds, what we want, how it is arranged, and what became of each rule so far."""

    def __init__(
        self, account: Account, rules: Sequence[Rule], roots: Sequence[str], listed: Sequence[RuleThere]
    ) -> None:
        self.account, self.roots = account, roots
        self.own, self.of_threads = own_rule(account), OUR_TAG + threads.tag(account.id)
        self.ours = [rule for rule in listed if _is_ours(rule.tag, {OUR_TAG + self.own.tag, self.of_threads})]
        self.elsewhere = len(listed) - len(self.ours)
        access = access_of(account)
        self.longest = access.limit("stream")
        self.sorted = sorted_out(rules, access, self.own.text, {rule.text for rule in listed} - self._texts())
        self.cap = self.slots = len(rules) + len(self.ours) + threads.MOST_RULES + 1
        self.following: list[Pack] = []
        self.untouchable: set[str] = {""}
        self.arrange()
        self.drifted = len(self.lacking) + len(self._gone())

    @property
    def lacking(self) -> list[Pack]:
        """What X has to be given."""
        there, tags = self._texts(), {rule.tag for rule in self.ours}
        return [pack for pack in self.packs if pack.value not in there or (_by_tag(pack) and pack.tag not in tags)]

    @property
    def packs(self) -> list[Pack]:
        """The rules of X as they shall be."""
        return [*self.plan.packs, *self.following]

    def arrange(self) -> None:
        """Fit what is wanted into X's rules. Our own account's comes first, whatever else there is room for."""
        there = [(rule.text, rule.tag) for rule in self.ours if rule.text != self.own.text and not self._follows(rule)]
        rest = arranged(self.sorted.wanted, there, slots=self.slots - 1, longest=self.longest)
        self.plan = Arrangement([Pack((self.own,)), *rest.packs], rest.left_out)
        followed = [rule.text for rule in self.ours if self._follows(rule)]
        slots = self.slots - len(self.plan.packs)
        self.following = threads.follow(self.account.id, self.roots, followed, slots=slots, longest=self.longest)

    def _follows(self, rule: RuleThere) -> bool:
        return rule.tag == self.of_threads

    def make_room(self) -> Talk[None]:
        """Learn how many rules X takes, and arrange ours by that."""
        try:
            caps = understood((yield Request("GET", f"{RULES}/counts")), Counts).data
        except Refused:
            caps = Caps()
        others = max(0, int(caps.project_rules_count) - len(self.ours))
        self.cap = min(int(caps.cap_per_client_app) - self.elsewhere, int(caps.cap_per_project) - others)
        self.slots = self.cap - SPARE if self.cap > SPARE * SPARE else self.cap
        self.arrange()
        # What there is no room for does not lack each time anew.
        self.drifted = len(self.lacking) + len(self._gone())

    def add(self) -> Talk[None]:
        """Try what is new, take out what X refuses, and add the rest."""
        tried: set[str] = set()
        for _ in range(MOST_ROUNDS):
            new = [pack for pack in self.lacking if pack.value not in tried | self._texts()]
            tried.update(pack.value for pack in new)
            refused: Mapping[str, str] = (yield from self._try(new)).refused
            if not refused:
                refused = yield from self._add()
            if not refused:
                return
            yield from self._take_out(refused)
            self.arrange()

    def remove(self, most: int | None = None) -> Talk[None]:
        """Remove what is ours at X and no longer wanted. That it is gone already is what we wanted."""
        gone = self._gone()[:most]
        if gone:
            understood((yield Request("POST", RULES, json={"delete": {"ids": gone}})), Tried)
            self.ours = [rule for rule in self.ours if rule.id not in gone]

    def in_force(self) -> InForce:
        """How our rules stand now."""
        waiting = {tag for pack in self.lacking if pack not in self.following for tag in pack.tags}
        held = {tag for pack in self.plan.packs[1:] for tag in pack.tags} - waiting
        no_room = {tag: _NO_ROOM for one in self.plan.left_out for tag in one.tags}
        here_only = self.sorted.here_only | no_room | dict.fromkeys(waiting - set(self.own.tags), _NOT_YET)
        return InForce(frozenset(held | self.sorted.held), self.sorted.refused, here_only, self.drifted)

    def _texts(self) -> set[str]:
        return {rule.text for rule in self.ours}

    def _gone(self) -> list[str]:
        right = {pack.value: pack for pack in self.packs}
        wrong = [rule for rule in self.ours if not _right(rule, right.get(rule.text))]
        return [rule.id for rule in wrong if rule.id not in self.untouchable]

    def _try(self, packs: Sequence[Pack]) -> Talk[Tried]:
        """Which of these X would refuse, and why. Where it is too full to say, the adding will."""
        if not packs:
            return Tried()
        response = yield Request("POST", RULES, params={"dry_run": "true"}, json={"add": _said(packs)})
        tried = changed(response, Tried)
        self.untouchable |= tried.duplicates
        return tried

    def _add(self) -> Talk[Mapping[str, str]]:
        """Add what is lacking; which of it X refuses, and why. Old rules go first only where there is no room."""
        yield from self._clear_the_way()
        added = yield from self._add_once()
        if added.full and self._gone():
            yield from self.remove()
            added = yield from self._add_once()
        if added.full:
            self._leave_out(self.lacking)
        return added.refused

    def _clear_the_way(self) -> Talk[None]:
        there = self._texts()
        over = len(self.ours) + len(self.lacking) - self.cap
        if any(pack.value in there for pack in self.lacking):
            # X takes no value twice: the one under a wrong tag must go before the right one comes.
            yield from self.remove()
        elif over > 0:
            yield from self.remove(over)

    def _add_once(self) -> Talk[Changed]:
        lacking = self.lacking
        if not lacking:
            return Changed()
        added = changed((yield Request("POST", RULES, json={"add": _said(lacking)})), Changed)
        self.untouchable |= added.duplicates
        self.ours += added.data
        if not added.full:
            # Called a duplicate, or taken without a word: it is there, and the next sync will learn its id.
            known = self._texts() | added.refused.keys()
            self.ours += [RuleThere("", pack.value, pack.tag) for pack in lacking if pack.value not in known]
        return added

    def _take_out(self, refused: Mapping[str, str]) -> Talk[None]:
        """Leave out what X refuses. Which member of a joined rule it means, it tells when each is tried alone."""
        bad = [pack for pack in self.lacking if pack.value in refused]
        for pack in bad:
            if self.own in pack.members:
                raise Refused(f"X refuses the rule for our own account: {refused[pack.value]}")
            if pack in self.following:
                self.roots = []
                continue
            reasons = refused if len(pack.members) == 1 else (yield from self._one_by_one(pack, refused[pack.value]))
            self.sorted.set_apart(pack.members, reasons)

    def _one_by_one(self, pack: Pack, reason: str) -> Talk[Mapping[str, str]]:
        """The members that X refuses, as many asked at once as it has room for; all of them if it has none."""
        room = max(1, self.cap - len(self.ours))
        reasons: dict[str, str] = {}
        for start in range(0, len(pack.members), room):
            members = pack.members[start : start + room]
            tried = yield from self._try([Pack((member,)) for member in members])
            reasons |= {member.text: reason for member in members} if tried.full else tried.refused
        return reasons

    def _leave_out(self, packs: Sequence[Pack]) -> None:
        people_s = [pack for pack in packs if pack not in self.following]
        left = [member for pack in people_s for member in pack.members if member != self.own]
        self.following = [pack for pack in self.following if pack not in packs]
        packs = [pack for pack in self.plan.packs if pack not in packs]
        self.plan = Arrangement([Pack((self.own,)), *packs[1:]], [*self.plan.left_out, *left])


def _is_ours(tag: str, own: Collection[str]) -> bool:
    """Whether this channel may remove a rule with this tag: what is another account's own is that account's affair."""
    return tag.startswith(OUR_TAG) and (tag in own or not tag.startswith(_EACH_ITS_OWN))


def _by_tag(pack: Pack) -> bool:
    return pack.members[0].joining == "named"


def _right(rule: RuleThere, pack: Pack | None) -> bool:
    return pack is not None and (not _by_tag(pack) or rule.tag == pack.tag)


def _said(packs: Iterable[Pack]) -> list[dict[str, str]]:
    return [{"value": pack.value, "tag": pack.tag} for pack in packs]
