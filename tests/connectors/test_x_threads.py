"""The threads of running cases as rules: many in one, few of them changed, and never at the listening rules' cost."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.driving import LUMEN
from connectors.rule_network import RuleNetwork
from earful.connectors.x import X, searching, threads
from earful.connectors.x.ears import STREAM
from earful.core.connector import Rule

ROOTS = [str(1_900_000_000_000_000_000 + number) for number in range(400)]


def values(roots, there=(), slots=900, longest=1024):
    return [pack.value for pack in threads.follow("1000", roots, there, slots=slots, longest=longest)]


def followed(rules):
    return [root for rule in rules for root in threads._ROOT.findall(rule)]


def test_two_dozen_threads_share_a_rule():
    packs = values(ROOTS[:60])
    assert [len(followed([pack])) for pack in packs] == [26, 26, 8]
    assert max(map(len, packs)) <= 1024


def test_a_new_thread_changes_one_rule():
    before = values(ROOTS[:60])
    after = values(["5", *ROOTS[:60]], before)
    assert len(set(before) - set(after)) == 1
    assert set(followed(after)) == {"5", *ROOTS[:60]}


def test_a_thread_that_is_over_changes_nothing_until_half_of_its_rule_is():
    before = values(ROOTS[:52])
    assert values(ROOTS[1:52], before) == before
    assert set(followed(values(ROOTS[14:52], before))) == set(ROOTS[14:52])


def test_the_most_important_threads_stay_where_there_is_no_room_for_all():
    packs = values(ROOTS, slots=2)
    assert (len(packs), followed(packs)) == (2, ROOTS[:52])
    assert values(ROOTS, slots=0) == values(ROOTS, slots=-3) == []


def test_what_is_no_id_is_not_followed():
    assert followed(values(["dm-1-2", "1 OR lumen", ROOTS[0]])) == [ROOTS[0]]


@given(
    st.lists(st.sampled_from(ROOTS), unique=True, max_size=120),
    st.lists(st.sampled_from(ROOTS), unique=True, max_size=120),
)
def test_every_thread_is_followed_once_whatever_was_there_before(before, now):
    packs = values(now, values(before))
    assert set(now) <= set(followed(packs))
    assert len(followed(packs)) == len(set(followed(packs)))
    assert len(packs) <= len(values(before)) + len(values(now)) + 1


def put_in_force(network, rules, roots):
    talk = X().prepare(LUMEN, STREAM, rules, roots)
    answered = next(talk)
    try:
        while True:
            answered = talk.send(network.answer(answered))
    except StopIteration as done:
        return done.value


def test_threads_stand_beside_the_listening_rules_and_are_none_of_them():
    network = RuleNetwork()
    in_force = put_in_force(network, [Rule("7", "lumen down")], ROOTS[:30])
    assert in_force.kept == {"7"}
    assert len([value for value in network.values if value.startswith("conversation_id:")]) == 2
    assert put_in_force(network, [Rule("7", "lumen down")], ROOTS[:30]).drifted == 0


def test_threads_that_are_over_leave_with_the_next_sync():
    network = RuleNetwork()
    put_in_force(network, [], ROOTS[:30])
    put_in_force(network, [], [])
    assert not [value for value in network.values if "conversation_id" in value]


def test_what_x_names_by_a_rule_of_threads_is_no_rule_of_ours():
    network = RuleNetwork()
    put_in_force(network, [], ROOTS[:1])
    [tag] = {rule["tag"] for rule in network.rules if "threads" in rule["tag"]}
    frame = b'{"data": {"id": "5", "author_id": "7"}, "matching_rules": [{"id": "1", "tag": "%s"}]}' % tag.encode()
    assert X().read(LUMEN, frame)[0].rules == ()


def test_a_gap_is_searched_for_threads_as_well_and_for_our_own_words():
    queries = searching.missed(LUMEN, "stream", [Rule("7", "lumen down")], ROOTS[:15])
    assert queries[0] == "lumen down"
    assert queries[-1] == "from:Lumen"
    assert followed(queries) == ROOTS[:15]
    assert max(map(len, queries)) <= 512
