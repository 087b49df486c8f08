"""Weights in a real browser: tried on last week, saved by keys, in force for the cases that run, and put back."""

import re
from typing import Any

import pytest
from in_chromium import FEW_LOOKS, faults, looking, sideways, signed_in
from playwright.sync_api import Browser, expect
from running_desk import RunningDesk, wait_for

POINTS = """
    SELECT c.points FROM cases_case c JOIN cases_message m ON m.case_id = c.id JOIN posts_post p ON p.id = m.post_id
    WHERE p.network_id = %s
"""


@pytest.fixture(scope="module")
def lead(browser: Browser, desk: RunningDesk) -> Any:
    return signed_in(browser, desk, "lea", staff=True)


def test_weights_are_tried_saved_felt_and_put_back(browser: Browser, desk: RunningDesk, lead: Any) -> None:
    post = desk.say("smoky_sue", "@LumenHelp there is smoke coming from your router")
    wait_for(lambda: desk.ask(POINTS, post) == [(45,)])
    with looking(browser, lead, (1600, 900), "light") as page:
        page.goto(f"{desk.url}/inbox/waiting/")
        page.keyboard.press("g")
        page.keyboard.press("w")
        danger = page.get_by_label("Danger to people or property")
        danger.fill("7")
        page.get_by_role("button", name="Save").click()
        expect(danger).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#weight-signal-danger-wrong")).to_contain_text("write at least 18")

        danger.fill("55")
        page.get_by_role("button", name="Try on last week").click()
        expect(page.locator("#tried")).to_contain_text("danger to people or property 45 → 55")
        danger.fill("56")
        expect(page.get_by_text("Of earlier figures")).to_be_visible()
        danger.fill("55")
        expect(page.get_by_text("Of earlier figures")).to_be_hidden()

        page.get_by_label("Why you change them").fill("after the recall")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".kept").first).to_contain_text(re.compile("Lea.*in force.*after the recall", re.S))
        wait_for(lambda: desk.ask(POINTS, post) == [(55,)])
        page.get_by_role("button", name="Back to what Earful comes with").click()
        wait_for(lambda: desk.ask(POINTS, post) == [(45,)])


@pytest.mark.parametrize(("size", "theme"), FEW_LOOKS)
def test_nothing_hides_or_scrolls_sideways_and_axe_finds_nothing(
    browser: Browser, desk: RunningDesk, lead: Any, size: tuple[int, int], theme: str
) -> None:
    with looking(browser, lead, size, theme) as page:
        page.goto(f"{desk.url}/priority/")
        page.get_by_label("Danger to people or property").fill("18")
        page.get_by_label("All loud reasons together").fill("30")
        page.get_by_role("button", name="Try on last week").click()
        expect(page.locator("#tried")).to_contain_text("Mend the marked figures")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#weight-signal-danger-wrong")).to_be_visible()
        assert (sideways(page), faults(page)) == ([], [])
        page.get_by_label("All loud reasons together").fill("5")
        page.get_by_role("button", name="Try on last week").click()
        expect(page.locator("#tried")).to_contain_text("How the inbox would begin")
        assert (sideways(page), faults(page)) == ([], [])
