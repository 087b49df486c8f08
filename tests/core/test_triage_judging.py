"""The whole verdict: who has the last word, what a case's posts say together, and which reply fits."""

import pytest

from earful.core.triage.answers import A_RULE, Answer, as_kept, from_kept, is_sure, sure_ones
from earful.core.triage.casewise import taken_up, told_by, urgency_beyond
from earful.core.triage.heads import HEADS
from earful.core.triage.judging import Asked, judge_all, judge_one
from earful.core.triage.model import shipped
from earful.core.triage.replying import Around, kind_of_reply


def told(**heads: str) -> dict[str, Answer]:
    return {head: Answer(says, 0.9) for head, says in heads.items()}


def test_every_head_answers_and_the_model_is_named() -> None:
    found = judge_one("@Lumen third day without internet and nobody answers", "en", shipped())
    assert set(found.answers) == set(HEADS)
    assert (found.model, found.lang) == (shipped().card.version, "en")
    assert found.intent == "complaint"


def test_a_batch_is_judged_as_each_post_alone() -> None:
    asked = [Asked("thank you Ana, brilliant"), Asked("wo ist mein Paket", "de"), Asked(""), Asked("Это ужасно", "ru")]
    together = judge_all(asked, shipped())
    for one, each in zip(together, asked, strict=True):
        alone = judge_one(each.text, each.lang, shipped())
        assert (one.intent, one.signals, one.spam) == (alone.intent, alone.signals, alone.spam)
        assert as_kept(one.answers).keys() == as_kept(alone.answers).keys()


def test_in_a_language_that_was_not_learned_only_signals_speak() -> None:
    found = judge_one("Это ужасно", "ru", shipped())
    assert found.answers == {}
    assert found.model == ""


def test_where_the_network_names_no_language_it_is_told_by_the_words() -> None:
    found = judge_one("Seit heute früh geht bei uns im ganzen Haus das Internet nicht mehr", "und", shipped())
    assert found.lang == "de"
    assert set(found.answers) == set(HEADS)


def test_a_signal_of_danger_overrules_the_heads() -> None:
    found = judge_one("haha the router caught fire, lovely", "en", shipped())
    assert "danger" in found.signals
    assert found.answers["urgency"] == Answer("3", 1.0)
    assert found.answers["person"] == Answer("1", 1.0)


def test_what_is_not_sure_is_not_told_and_severity_only_of_complaints() -> None:
    answers = {"complaint": Answer("0", 0.9), "severity": Answer("4", 0.9), "intent": Answer("praise", 0.3)}
    assert sure_ones(answers) == {"complaint": "0"}
    assert not is_sure("intent", answers["intent"])
    assert sure_ones({**answers, "complaint": Answer("1", 0.7)}) == {"complaint": "1", "severity": "4"}


def test_answers_come_back_as_they_were_kept() -> None:
    answers = told(intent="praise", urgency="2")
    assert from_kept(as_kept(answers)) == answers


@pytest.mark.parametrize(
    ("heads", "around", "kind"),
    [
        ({"spam": "1", "intent": "complaint"}, Around(), "none"),
        ({"actionable": "0"}, Around(), "none"),
        ({"intent": "complaint", "complaint": "1", "reason": "outage"}, Around(incident=True), "problem"),
        ({"intent": "complaint", "complaint": "1", "reason": "staff"}, Around(incident=True), "sorry"),
        ({"intent": "praise"}, Around(), "thank_you"),
        ({"intent": "suggestion"}, Around(), "improve"),
        ({"intent": "complaint", "complaint": "1", "severity": "4", "person": "1"}, Around(), "sorry"),
        (
            {"intent": "complaint", "complaint": "1", "severity": "4", "person": "1", "urgency": "3"},
            Around(),
            "help_here",
        ),
        ({"intent": "request", "person": "1"}, Around(article=True), "help_here"),
        ({"intent": "request"}, Around(article=True), "quick_solution"),
        ({"intent": "request"}, Around(), "help_here"),
        ({"intent": "question"}, Around(), "quick_solution"),
        ({"intent": "complaint"}, Around(), "sorry"),
        ({}, Around(), "none"),
    ],
)
def test_a_reply_follows_by_rule(heads: dict[str, str], around: Around, kind: str) -> None:
    answer, why = kind_of_reply(told(**heads), around)
    assert answer.says == kind
    assert answer.sure == (0.9 if heads else 0.0)
    assert why


def test_a_head_that_learned_here_goes_before_the_rules() -> None:
    text = "could I use the old tray as a planter?"
    assert judge_all([Asked(text)], shipped(), learned_here={"reply"})[0].answers["reply"].says in HEADS["reply"].says


def test_a_case_keeps_the_most_urgent_word_until_it_is_answered() -> None:
    first = taken_up({}, {"urgency": "3", "reason": "safety", "intent": "request"}, fresh=True)
    second = taken_up(first, {"urgency": "1", "reason": "other", "intent": "complaint"}, fresh=False)
    assert second == {"urgency": "3", "reason": "safety", "intent": "complaint"}
    answered = taken_up(second, {"urgency": "0", "intent": "praise"}, fresh=True)
    assert answered == {"urgency": "0", "reason": "safety", "intent": "praise"}


def test_what_a_signal_gives_points_for_is_not_counted_twice() -> None:
    assert urgency_beyond({"urgency": "3"}, ["danger"]) == ""
    assert urgency_beyond({"urgency": "3"}, ["outage", "anger"]) == "3"
    assert urgency_beyond({"urgency": "2"}, []) == "2"
    assert urgency_beyond({}, ["outage"]) == ""


def test_what_people_corrected_stands_before_what_was_told() -> None:
    assert told_by(told(intent="complaint"), {"intent": "question"}) == {"intent": "question"}


def test_what_a_head_says_unsurely_and_a_rule_says_too_is_sure() -> None:
    found = judge_one("@LumenHelp still no internet and now your box is on fire!", "en", shipped())
    assert found.answers["urgency"] == Answer("3", A_RULE)
