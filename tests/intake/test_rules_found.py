"""Which posts listening rules find on the way in, why, and which of them become cases."""

from building import (
    LUMEN,
    NINA,
    TOMAS,
    YUKI,
    agent,
    at_once,
    brand,
    carried,
    deletion,
    hear,
    message,
    minutes_ago,
    next_id,
    said,
)
from earful.cases.models import Case
from earful.channels.models import Channel
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.reader import Reader
from earful.posts import ignoring, spread
from earful.posts.models import Post
from earful.rules import book
from earful.rules.models import ListeningRule, Match
from fishing import found_by, listening, quoting, terms, told


def test_the_words_that_matched_are_kept_with_where_they_stand(channel: Channel) -> None:
    listening("lumen (broadband OR fibre)")
    hear(channel, said(NINA, "My Lumen fibre is slow"))
    reasons = Match.objects.get().reasons
    assert reasons == [
        {"term": "lumen", "spans": [[3, 8]], "quoted": False},
        {"term": "fibre", "spans": [[9, 14]], "quoted": False},
    ]


def test_a_post_that_two_rules_find_is_stored_once_and_kept_for_both(channel: Channel) -> None:
    first, second = listening("lumen"), listening("slow fibre")
    hear(channel, said(NINA, "lumen fibre is slow"))
    assert Post.objects.count() == Case.objects.count() == 1
    assert found_by(first) == found_by(second) == ["lumen fibre is slow"]


def test_a_rule_that_opens_no_cases_keeps_its_posts_and_opens_none(channel: Channel) -> None:
    rule = listening("lumen", opens_cases=False)
    tally = hear(channel, said(NINA, "lumen is fine"))
    assert (tally.stored, tally.opened) == (1, 0)
    assert found_by(rule) == ["lumen is fine"]


def test_a_quiet_rule_does_not_keep_those_who_call_us_from_being_answered(channel: Channel) -> None:
    listening("lumen", opens_cases=False)
    assert hear(channel, said(NINA, "@LumenHelp my lumen router is dead")).opened == 1
    assert not Case.objects.get().found_by_rule


def test_what_a_quiet_rule_finds_stays_out_of_a_running_case_of_its_author(channel: Channel) -> None:
    listening("lumen", opens_cases=False)
    hear(channel, said(NINA, "@LumenHelp my router is dead"))
    hear(channel, said(NINA, "lumen has a nice logo"))
    assert Case.objects.get().unanswered == 1


def test_a_quote_found_only_by_the_words_it_quotes_is_spread_and_no_case(channel: Channel) -> None:
    rule = listening("lumen outage")
    tally = hear(channel, quoting(NINA, "look at this!", TOMAS, "Lumen outage since noon"))
    assert (tally.stored, tally.opened) == (1, 0)
    match = Match.objects.get(rule=rule)
    assert [reason["quoted"] for reason in match.reasons] == [True, True]


def test_a_quote_with_words_of_its_own_that_a_rule_finds_opens_a_case(channel: Channel) -> None:
    listening("lumen OR fibre")
    assert hear(channel, quoting(NINA, "my fibre is out as well", TOMAS, "Lumen outage")).opened == 1


def test_a_quote_of_ours_opens_a_case_whatever_a_rule_found(channel: Channel) -> None:
    listening("outage")
    assert hear(channel, quoting(NINA, "nonsense", LUMEN, "There is no outage")).opened == 1


def test_a_rule_of_operators_alone_opens_cases_from_quotes(channel: Channel) -> None:
    listening("from:nina_okafor is:quote")
    assert hear(channel, quoting(NINA, "look", TOMAS, "a cat")).opened == 1


def test_reposts_that_a_rule_finds_are_kept_and_counted_and_no_case(channel: Channel) -> None:
    rule, root = listening("lumen"), next_id()
    hear(channel, said(NINA, "lumen is down", id=root))
    tally = hear(channel, said(TOMAS, "RT @nina_okafor: lumen is down", reposts=root))
    assert (tally.stored, tally.opened, tally.joined) == (1, 0, 0)
    assert len(found_by(rule)) == 2
    carried = Post.objects.get(network_id=root)
    assert spread.of([carried])[carried.pk].reposts == 1


def test_the_network_is_believed_for_what_only_it_can_answer(channel: Channel) -> None:
    rule = listening("lumen sample:10")
    hear(channel, told(NINA, "lumen is fine", [str(rule.pk)]), told(TOMAS, "lumen is slow", []))
    assert found_by(rule) == ["lumen is fine"]
    assert terms(Match.objects.get().reasons) == ["lumen"]


def test_the_network_is_not_believed_for_what_we_can_answer_ourselves(channel: Channel) -> None:
    rule = listening("lumen")
    tally = hear(channel, told(NINA, "lovely weather", [str(rule.pk), "999999", "own:1"]))
    assert tally.stored == 0


def test_the_networks_word_counts_for_a_post_that_a_poll_brought_first(channel: Channel) -> None:
    rule, post = listening("embedding:outage", opens_cases=False), next_id()
    hear(channel, said(NINA, "@LumenHelp nothing works", id=post))
    hear(channel, told(NINA, "@LumenHelp nothing works", [str(rule.pk)], id=post))
    assert Match.objects.get().reasons == []
    assert Case.objects.get().unanswered == 1


def test_private_messages_are_not_asked_by_listening_rules(channel: Channel) -> None:
    rule = listening("router")
    hear(channel, message(NINA, "my router is dead"))
    assert found_by(rule) == []


def test_an_edit_moves_the_marks_and_drops_the_rules_that_do_not_find_it_any_more(channel: Channel) -> None:
    first, later, other = next_id(), next_id(), listening("slow")
    rule = listening("lumen")
    hear(channel, said(NINA, "lumen is slow", versions=[first]))
    hear(channel, said(NINA, "My lumen is fast", versions=[first, later]))
    assert Match.objects.get(rule=rule).reasons == [{"term": "lumen", "spans": [[3, 8]], "quoted": False}]
    assert not Match.objects.filter(rule=other).exists()


def test_an_edit_can_bring_a_post_to_a_rule_that_did_not_find_it(channel: Channel) -> None:
    first, rule = next_id(), listening("lumen")
    hear(channel, said(NINA, "@LumenHelp hello", versions=[first]))
    hear(channel, said(NINA, "@LumenHelp hello, lumen", versions=[first, next_id()]))
    assert found_by(rule) == ["@LumenHelp hello, lumen"]


def test_an_edit_that_no_rule_finds_any_more_is_heard_all_the_same(channel: Channel) -> None:
    first, rule = next_id(), listening("cat", opens_cases=False)
    hear(channel, said(NINA, "my cat", versions=[first]))
    hear(channel, said(NINA, "my dog", versions=[first, next_id()]))
    assert Post.objects.get().text == "my dog"
    assert found_by(rule) == []


def test_an_edit_is_asked_of_rules_that_rest_as_well(channel: Channel) -> None:
    first, lost, kept = next_id(), listening("slow"), listening("lumen")
    hear(channel, said(NINA, "lumen is slow", versions=[first]))
    ListeningRule.objects.update(enabled=False)
    book.look_again()
    hear(channel, said(NINA, "My lumen is fast", versions=[first, next_id()]))
    assert found_by(lost) == []
    assert Match.objects.get(rule=kept).reasons == [{"term": "lumen", "spans": [[3, 8]], "quoted": False}]


def test_after_an_edit_nobody_knows_why_the_network_found_a_post(channel: Channel) -> None:
    first, rule = next_id(), listening("embedding:outage")
    hear(channel, told(NINA, "nothing works", [str(rule.pk)], versions=[first]))
    assert Match.objects.get().reasons == []
    hear(channel, said(NINA, "nothing at all works", versions=[first, next_id()]))
    assert Match.objects.get().reasons is None


def test_an_earlier_version_that_is_heard_late_finds_nothing(channel: Channel) -> None:
    first, rule = next_id(), listening("slow")
    hear(channel, said(NINA, "@LumenHelp fast", versions=[first, next_id()]))
    hear(channel, said(NINA, "@LumenHelp slow", versions=[first]))
    assert found_by(rule) == []


def test_a_deletion_takes_the_words_that_matched_away(channel: Channel) -> None:
    post = next_id()
    listening("lumen")
    hear(channel, said(NINA, "lumen is slow", id=post))
    hear(channel, deletion(post))
    assert Match.objects.get().reasons is None
    hear(channel, said(NINA, "lumen is slow", id=post))
    assert Match.objects.get().reasons is None


def test_no_words_are_kept_of_a_match_whose_deletion_came_first(channel: Channel) -> None:
    post = next_id()
    listening("lumen")
    hear(channel, deletion(post))
    hear(channel, said(NINA, "lumen is slow", id=post))
    assert Match.objects.get().reasons is None


def test_a_tag_from_before_the_rule_was_changed_is_not_believed(channel: Channel) -> None:
    rule = listening("cat sample:5")
    rule.text = "dog sample:9"
    rule.save()
    book.look_again()
    hear(channel, told(NINA, "cat two", [str(rule.pk)]), told(TOMAS, "dog two", [str(rule.pk)]))
    assert found_by(rule) == ["dog two"]


def test_a_post_that_a_quiet_rule_kept_becomes_a_case_when_its_author_calls_us(channel: Channel) -> None:
    first = next_id()
    listening("kettle", opens_cases=False)
    hear(channel, said(NINA, "my kettle broke", versions=[first]))
    tally = hear(channel, said(NINA, "@LumenHelp my kettle broke", versions=[first, next_id()]))
    assert (tally.stored, tally.opened) == (0, 1)
    case = Case.objects.get()
    assert (case.subject, case.unanswered, case.found_by_rule) == ("my kettle broke", 1, False)


def test_a_post_that_a_quiet_rule_kept_becomes_a_case_when_a_rule_that_opens_cases_finds_it(channel: Channel) -> None:
    first = next_id()
    listening("kettle", opens_cases=False)
    listening("lumen kettle")
    hear(channel, said(NINA, "my kettle broke", versions=[first]))
    hear(channel, said(NINA, "my lumen kettle broke", versions=[first, next_id()]))
    assert Case.objects.get().found_by_rule


def test_what_was_set_aside_becomes_no_case_unless_its_words_change(channel: Channel) -> None:
    first, rule = next_id(), listening("kettle", opens_cases=False)
    hear(channel, said(NINA, "my kettle broke", versions=[first]))
    ignoring.ignore([Post.objects.get().pk], by=agent())
    ListeningRule.objects.filter(pk=rule.pk).update(opens_cases=True)
    book.look_again()
    assert hear(channel, said(NINA, "my kettle broke", versions=[first])).opened == 0
    assert hear(channel, said(NINA, "@LumenHelp my kettle broke", versions=[first, next_id()])).opened == 1
    assert Post.objects.get().ignored_at is None


def test_a_deleted_post_becomes_no_case_when_it_is_heard_again(channel: Channel) -> None:
    post, rule = next_id(), listening("kettle", opens_cases=False)
    hear(channel, said(NINA, "my kettle broke", id=post))
    hear(channel, deletion(post))
    ListeningRule.objects.filter(pk=rule.pk).update(opens_cases=True)
    book.look_again()
    assert hear(channel, said(NINA, "my kettle broke", id=post)).opened == 0


def test_two_readers_who_hear_a_kept_post_again_open_one_case(transactional_db: None) -> None:
    channel, first = brand(), next_id()
    listening("kettle", opens_cases=False)
    hear(channel, said(NINA, "my kettle broke", versions=[first]))
    edit = said(NINA, "@LumenHelp my kettle broke", versions=[first, next_id()])
    PostgresBelt().put(carried(channel, [edit, edit]))
    tallies = at_once(*[lambda: Reader(PostgresBelt()).read_batch(1)] * 2)
    assert sorted(tally.opened for tally in tallies) == [0, 1]
    assert Case.objects.get().unanswered == 1


def test_two_readers_keep_each_find_once(transactional_db: None) -> None:
    channel, rule = brand(), listening("lumen", most_a_minute=1000)
    posts = [(next_id(), f"lumen {number}") for number in range(60)]
    for order in (posts, posts[::-1]):
        PostgresBelt().put(carried(channel, [said(NINA, text, id=post) for post, text in order]))

    def read() -> None:
        while Reader(PostgresBelt()).read_batch(7).frames:
            pass

    assert at_once(read, read) == [None, None]
    assert Match.objects.filter(rule=rule).count() == 60
    assert sum(pace.posts for pace in rule.paces.all()) == 60


def test_a_rule_deleted_before_its_book_is_swapped_costs_no_post(channel: Channel) -> None:
    rule = listening("lumen")
    ListeningRule.objects.filter(pk=rule.pk).delete()
    assert hear(channel, said(YUKI, "lumen", at=minutes_ago(1))).stored == 1
