"""Rules joined where they must share: each in one rule of X, nothing found more or less, little touched by a change."""

import re
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from core.language.rule_generator import some_post, some_tree
from earful.connectors.x.packs import LONGEST_TAG, Pack, Wanted, arranged, named, packed
from earful.core.language.candidate import Candidate
from earful.core.language.local import answered_here
from earful.core.language.matcher import holds
from earful.core.language.parser import parse
from earful.core.language.printer import show

LONGEST = 1_024
lengths = st.lists(st.integers(1, 400), min_size=1, max_size=60)


def texts(*wanted_lengths):
    """Rules of such lengths, each with an id."""
    return [Wanted(f"{place:x}".ljust(length, "z"), (str(place),)) for place, length in enumerate(wanted_lengths, 1)]


def there(packs):
    return [(pack.value, pack.tag) for pack in packs]


def members(arrangement):
    return sorted(int(tag) for pack in arrangement.packs for tag in pack.tags)


@given(lengths, st.integers(0, 40))
def test_every_rule_is_in_exactly_one_pack_or_told_to_be_left_out(wanted_lengths, slots):
    arrangement = arranged(texts(*wanted_lengths), [], slots=slots, longest=LONGEST)
    left = [int(tag) for one in arrangement.left_out for tag in one.tags]
    assert sorted([*members(arrangement), *left]) == [*range(1, len(wanted_lengths) + 1)]
    assert len(arrangement.packs) <= slots
    assert all(len(pack.value) <= LONGEST and len(pack.tag) <= LONGEST_TAG for pack in arrangement.packs)


@given(st.integers(), st.integers(2, 9))
def test_a_joined_rule_finds_exactly_what_its_members_find(seed, count):
    chance = Random(seed)
    rules = [show(some_tree(chance, "stream")) for _ in range(count)]
    rules = [rule for rule in rules if len(rule) < 200 and answered_here(parse(rule))]
    wanted = [Wanted(rule, (str(place),)) for place, rule in enumerate(dict.fromkeys(rules), 1)]
    alone = [parse(rule) for rule in rules]
    trees = [parse(pack.value) for pack in packed(wanted, LONGEST)]
    for _ in range(20):
        post, quoted = some_post(chance), some_post(chance)
        candidate = Candidate(post, quoted, "stream")
        assert any(holds(tree, candidate) for tree in trees) == any(holds(tree, candidate) for tree in alone)


def test_rules_have_a_rule_of_x_each_while_they_fit():
    arrangement = arranged(texts(5, 5, 5), [], slots=3, longest=LONGEST)
    assert [pack.tags for pack in arrangement.packs] == [("1",), ("2",), ("3",)]


def test_more_rules_than_fit_are_joined_and_all_find_room():
    arrangement = arranged(texts(*[30] * 10_000), [], slots=989, longest=LONGEST)
    assert members(arrangement) == [*range(1, 10_001)]


def test_one_rule_too_many_joins_the_two_shortest_and_leaves_the_others_alone():
    before = arranged(texts(50, 9, 50), [], slots=3, longest=LONGEST)
    after = arranged(texts(50, 9, 50, 8), there(before.packs), slots=3, longest=LONGEST)
    assert {pack.tags for pack in after.packs} == {("1",), ("3",), ("2", "4")}


@given(st.lists(st.integers(1, 100), min_size=60, max_size=120), st.data())
def test_a_change_of_one_rule_touches_one_rule_of_x_and_at_most_the_one_it_is_joined_to(wanted_lengths, data):
    wanted = texts(*wanted_lengths)
    before = arranged(wanted, [], slots=20, longest=LONGEST)
    place = data.draw(st.integers(0, len(wanted) - 1))
    wanted[place] = Wanted("changed", wanted[place].tags)
    after = arranged(wanted, there(before.packs), slots=20, longest=LONGEST)
    assert members(after) == members(before)
    assert len({pack.value for pack in after.packs} - {pack.value for pack in before.packs}) <= 2
    assert len({pack.value for pack in before.packs} - {pack.value for pack in after.packs}) <= 2


@given(lengths, st.integers(1, 40))
def test_what_is_right_already_stays_as_it_is(wanted_lengths, slots):
    once = arranged(texts(*wanted_lengths), [], slots=slots, longest=LONGEST)
    if not once.left_out:
        again = arranged(texts(*wanted_lengths), there(once.packs), slots=slots, longest=LONGEST)
        assert {pack.value for pack in again.packs} == {pack.value for pack in once.packs}


def test_a_rule_that_only_x_can_answer_is_never_joined():
    wanted = [*texts(9, 9, 9), Wanted("sample:10 lumen", ("9",), "named")]
    arrangement = arranged(wanted, [], slots=2, longest=LONGEST)
    assert {pack.tags for pack in arrangement.packs} == {("9",), ("1", "2", "3")}


def test_rules_that_only_x_can_answer_leave_what_is_joined_its_room():
    wanted = [Wanted(f"sample:{n} lumen", (str(n),), "named") for n in (1, 2, 3)]
    before = arranged(texts(9, 9), [], slots=4, longest=LONGEST)
    after = arranged([*(Wanted(p.text, (f"1{p.tag}",)) for p in texts(9, 9)), *wanted], there(before.packs), slots=4,
                     longest=LONGEST)  # fmt: skip
    assert len(after.packs) == 4
    assert not after.left_out


def test_the_oldest_rules_find_room_first():
    arrangement = arranged(texts(*[900] * 5), [], slots=3, longest=LONGEST)
    assert [one.tags for one in arrangement.left_out] == [("4",), ("5",)]


def test_a_tag_says_which_rules_x_names():
    same = Pack((Wanted("lumen", ("7", "8")),))
    joined = Pack((Wanted("lumen", ("7",)), Wanted("router", ("9",))))
    assert [named(tag) for tag in (same.tag, joined.tag, "earful:own:1000", "marketing", "7")] == [
        ("7", "8"),
        (),
        (),
        (),
        (),
    ]


def test_tags_hold_nothing_but_the_ids():
    assert all(re.fullmatch(r"earful:[0-9|]+", pack.tag) for pack in packed(texts(*[10] * 100), LONGEST))
