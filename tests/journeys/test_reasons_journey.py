"""Contact reasons in a real browser: a new one is written, mended, tried on last week, saved, and given to a post."""

from typing import Any

import pytest
from in_chromium import FEW_LOOKS, faults, looking, sideways, signed_in
from playwright.sync_api import Browser, expect
from running_desk import RunningDesk, wait_for

REASON = "SELECT verdict->'answers'->'reason'->>0 FROM posts_post WHERE network_id = %s"


@pytest.fixture(scope="module")
def lead(browser: Browser, desk: RunningDesk) -> Any:
    return signed_in(browser, desk, "lea", staff=True)


def test_a_reason_is_written_mended_tried_saved_and_given(browser: Browser, desk: RunningDesk, lead: Any) -> None:
    first = desk.say("samovar_sol", "@LumenHelp my samovar hums whenever the samovar timer starts")
    wait_for(lambda: desk.ask(REASON, first))
    with looking(browser, lead, (1600, 900), "light") as page:
        page.goto(f"{desk.url}/inbox/waiting/")
        page.keyboard.press("g")
        page.keyboard.press("t")
        expect(page.get_by_role("heading", name="Contact reasons")).to_be_visible()
        page.keyboard.press("n")
        page.get_by_label("What it is about").fill("Samovars")
        words = page.get_by_label("Words and phrases, one a line")
        words.fill("sa*")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#words-wrong")).to_contain_text("3 letters or more")

        words.fill("samovar*\nsamovar timer")
        page.get_by_role("button", name="Try on last week").click()
        expect(page.locator("#tried")).to_contain_text("→ Samovars because: “samovar*”, “samovar timer”")
        words.focus()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("link", name="Samovars")).to_be_visible()
        wait_for(lambda: _given(desk) == "samovars")


def _given(desk: RunningDesk) -> str:
    """The reason of a post that is said now; every process takes up new reasons within seconds."""
    post = desk.say("samovar_sol", "@LumenHelp and now the samovar timer of the samovar is stuck")
    wait_for(lambda: desk.ask(REASON, post))
    reason: str = desk.ask(REASON, post)[0][0]
    return reason


@pytest.mark.parametrize(("size", "theme"), FEW_LOOKS)
def test_nothing_hides_or_scrolls_sideways_and_axe_finds_nothing(
    browser: Browser, desk: RunningDesk, lead: Any, size: tuple[int, int], theme: str
) -> None:
    with looking(browser, lead, size, theme) as page:
        page.goto(f"{desk.url}/reasons/")
        assert (sideways(page), faults(page)) == ([], [])
        page.goto(f"{desk.url}/reasons/of/outage/")
        page.get_by_label("Words and phrases, one a line").fill("o*")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#words-wrong")).to_be_visible()
        assert (sideways(page), faults(page)) == ([], [])
        page.get_by_label("Words and phrases, one a line").fill("the\nsamovar*")
        page.get_by_role("button", name="Try on last week").click()
        expect(page.locator("#tried")).to_contain_text("of the last 7 days")
        assert (sideways(page), faults(page)) == ([], [])
