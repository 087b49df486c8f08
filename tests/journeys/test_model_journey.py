"""Teaching the model by one key a post, and what its pages look like when much was said."""

import pytest
from in_chromium import FEW_LOOKS, faults, looking, sideways, signed_in
from playwright.sync_api import Browser, expect
from running_desk import RunningDesk

# Posts of a week with verdicts, half of them corrected, and two versions: one in use before, one that was refused.
TAUGHT = """
from datetime import timedelta
from django.utils import timezone
from earful.cases.correcting import correct_post
from earful.channels.models import Channel
from earful.core.triage.answers import as_kept
from earful.core.triage.corpus import corpus
from earful.core.triage.judging import Asked
from earful.people.models import Agent, Identity
from earful.posts.models import Post
from earful.triage.in_force import in_force, judged
from earful.triage.models import Version

now, channel = timezone.now(), Channel.objects.first()
ines, _ = Agent.objects.get_or_create(username="ines", defaults={"first_name": "Ines", "is_staff": True})
named = {"handle": "rosa_quist", "name": "Rosa Quist"}
rosa, _ = Identity.objects.get_or_create(network="x", account_id="77", defaults=named)
examples = [each for each in corpus() if each.lang == "en"][::18]
verdicts = judged([Asked(each.text, "en") for each in examples])
for number, (each, verdict) in enumerate(zip(examples, verdicts)):
    kept = {"model": verdict.model, "lang": "en", "answers": as_kept(verdict.answers)}
    at = now - timedelta(hours=number)
    post = Post.objects.create(network="x", network_id=f"8{number:018}", channel=channel, author=rosa, text=each.text,
                               intent=verdict.intent, verdict=kept, created_at=at, heard_at=now)
    if number % 2:
        correct_post(post, "intent", each.answers["intent"], ines, asked=True)
figures = {"accuracy": 0.81, "macro_f1": 0.7, "ece": 0.05, "texts": 31, "surest": 0.9}
both = {"before": figures, "after": figures, "corpus_before": figures, "corpus_after": figures}
told = {"lessons": 280, "held_back": 31, "refused": "", **both}
body = in_force().model.as_bytes()
Version.objects.create(state="resting", body=body, heads=["intent", "urgency"], learned_from=280, held_back=31,
                       figures={"intent": told, "urgency": told}, by=ines)
why = "intent: of 31 posts that were held back it knew 70%, and the one in force 81%"
Version.objects.create(state="refused", why=why)
"""


@pytest.fixture(scope="module")
def state(browser: Browser, desk: RunningDesk) -> object:
    """The cookies of an administrator of a desk that was taught."""
    cookies = signed_in(browser, desk, "ines", staff=True)
    desk.inside(TAUGHT)
    return cookies


@pytest.mark.parametrize(("size", "theme"), FEW_LOOKS)
def test_the_models_pages_fit_and_axe_finds_nothing(
    browser: Browser, desk: RunningDesk, state: object, size: tuple[int, int], theme: str
) -> None:
    with looking(browser, state, size, theme) as page:
        for path in ("/model/", "/model/intent/", "/model/spam/", "/model/teach/", "/model/teach/?head=reason"):
            page.goto(desk.url + path)
            assert sideways(page) == [], path
            assert faults(page) == [], path


def test_one_key_answers_and_the_next_question_comes(browser: Browser, desk: RunningDesk, state: object) -> None:
    with looking(browser, state, (1024, 768), "light") as page:
        page.goto(desk.url + "/model/teach/?head=reason")
        first = page.locator(".asked-about .words").inner_text()
        page.keyboard.press("s")
        expect(page.locator(".asked-about .words")).not_to_have_text(first)
        second = page.locator(".asked-about .words").inner_text()
        page.keyboard.press("2")
        expect(page.locator(".asked-about .words")).not_to_have_text(second)
        assert "You answered" in page.locator(".means").inner_text()
        page.goto(desk.url + "/model/reason/")
        expect(page.locator("#said + .hits li").first).to_contain_text("Ines")
