"""Which case a post belongs to: each rule of the module as a promise."""

from datetime import UTC, datetime, timedelta

import pytest

from earful.core.conversation import (
    NOWHERE,
    SAME_MATTER,
    STILL_THERE,
    Known,
    KnownCase,
    Role,
    first_line,
    place,
    remember,
)
from earful.core.lifecycle import CATEGORY, CaseStatus, Category
from earful.core.post import Author, Post

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
US, ADA, BEN = "1", "20", "30"
RUNNING = [status for status in CaseStatus if CATEGORY[status] is not Category.DONE]


def post(post_id, author=ADA, *, at=NOW, root="", reply_to="", private=False):
    return Post(
        network="x",
        id=post_id,
        author=Author(author),
        text="@Lumen no signal",
        created_at=at,
        root=root or post_id,
        reply_to=reply_to,
        private=private,
    )


def case(case_id=1, customer=ADA, status=CaseStatus.OPEN, touched=NOW):
    return KnownCase(case_id, customer, status, touched)


def desk(**cases):
    """What the desk knows; `begun` holds cases by the post that began them."""
    known = Known(own_accounts=frozenset({US}))
    for post_id, each in cases.items():
        remember(known, each, post(post_id.lstrip("p"), each.customer, at=each.touched_at))
    return known


def calling(each, known):
    return place(each, known, calls_us=True, opens=True)


def found(each, known):
    """Found by a listening rule; it does not name us."""
    return place(each, known, calls_us=False, opens=True)


def overheard(each, known):
    """Neither names us nor is found by a rule: heard because we are in the thread."""
    return place(each, known, calls_us=False, opens=False)


def joined(decision, each, role=Role.CUSTOMER):
    return decision.case is each and decision.role is role


def opened(decision):
    return decision.case is None and decision.role is Role.CUSTOMER


def test_who_calls_us_for_the_first_time_opens_a_case():
    assert opened(calling(post("100"), desk()))


def test_what_a_rule_found_opens_a_case():
    assert opened(found(post("100"), desk()))


def test_what_neither_calls_us_nor_was_found_opens_nothing():
    assert overheard(post("100"), desk()) == NOWHERE


def test_the_second_post_of_a_person_in_one_batch_joins_the_first_ones_case():
    known, first = desk(), post("100")
    assert opened(calling(first, known))
    new = case(-1, status=CaseStatus.NEW)
    remember(known, new, first)
    assert joined(calling(post("101"), known), new)
    assert joined(found(post("102", reply_to="100", root="100"), known), new)


def test_two_people_in_one_batch_get_a_case_each():
    known = desk()
    remember(known, case(-1, status=CaseStatus.NEW), post("100"))
    assert opened(calling(post("101", BEN), known))


@pytest.mark.parametrize("status", RUNNING)
def test_a_person_with_a_running_case_joins_it_within_three_days(status):
    running = case(status=status)
    assert joined(calling(post("200", at=NOW + SAME_MATTER), desk(p100=running)), running)


def test_a_person_who_comes_back_later_has_a_new_matter():
    late = NOW + SAME_MATTER + timedelta(seconds=1)
    assert opened(calling(post("200", at=late), desk(p100=case())))


def test_a_person_whose_case_is_solved_has_a_new_matter_elsewhere():
    assert opened(calling(post("200"), desk(p100=case(status=CaseStatus.SOLVED))))


def test_the_customer_reopens_a_solved_case_in_the_same_thread_for_a_month():
    solved = case(status=CaseStatus.SOLVED)
    answer = post("200", at=NOW + STILL_THERE, reply_to="100", root="100")
    assert joined(calling(answer, desk(p100=solved)), solved)


def test_after_a_month_the_same_thread_is_a_new_matter():
    late = post("200", at=NOW + STILL_THERE + timedelta(seconds=1), reply_to="100", root="100")
    assert opened(calling(late, desk(p100=case(status=CaseStatus.SOLVED))))


def test_the_customer_who_answers_a_bystander_in_the_thread_stays_in_the_case():
    own = case()
    known = desk(p100=own)
    remember(known, own, post("150", BEN, root="100", reply_to="100"))
    assert joined(overheard(post("200", root="100", reply_to="150"), known), own)


def test_the_customer_stays_in_the_case_even_under_a_post_that_nobody_heard():
    own = case()
    assert joined(overheard(post("200", root="100", reply_to="777"), desk(p100=own)), own)


def test_a_bystander_joins_the_thread_as_a_bystander():
    thread = case()
    decision = overheard(post("200", BEN, reply_to="100", root="100"), desk(p100=thread))
    assert joined(decision, thread, Role.BYSTANDER)


def test_a_bystander_who_names_us_gets_a_case_of_their_own():
    assert opened(calling(post("200", BEN, reply_to="100", root="100"), desk(p100=case())))


def test_a_bystander_who_names_us_and_has_a_case_running_joins_that():
    own = case(2, BEN)
    known = desk(p100=case(), p50=own)
    assert joined(calling(post("200", BEN, reply_to="100", root="100"), known), own)


def test_under_the_brands_own_post_everybody_who_calls_us_has_a_case_of_their_own():
    ada = case(1, ADA)
    known = desk()
    remember(known, ada, post("100", root="90", reply_to="90"))
    assert opened(calling(post("101", BEN, root="90", reply_to="90"), known))


def test_a_bystander_of_a_thread_that_ended_long_ago_joins_nothing():
    late = post("200", BEN, at=NOW + STILL_THERE + timedelta(days=1), reply_to="100", root="100")
    assert overheard(late, desk(p100=case())) == NOWHERE


def test_a_bystander_under_a_closed_case_joins_the_open_one_of_the_thread():
    known = desk(p100=case(1, status=CaseStatus.CLOSED))
    still_open = case(2, "40")
    remember(known, still_open, post("110", "40", root="100"))
    decision = overheard(post("200", BEN, reply_to="100", root="100"), known)
    assert joined(decision, still_open, Role.BYSTANDER)


@pytest.mark.parametrize("decide", [calling, found])
def test_a_closed_case_takes_nothing_more_from_its_customer(decide):
    known = desk(p100=case(status=CaseStatus.CLOSED))
    assert opened(decide(post("200", reply_to="100", root="100"), known))


def test_a_closed_case_takes_no_bystander():
    known = desk(p100=case(status=CaseStatus.CLOSED))
    assert overheard(post("200", BEN, reply_to="100", root="100"), known) == NOWHERE


def test_our_own_answer_joins_the_case_that_it_answers():
    answered = case()
    decision = calling(post("200", US, reply_to="100", root="100"), desk(p100=answered))
    assert joined(decision, answered, Role.OURS)


@pytest.mark.parametrize("private", [False, True])
def test_our_own_words_never_open_a_case(private):
    assert calling(post("200", US, private=private), desk()) == NOWHERE


def test_what_we_say_to_nobody_in_particular_joins_no_case_of_the_thread():
    assert calling(post("200", US, reply_to="777", root="100"), desk(p100=case())) == NOWHERE


def test_a_private_word_joins_the_same_private_conversation():
    talk = case()
    known = desk()
    remember(known, talk, post("dm-1", root="dm-1-20", private=True))
    assert joined(calling(post("dm-2", root="dm-1-20", private=True), known), talk)


def test_our_own_private_word_joins_the_private_conversation():
    talk = case()
    known = desk()
    remember(known, talk, post("dm-1", root="dm-1-20", private=True))
    decision = overheard(post("dm-2", US, root="dm-1-20", private=True), known)
    assert joined(decision, talk, Role.OURS)


def test_a_private_word_joins_the_persons_running_public_case():
    public = case()
    assert joined(calling(post("dm-1", root="dm-1-20", private=True), desk(p100=public)), public)


def test_a_private_word_of_a_stranger_opens_a_case():
    assert opened(calling(post("dm-1", BEN, root="dm-1-30", private=True), desk(p100=case())))


def test_posts_out_of_order_join_all_the_same():
    running = case(touched=NOW)
    earlier = post("90", at=NOW - timedelta(hours=5))
    assert joined(calling(earlier, desk(p100=running)), running)


def test_a_post_out_of_order_does_not_make_a_case_look_older():
    running = case(touched=NOW)
    remember(desk(), running, post("90", at=NOW - timedelta(hours=5)))
    assert running.touched_at == NOW


def test_of_two_running_cases_the_one_touched_last_is_joined():
    older, newer = case(1, touched=NOW - timedelta(hours=2)), case(2, touched=NOW)
    assert joined(calling(post("300"), desk(p100=older, p200=newer)), newer)


def test_a_bystanders_post_does_not_become_a_case_of_theirs():
    known, thread = desk(), case()
    remember(known, thread, post("150", BEN, root="100"))
    assert opened(calling(post("200", BEN), known))


def test_a_post_that_answers_nothing_is_not_taken_for_an_answer_to_nothing():
    known = desk(p100=case())
    assert overheard(post("200", BEN), known) == NOWHERE


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("@Lumen @LumenCare my line is dead", "my line is dead"),
        ("@Lumen", "@Lumen"),
        ("  no\n\nsignal  ", "no signal"),
        ("", ""),
        ("thanks @Lumen", "thanks @Lumen"),
    ],
)
def test_a_subject_is_the_text_without_the_handles_it_begins_with(text, line):
    assert first_line(text) == line


@pytest.mark.parametrize("text", ["word " * 60, "x" * 300, "x" * 89 + " y" * 30])
def test_a_subject_is_never_longer_than_asked(text):
    assert len(first_line(text, longest=90)) <= 90
    assert first_line(text, longest=90).endswith("…")


def test_a_subject_is_cut_at_a_word():
    assert first_line("one two three four", longest=12) == "one two…"
