"""Our rules at X: by difference, tried first, never deaf in between, and right again after whatever went wrong."""

from dataclasses import replace

import pytest

from connectors.driving import LUMEN, answer, drive
from connectors.rule_network import PATH, RuleNetwork, sync_again_and_again
from earful.connectors.x import X
from earful.connectors.x.rules import put_in_force
from earful.core.connector import InForce, LostAccess, NoAnswer, Refused, Rule, TryLater

OWN = "@Lumen OR to:Lumen OR from:Lumen"
SISTER = replace(LUMEN, id="2000", handle="LumenHome")
DOWN, ROUTER, SLOW = Rule("7", "lumen down"), Rule("8", "lumen router"), Rule("9", "lumen slow")


def rules(count, first=1, text="lumen word"):
    return [Rule(str(number), f"{text}{number}") for number in range(first, first + count)]


def test_the_first_time_our_own_rule_and_all_others_are_added():
    network = RuleNetwork()
    assert network.sync(DOWN) == InForce(frozenset({"7"}), drifted=2)
    assert network.ours == {"own:1000": OWN, "7": "lumen down"}


def test_new_rules_are_tried_before_they_are_added_and_one_request_adds_them_all():
    network = RuleNetwork()
    network.sync(DOWN, ROUTER)
    assert [(request.params, [*request.json]) for request in network.posts] == [
        ({"dry_run": "true"}, ["add"]),
        ({}, ["add"]),
    ]


def test_rules_that_are_in_force_already_cost_one_question():
    network = RuleNetwork()
    network.sync(DOWN)
    network.asked.clear()
    assert network.sync(DOWN) == InForce(frozenset({"7"}))
    assert len(network.asked) == 1


def test_other_peoples_rules_on_the_same_app_are_left_alone():
    network = RuleNetwork()
    network.add_foreign("lumen win", "marketing")
    network.add_foreign("lumen lose")
    network.sync(DOWN)
    network.sync()
    assert network.values == ["lumen win", "lumen lose", OWN]


def test_a_changed_rule_is_replaced_without_a_moment_of_deafness():
    network = RuleNetwork()
    network.sync(DOWN)
    network.asked.clear()
    network.sync(Rule("7", "lumen outage"))
    assert [*map(next, map(iter, network.changes))] == ["add", "delete"]
    assert network.ours == {"own:1000": OWN, "7": "lumen outage"}


def test_two_rules_with_the_same_words_are_one_rule_of_x_that_names_both():
    network = RuleNetwork()
    assert network.sync(DOWN, Rule("8", " lumen  down")).kept == {"7", "8"}
    assert network.ours == {"own:1000": OWN, "7+8": "lumen down"}


def test_the_same_words_under_another_tag_stay_as_they_are():
    network = RuleNetwork()
    network.sync(DOWN)
    network.asked.clear()
    assert network.sync(Rule("8", "lumen down")).kept == {"8"}
    assert not network.posts


def test_a_rule_that_only_x_can_answer_gets_the_very_tag_by_which_x_will_name_it():
    network = RuleNetwork()
    network.sync(Rule("7", "lumen sample:10"))
    assert network.sync(Rule("8", "lumen sample:10")).kept == {"8"}
    assert network.ours == {"own:1000": OWN, "8": "lumen sample:10"}


def test_rules_are_read_from_every_page():
    there = {"id": "2", "tag": "earful:7", "value": "lumen down"}
    pages = [answer(200, {"data": [{"id": "1", "value": OWN, "tag": "earful:own:1000"}], "meta": {"next_token": "p2"}}),
             answer(200, {"data": [there], "meta": {}})]  # fmt: skip
    told = drive(put_in_force(LUMEN, [DOWN]), pages)
    assert [request.params for request in told.asked] == [{}, {"pagination_token": "p2"}]
    assert told.learned.kept == {"7"}


def test_a_rule_that_is_too_long_for_x_is_matched_here_alone():
    network = RuleNetwork()
    told = network.sync(Rule("7", "x" * 1_025))
    assert told.here_only == {
        "7": "It is longer than X's 1,024 characters: this desk alone matches it, in what it hears anyway."
    }
    assert network.values == [OWN]


def test_a_rule_that_is_no_rule_is_refused_before_x_is_asked():
    network = RuleNetwork()
    told = network.sync(Rule("7", "(lumen"), ROUTER)
    assert "never closed" in told.refused["7"]
    assert told.kept == {"8"}


def test_one_refused_rule_is_told_with_xs_own_sentence_and_the_others_go_on():
    network = RuleNetwork(refuses=("bio",))
    told = network.sync(DOWN, Rule("8", "lumen bio:x"), SLOW)
    assert told.refused == {"8": "X refuses it: no such operator"}
    assert told.kept == {"7", "9"}
    assert network.ours == {"own:1000": OWN, "7": "lumen down", "9": "lumen slow"}


def test_a_refused_rule_inside_a_joined_one_is_found_and_the_others_stay_joined():
    network = RuleNetwork(cap=4, refuses=("bio",))
    told = network.sync(*rules(9), Rule("10", "lumen bio:x"), *rules(9, first=11))
    assert told.refused == {"10": "X refuses it: no such operator"}
    assert len(told.kept) == 18
    assert len(network.rules) <= 4


def test_a_joined_rule_that_x_refuses_though_it_takes_each_member_is_parted():
    network = RuleNetwork(cap=200, refuses=(") OR (",))
    assert len(network.sync(*rules(189)).kept) == 189
    told = network.sync(*rules(191))
    assert len(told.kept) + len(told.here_only) == 191
    assert not told.refused
    assert len(network.rules) >= 188


def test_x_refusing_the_rule_for_our_own_account_is_said_loudly():
    with pytest.raises(Refused, match="the rule for our own account: no such operator"):
        RuleNetwork(refuses=("@Lumen",)).sync(DOWN)


def test_a_refusal_of_the_whole_that_names_the_rule_holds_up_no_other():
    bad = {"errors": [{"type": ".../invalid-rules", "details": ["no such thing"], "value": "lumen down"}]}
    there, done = answer(200, {"meta": {}}), answer(201, {"meta": {}})
    told = drive(put_in_force(LUMEN, [DOWN, ROUTER]), [there, answer(404), answer(400, bad), done]).learned
    assert (told.refused, told.kept) == ({"7": "X refuses it: no such thing"}, {"8"})


def test_a_rule_that_x_calls_the_same_as_one_it_has_is_never_removed():
    there = {"id": "2", "tag": "earful:7", "value": "LUMEN DOWN"}
    own = {"id": "1", "tag": "earful:own:1000", "value": OWN}
    same = {"errors": [{"type": ".../duplicate-rules", "id": "2", "value": "lumen down"}], "meta": {}}
    told = drive(put_in_force(LUMEN, [DOWN]),
                 [answer(200, {"data": [own, there]}), answer(404), answer(201, same), answer(201, same)])  # fmt: skip
    assert told.learned.kept == {"7"}


def test_more_rules_than_x_takes_share_and_what_finds_no_room_is_matched_here_alone():
    network = RuleNetwork(cap=3)
    told = network.sync(*[Rule(str(number), f"lumen {'x' * 600}{number}") for number in range(1, 5)])
    assert (told.kept, {*told.here_only}) == ({"1", "2"}, {"3", "4"})
    assert "no room" in told.here_only["3"]


def test_other_peoples_rules_count_against_the_cap():
    network = RuleNetwork(cap=5)
    for number in range(3):
        network.add_foreign(f"other {number}")
    assert len(network.sync(*rules(4)).kept) == 4
    assert len(network.rules) == 5


def test_a_full_set_makes_room_before_it_takes_more():
    network = RuleNetwork(cap=3)
    network.sync(*rules(2))
    told = network.sync(*rules(2, first=5, text="lumen new"))
    assert told.kept == {"5", "6"}
    assert len(network.rules) == 3


def test_a_large_set_keeps_room_so_that_changes_never_deafen_it():
    network = RuleNetwork(cap=200)
    network.sync(*rules(400))
    network.asked.clear()
    network.sync(*rules(399), Rule("400", "lumen changed"))
    assert len(network.rules) <= 190
    assert [*map(next, map(iter, network.changes))] == ["add", "delete"]


def test_a_cap_that_x_only_tells_when_asked_to_add_leaves_the_rest_here():
    there, full = answer(200, {"meta": {}}), answer(422, {"type": ".../rule-cap", "title": "RulesCapExceeded"})
    told = drive(put_in_force(LUMEN, [DOWN]), [there, answer(404), full, full]).learned
    assert (told.kept, {*told.here_only}) == (frozenset(), {"7"})


@pytest.mark.parametrize("lost", range(1, 6))
@pytest.mark.parametrize("cap", [3, 1_000])
def test_whatever_answer_is_lost_the_next_sync_puts_it_right(lost, cap):
    network = RuleNetwork(cap=cap)
    network.sync(DOWN, ROUTER)
    network.asked.clear()
    network.loses = lost
    told = sync_again_and_again(network, DOWN, Rule("8", "lumen modem"), SLOW)
    assert told.kept == {"7", "8", "9"}
    assert sorted(map(len, network.ours.values())) == sorted(map(len, {*network.ours.values()}))
    assert len(network.rules) == min(cap, 4)
    assert network.sync(DOWN, Rule("8", "lumen modem"), SLOW).drifted == 0


def test_rules_that_somebody_else_changed_are_counted_and_put_right():
    network = RuleNetwork()
    network.sync(DOWN, ROUTER)
    network.rules.pop()
    network.add_foreign("not ours", "earful:99")
    assert network.sync(DOWN, ROUTER).drifted == 2
    assert network.ours == {"own:1000": OWN, "7": "lumen down", "8": "lumen router"}


def test_what_finds_no_room_is_no_drift():
    network = RuleNetwork(cap=2)
    wanted = [Rule(str(number), f"lumen {'x' * 600}{number}") for number in range(1, 4)]
    network.sync(*wanted)
    assert network.sync(*wanted).drifted == 0


def test_two_accounts_on_one_app_never_undo_what_the_other_did():
    network = RuleNetwork()
    for account in (LUMEN, SISTER):
        network.sync(DOWN, account=account)
    network.asked.clear()
    for account in (LUMEN, SISTER, LUMEN):
        assert network.sync(DOWN, account=account).kept == {"7"}
    assert not network.posts
    assert network.ours.keys() == {"own:1000", "own:2000", "7"}


def test_our_own_rule_follows_a_new_handle():
    network = RuleNetwork()
    network.sync(account=replace(LUMEN, handle="OldLumen"))
    network.sync()
    assert network.values == [OWN]


def test_a_rule_that_another_program_keeps_already_is_in_force_without_a_second_one():
    network = RuleNetwork()
    network.add_foreign("lumen down", "marketing")
    told = network.sync(DOWN, Rule("8", "lumen down sample:10"))
    assert told.kept == {"7", "8"}
    assert network.values.count("lumen down") == 1


def test_a_rule_that_only_x_can_answer_cannot_share_another_programs():
    network = RuleNetwork()
    network.add_foreign("lumen sample:10", "marketing")
    assert "change a word" in network.sync(Rule("7", "lumen sample:10")).refused["7"]


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize(("trouble", "error"), [(answer(503), TryLater), (answer(401), LostAccess)])
def test_rules_that_could_not_be_put_in_force_say_so(place, trouble, error):
    network = RuleNetwork()
    network.sync(Rule("6", "lumen old"))
    talk, answers = put_in_force(LUMEN, [DOWN]), []
    request = next(talk)
    for _ in range(place):
        answers.append(request.method)
        request = talk.send(network.answer(request))
    with pytest.raises(error):
        talk.send(trouble)


def test_a_lost_answer_is_passed_on_to_who_knows_whether_it_left():
    with pytest.raises(NoAnswer):
        RuleNetwork(loses=1).sync(DOWN)


def test_what_the_stream_names_reaches_the_desk_as_our_own_tags():
    line = b'{"data": {"id": "5", "text": "lumen down", "author_id": "7"}, "matching_rules": [%s]}'
    theirs = (
        b'{"id": "1", "tag": "earful:7+8"}, {"id": "2", "tag": "earful:1|2"}, {"id": "3", "tag": "earful:own:1000"}'
    )
    [arrival] = X().read(LUMEN, line % theirs)
    assert arrival.rules == ("7", "8")


def test_every_question_about_rules_is_asked_as_the_app():
    network = RuleNetwork()
    network.sync(DOWN)
    assert {request.token for request in network.asked} == {"app"}
    assert {request.path for request in network.asked} == {PATH, f"{PATH}/counts"}
