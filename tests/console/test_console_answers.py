"""What triage told, on the screen: in words, with its doubts and its why; corrected by two keys, and taken back."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from earful.cases.correcting import correct_case
from earful.cases.models import Case, Message
from earful.channels.models import Channel
from earful.console.heads_shown import SHOWN, choices
from earful.core.triage.answers import as_kept
from earful.core.triage.heads import HEADS
from earful.core.triage.judging import Asked
from earful.people.models import Agent
from earful.posts.consent import decide
from earful.posts.models import Post
from earful.triage.in_force import judged
from earful.triage.models import Correction

HTMX = {"HX-Request": "true"}
DEAD = "@LumenHelp my router is dead, third day without internet and nobody answers"
BURNS = "@LumenHelp there is smoke coming out of your router!"


@pytest.fixture
def told(make_case: Callable[..., Case]) -> Callable[..., Case]:
    """A case whose post was judged, as the reader does it."""

    def make(text: str = DEAD, **fields: Any) -> Case:
        case = make_case(text, **fields)
        post = Message.objects.get(case=case).post
        judge_post(post)
        case.signals = post.signals
        case.save()
        case.say_anew()
        return case

    return make


def judge_post(post: Post) -> None:
    verdict = judged([Asked(post.text, "en")])[0]
    post.verdict = {"model": verdict.model, "lang": "en", "answers": as_kept(verdict.answers)}
    post.intent, post.signals, post.lang = verdict.intent, list(verdict.signals), "en"
    post.save()


def read(answer: Any) -> str:
    """What stands on a page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def said_in(answer: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.headers["HX-Trigger"])
    return told


def test_the_line_says_in_words_what_every_head_says_and_where_it_doubts(
    desk: Client, told: Callable[..., Case]
) -> None:
    case = told()
    case.answers = {"complaint": "1", "intent": "complaint", "urgency": "2", "reason": "outage", "severity": "3"}
    case.save()
    page = read(desk.get(f"/cases/{case.pk}/live/"))
    assert "Intent complaint Urgency stuck now Contact reason no service at all Needs a person not sure" in page
    assert "Severity accusation Language English" in page


def test_severity_is_told_of_complaints_alone(desk: Client, told: Callable[..., Case]) -> None:
    case = told()
    case.answers = {"complaint": "0", "intent": "praise"}
    case.save()
    assert "Severity" not in read(desk.get(f"/cases/{case.pk}/live/"))


def test_the_popover_has_every_answer_each_with_its_key(desk: Client, told: Callable[..., Case]) -> None:
    case = told()
    page = desk.get(f"/cases/{case.pk}/answers/urgency/").content.decode()
    assert re.findall(r'value="(\d)"[^>]* data-key="(\d)"', page) == [(each, each) for each in "0123"]
    page = desk.get(f"/cases/{case.pk}/answers/person/").content.decode()
    assert re.findall(r'value="(\d)"[^>]* data-key="(\w)"', page) == [("0", "n"), ("1", "y")]
    page = desk.get(f"/cases/{case.pk}/answers/reason/").content.decode()
    assert len(re.findall(r'name="says"', page)) == len(HEADS["reason"].says)
    assert re.findall(r'data-key="(\d)"', page) == list("123456789")


def test_of_many_answers_the_one_that_stands_comes_first(db: None) -> None:
    first, second, third, *_ = choices("reason", "delay", "booking")
    assert (first.says, first.key, first.current, second.says, third.says) == ("delay", "1", True, "booking", "outage")


def test_the_page_and_the_desk_know_the_same_letters() -> None:
    script = Path(__file__).parents[2] / "src/earful/console/static/console/js/correcting.js"
    known = re.findall(r'\["(\w)", "(\w+)", "([\w ]+)"\]', script.read_text())
    assert known == [(head.letter, head.name, head.title) for head in SHOWN.values()]
    assert set(SHOWN) == set(HEADS)


def test_why_names_the_words_that_spoke_for_it(desk: Client, told: Callable[..., Case]) -> None:
    page = read(desk.get(f"/cases/{told().pk}/answers/complaint/"))
    assert re.search(r"Triage says: yes, \d+% sure\. Because of “\w+”", page)


def test_why_names_the_rule_that_settled_it(desk: Client, told: Callable[..., Case]) -> None:
    page = read(desk.get(f"/cases/{told(BURNS).pk}/answers/urgency/"))
    assert re.search(r"By a rule: danger to people or property \(“[^”]*smoke[^”]*”\)\.", page)


def test_why_says_by_which_model_where_another_is_in_force(desk: Client, told: Callable[..., Case]) -> None:
    case = told()
    post = Post.objects.get(message__case=case)
    post.verdict["model"] = "version 7"
    post.save()
    page = read(desk.get(f"/cases/{case.pk}/answers/complaint/"))
    assert re.search(r"It was judged by version 7; shipped \S+ is in force now\.", page)
    assert "Because of" not in page


def test_a_correction_is_saved_and_says_what_it_counts_for(
    desk: Client, told: Callable[..., Case], dario: Agent
) -> None:
    case = told()
    answer = desk.post(f"/cases/{case.pk}/answers/intent/", {"says": "request"}, headers=HTMX)
    case.refresh_from_db()
    assert (answer.status_code, case.answers["intent"]) == (204, "request")
    said = said_in(answer)
    words = "Intent: request. Kept as a check only: nobody allowed training on X’s posts."
    assert said["desk:say"]["words"] == words
    assert said["desk:case"] == {"id": case.pk}
    assert "Intent request ✓ , said by Dario Keller" in read(desk.get(f"/cases/{case.pk}/live/"))
    Agent.objects.filter(pk=dario.pk).update(is_staff=True, is_superuser=True)
    decide("x", granted=True, grounds="X said so", by=Agent.objects.get(pk=dario.pk))
    answer = desk.post(f"/cases/{case.pk}/answers/intent/", {"says": "question"}, headers=HTMX)
    assert said_in(answer)["desk:say"]["words"] == "Intent: question. Kept to learn from."


def test_practice_is_learned_from(desk: Client, told: Callable[..., Case]) -> None:
    case = told()
    Channel.objects.update(practice=True)
    answer = desk.post(f"/cases/{case.pk}/answers/intent/", {"says": "request"}, headers=HTMX)
    assert said_in(answer)["desk:say"]["words"] == "Intent: request. Kept to learn from."


def test_priority_follows_a_correction_and_comes_back_with_undo(desk: Client, told: Callable[..., Case]) -> None:
    case = told()
    correct_case(case, "urgency", "0", Agent.objects.get())
    before = (case.points, case.answers)
    answer = desk.post(f"/cases/{case.pk}/answers/urgency/", {"says": "3"}, headers=HTMX)
    case.refresh_from_db()
    assert case.points > before[0]
    undo = said_in(answer)["desk:say"]
    answer = desk.post(undo["undo"], {"first": undo["first"]}, headers=HTMX)
    case.refresh_from_db()
    assert said_in(answer)["desk:say"]["words"].startswith("Taken back.")
    assert (case.points, case.answers) == before
    assert "Dario Keller took back a correction: urgency" in read(desk.get(f"/cases/{case.pk}/live/"))


def test_undo_leaves_nothing_to_learn_from_even_where_triage_was_not_sure(
    desk: Client, told: Callable[..., Case]
) -> None:
    case = told()
    Post.objects.update(verdict={"model": "shipped 1", "lang": "en", "answers": {"person": ("1", 0.51)}})
    case.say_anew()
    answer = desk.post(f"/cases/{case.pk}/answers/person/", {"says": "0"}, headers=HTMX)
    undo = said_in(answer)["desk:say"]
    desk.post(undo["undo"], {"first": undo["first"]}, headers=HTMX)
    case.refresh_from_db()
    assert "person" not in case.answers
    assert not Correction.objects.exists()


def test_what_somebody_else_said_since_is_not_taken_back(desk: Client, told: Callable[..., Case], mara: Agent) -> None:
    case = told()
    answer = desk.post(f"/cases/{case.pk}/answers/intent/", {"says": "request"}, headers=HTMX)
    correct_case(case, "intent", "question", mara)
    undo = said_in(answer)["desk:say"]
    answer = desk.post(undo["undo"], {"first": undo["first"]}, headers=HTMX)
    assert "not the last word" in said_in(answer)["desk:say"]["words"]
    case.refresh_from_db()
    assert case.answers["intent"] == "question"


@pytest.mark.parametrize("first", ["", "0", "x", "9" * 30])
def test_only_what_one_said_oneself_can_be_taken_back(
    desk: Client, told: Callable[..., Case], mara: Agent, first: str
) -> None:
    case = told()
    hers = correct_case(case, "intent", "request", mara)
    for number in (first, str(hers.pk)):
        desk.post(f"/cases/{case.pk}/answers/intent/back/", {"first": number}, headers=HTMX)
    assert Correction.objects.get() == hers


@pytest.mark.parametrize(("head", "says", "status"), [
    ("intent", "nonsense", 204), ("intent", "", 204), ("reason", "x" * 500, 204), ("weather", "1", 404),
])  # fmt: skip
def test_what_there_is_not_is_not_said(
    desk: Client, told: Callable[..., Case], head: str, says: str, status: int
) -> None:
    case = told()
    answer = desk.post(f"/cases/{case.pk}/answers/{head}/", {"says": says}, headers=HTMX)
    assert answer.status_code == status
    assert not Correction.objects.exists()


def test_a_post_outside_of_cases_is_corrected_and_found_by_it(
    desk: Client, told: Callable[..., Case], django_assert_max_num_queries: Any
) -> None:
    post = Post.objects.get(message__case=told())
    Message.objects.all().delete()
    answer = desk.post(f"/posts/{post.pk}/answers/intent/", {"says": "suggestion"}, headers=HTMX)
    assert said_in(answer)["desk:corrected"] == {"ids": [post.pk]}
    assert f'id="post-{post.pk}"' in desk.get("/posts/?intent=suggestion").content.decode()
    assert f'id="post-{post.pk}"' in desk.get("/posts/?intent=suggestion&q=router").content.decode()
    undo = said_in(answer)["desk:say"]
    desk.post(undo["undo"], {"first": undo["first"]}, headers=HTMX)
    assert f'id="post-{post.pk}"' in desk.get("/posts/?intent=complaint&q=router").content.decode()


def test_a_post_that_one_may_not_see_is_not_there(desk: Client, told: Callable[..., Case]) -> None:
    post = Post.objects.get(message__case=told())
    Post.objects.update(private=True)
    assert desk.get(f"/posts/{post.pk}/answers/intent/").status_code == 404
    assert desk.post(f"/posts/{post.pk}/answers/intent/", {"says": "request"}).status_code == 404
    assert desk.post(f"/posts/{post.pk}/answers/intent/back/", {"first": "1"}).status_code == 404
    assert not Correction.objects.exists()


def test_where_all_words_were_taken_back_the_desk_says_so(desk: Client, told: Callable[..., Case]) -> None:
    case = told()
    Post.objects.update(deleted_at="2026-01-01T00:00:00Z")
    answer = desk.post(f"/cases/{case.pk}/answers/intent/", {"says": "request"}, headers=HTMX)
    assert "nothing to correct" in said_in(answer)["desk:say"]["words"]


def test_words_of_strangers_are_never_markup(desk: Client, told: Callable[..., Case]) -> None:
    case = told("@LumenHelp <script>broken</script> useless dead router")
    assert "<script>" not in desk.get(f"/cases/{case.pk}/answers/complaint/").content.decode()


def test_a_row_of_the_posts_page_says_what_it_is_and_about_what_to_be_corrected_there(
    desk: Client, told: Callable[..., Case], mara: Agent
) -> None:
    case = told()
    post = Post.objects.get(message__case=case)
    correct_case(case, "reason", "delivery", mara)
    row = read(desk.get("/posts/"))
    assert "Intent: complaint Contact reason: a late or missing parcel ✓ , said by Mara Ito" in row
    assert f'data-correct="/posts/{post.pk}/answers/"' in desk.get("/posts/").content.decode()


def test_a_row_says_that_triage_is_not_sure(desk: Client, told: Callable[..., Case]) -> None:
    told()
    Post.objects.update(intent="other", verdict={"model": "shipped 1", "answers": {"intent": ("praise", 0.3)}})
    assert "Intent: not sure" in read(desk.get("/posts/"))
