"""An article is written, offered for a post, put into the answer by a key, sent, and counted, in a real browser."""

from typing import Any

import pytest
from in_chromium import FEW_LOOKS, faults, looking, sideways, signed_in
from playwright.sync_api import Browser, Page, expect
from running_desk import RunningDesk, wait_for

RESET = "https://example.com/help/reset-router"
_MORE = """
from earful.knowledge.keeping import keep
from earful.knowledge.models import Article
from earful.people.models import Agent
ines = Agent.objects.get(username="ines")
keep(Article(title="What the lights of your router mean, one by one, in all their colours", text="Lights blink red or "
     "orange while the router starts. Wait until they are green.", address="https://example.com/help/lights"), ines)
keep(Article(title="Lights out: what to try first", text="Take the plug out, wait a minute, put it in again."), ines)
"""


@pytest.fixture(scope="module")
def ines(browser: Browser, desk: RunningDesk) -> Any:
    """The cookies of an administrator of a desk that has three articles, the first written in the browser."""
    state = signed_in(browser, desk, "ines", staff=True)
    with looking(browser, state, (1600, 900), "light") as page:
        page.goto(f"{desk.url}/articles/")
        expect(page.get_by_role("heading", name="Send what is written already")).to_be_visible()
        page.keyboard.press("n")
        page.get_by_label("Title").fill("Reset your router")
        page.get_by_role("textbox", name="Address").fill(RESET)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("link", name="Reset your router")).to_be_visible()
    desk.inside(_MORE)
    return state


def opened(page: Page, desk: RunningDesk, handle: str, text: str) -> int:
    """The case of what a customer says, open in the browser."""
    post = desk.say(handle, text)
    query = "SELECT m.case_id FROM cases_message m JOIN posts_post p ON p.id = m.post_id WHERE p.network_id = %s"
    case = int(wait_for(lambda: desk.ask(query, post))[0][0])
    page.goto(f"{desk.url}/cases/{case}/")
    return case


def test_an_article_is_offered_inserted_by_key_sent_and_counted(browser: Browser, desk: RunningDesk, ines: Any) -> None:
    with looking(browser, ines, (1600, 900), "light") as page:
        case = opened(page, desk, "resetting_rosa", "@LumenHelp how do I reset the router?")
        best = page.locator("#insert-article-1")
        expect(best).to_contain_text("Reset your router", timeout=15_000)
        expect(best).to_contain_text("says “reset")
        page.keyboard.press("r")
        page.keyboard.type("Here is how: . Tell us if it helps.")
        for _ in range(len(". Tell us if it helps.")):
            page.keyboard.press("ArrowLeft")
        page.keyboard.press("Control+Shift+Digit1")
        text = page.locator("#text-public")
        expect(text).to_have_value(f"Here is how: {RESET}. Tell us if it helps.")
        expect(text).to_be_focused()
        expect(page.locator("#saying-public")).to_contain_text("link")
        assert desk.ask("SELECT count(*) FROM replies_articlesent")[0][0] == 0
        page.keyboard.press("Control+Enter")
        sent = wait_for(
            lambda: desk.ask("SELECT article_id, reply_id FROM replies_articlesent WHERE case_id = %s", case)
        )
        assert len(sent) == 1
        wait_for(lambda: desk.ask("SELECT 1 FROM replies_reply WHERE id = %s AND state = 'confirmed'", sent[0][1]))
        assert desk.ask("SELECT count(*) FROM replies_articlesent")[0][0] == 1
        page.goto(f"{desk.url}/articles/")
        expect(page.locator(f"#article-{sent[0][0]} .figure").first).to_have_text("1")


def test_from_a_note_an_article_goes_into_the_answer_and_can_be_taken_back(
    browser: Browser, desk: RunningDesk, ines: Any
) -> None:
    with looking(browser, ines, (1600, 900), "dark") as page:
        opened(page, desk, "noting_nora", "@LumenHelp why do the lights of my router blink red?")
        expect(page.locator("#insert-article-1")).to_be_visible(timeout=15_000)
        page.keyboard.press("n")
        page.locator("#insert-article-1").click()
        text = page.locator("#text-public")
        expect(text).to_have_value("https://example.com/help/lights")
        expect(page.locator("#text-note")).to_have_value("")
        page.keyboard.press("Control+z")
        expect(text).to_have_value("")


@pytest.mark.parametrize(("size", "theme"), FEW_LOOKS)
def test_the_offer_moves_nothing_and_axe_finds_nothing(
    browser: Browser, desk: RunningDesk, ines: Any, size: tuple[int, int], theme: str
) -> None:
    with looking(browser, ines, size, theme) as page:
        case = opened(
            page, desk, f"look_{size[0]}_{theme}", "@LumenHelp the lights of my router blink, how do I reset it?"
        )
        page.route("**/articles/", lambda route: route.abort())
        page.goto(f"{desk.url}/cases/{case}/")
        place = page.locator("#panel-public").bounding_box()
        page.unroute("**/articles/")
        page.goto(f"{desk.url}/cases/{case}/")
        expect(page.locator("#insert-article-1")).to_be_visible(timeout=15_000)
        assert page.locator("#panel-public").bounding_box() == place
        assert sideways(page) == []
        assert faults(page) == []
        for path in ("/articles/", "/articles/new/", "/articles/?retired=1"):
            page.goto(desk.url + path)
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            assert sideways(page) == [], path
            assert faults(page) == [], path
