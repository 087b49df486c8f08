"""What triage told, in a real browser: two keys correct a label, priority and inbox follow, and Undo takes it back."""

from typing import Any

import pytest
from in_chromium import LOOKS, faults, looking, sideways, signed_in
from playwright.sync_api import Browser, Page, expect
from running_desk import RunningDesk, wait_for

CASE = """
    SELECT c.id, c.points, c.answers->>'urgency' FROM cases_case c JOIN cases_message m ON m.case_id = c.id
    JOIN posts_post p ON p.id = m.post_id WHERE p.network_id = %s
"""


@pytest.fixture(scope="module")
def mara(browser: Browser, desk: RunningDesk) -> Any:
    return signed_in(browser, desk, "mara")


@pytest.fixture(scope="module")
def post(desk: RunningDesk) -> str:
    said = desk.say("calm_carla", "@LumenHelp which of your routers would fit a small flat?")
    wait_for(lambda: desk.ask(CASE, said))
    return said


@pytest.fixture(scope="module")
def case(desk: RunningDesk, post: str) -> int:
    return int(desk.ask(CASE, post)[0][0])


def _priority(page: Page) -> int:
    return int(page.locator("#why strong").inner_text().removeprefix("Priority "))


def test_two_keys_correct_a_label_and_undo_takes_it_back(
    browser: Browser, desk: RunningDesk, mara: Any, post: str, case: int
) -> None:
    with looking(browser, mara, (1600, 900), "light") as page:
        page.goto(f"{desk.url}/cases/{case}/")
        before = _priority(page)
        page.keyboard.press("U")
        page.keyboard.press("3")
        expect(page.locator(f"#answer-{case}-urgency")).to_contain_text("at once")
        expect(page.locator(f"#answer-{case}-urgency")).to_contain_text("said by Mara")
        expect(page.locator("#said")).to_contain_text("Urgency: at once. Kept")
        wait_for(lambda: desk.ask(CASE, post)[0][2] == "3")
        after = int(desk.ask(CASE, post)[0][1])
        expect(page.locator("#why strong")).not_to_have_text(f"Priority {before}")
        assert _priority(page) > before
        expect(page.locator(f"#row-{case} .row-priority")).to_contain_text(str(_priority(page)))

        page.keyboard.press("z")
        expect(page.locator("#said")).to_contain_text("Taken back")
        expect(page.locator(f"#answer-{case}-urgency")).not_to_contain_text("said by Mara")
        assert int(desk.ask(CASE, post)[0][1]) < after


def test_the_sheet_is_driven_by_keys_alone_and_gives_the_focus_back(
    browser: Browser, desk: RunningDesk, mara: Any, case: int
) -> None:
    with looking(browser, mara, (1600, 900), "light") as page:
        page.goto(f"{desk.url}/cases/{case}/")
        expect(page.locator(f"#answer-{case}-intent")).to_have_attribute("aria-haspopup", "dialog")
        page.locator(f"#answer-{case}-intent").focus()
        page.keyboard.press("Enter")
        sheet = page.get_by_role("dialog", name="Intent")
        expect(sheet.get_by_role("button", name="Question")).to_be_visible()
        page.keyboard.press("R")
        reasons = page.get_by_role("dialog", name="Contact reason")
        words = reasons.get_by_label("Find an answer")
        expect(words).to_be_focused()
        page.keyboard.type("luggage")
        expect(reasons.locator(".choices button:visible")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(reasons).to_be_hidden()
        expect(page.locator(f"#answer-{case}-intent")).to_be_focused()

        page.keyboard.press("R")
        expect(words).to_be_focused()
        page.keyboard.type("lugg")
        page.keyboard.press("1")
        expect(page.locator(f"#answer-{case}-reason")).to_contain_text("luggage and lost property")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("#said")).to_contain_text("Taken back")


def test_a_post_is_corrected_on_its_page_by_the_same_keys(
    browser: Browser, desk: RunningDesk, mara: Any, post: str
) -> None:
    with looking(browser, mara, (1600, 900), "light") as page:
        page.goto(f"{desk.url}/posts/?q=routers+flat")
        page.keyboard.press("j")
        page.keyboard.press("R")
        page.keyboard.type("booking")
        page.keyboard.press("Enter")
        row = page.locator("#posts > .post").first
        expect(row).to_contain_text("said by Mara")
        expect(row).to_contain_text("booking")
        assert page.evaluate("document.activeElement.closest('.post') !== null")
        page.keyboard.press("z")
        expect(row).not_to_contain_text("said by Mara")


def test_the_inbox_is_narrowed_by_keys_and_stays_so_while_posts_arrive(
    browser: Browser, desk: RunningDesk, mara: Any
) -> None:
    with looking(browser, mara, (1600, 900), "light") as page:
        page.goto(f"{desk.url}/inbox/waiting/")
        page.keyboard.press("f")
        expect(page.locator("#narrow-intent")).to_be_focused()
        page.locator("#narrow-urgency").select_option("3")
        page.wait_for_url("**/inbox/waiting/?urgency=3")
        before = int(page.locator("#many strong").inner_text().split()[0])
        calm = desk.say("calm_carl", "@LumenHelp lovely weather for a walk, is it not?")
        grave = desk.say("burning_ben", "@LumenHelp your router is on fire, there is smoke everywhere!")
        wait_for(lambda: desk.ask(CASE, calm) and desk.ask(CASE, grave))
        row = page.locator(f"#row-{desk.ask(CASE, grave)[0][0]}")
        expect(page.locator("#many")).to_contain_text(f"{before + 1} case")
        expect(row).to_be_attached()
        expect(page.locator(f"#row-{desk.ask(CASE, calm)[0][0]}")).to_have_count(0)
        row.locator("a").click()
        page.wait_for_url("**/cases/*/?urgency=3")
        page.reload()
        expect(page.locator("#narrow-urgency")).to_have_value("3")


def test_on_a_phone_a_case_opens_on_its_newest_words(browser: Browser, desk: RunningDesk, mara: Any) -> None:
    for number in range(7):
        last = desk.say("patient_pat", f"@LumenHelp still no light on the box, day {number}, and nobody calls me back")
    wait_for(lambda: desk.ask(CASE, last))
    with looking(browser, mara, (360, 740), "light") as page:
        page.goto(f"{desk.url}/cases/{desk.ask(CASE, last)[0][0]}/")
        newest = page.locator("#stream > .customer").last
        expect(newest).to_contain_text("day 6")
        expect(newest).to_be_in_viewport(ratio=1)
        covered = page.locator("#composer").bounding_box()
        said = newest.bounding_box()
        assert covered is not None
        assert said is not None
        assert said["y"] + said["height"] <= covered["y"]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_nothing_hides_or_scrolls_sideways_and_axe_finds_nothing(
    browser: Browser, desk: RunningDesk, mara: Any, case: int, size: tuple[int, int], theme: str
) -> None:
    with looking(browser, mara, size, theme) as page:
        page.goto(f"{desk.url}/cases/{case}/")
        assert (sideways(page), faults(page)) == ([], [])
        for head in ("urgency", "reason"):
            page.locator(f"#answer-{case}-{head}").click()
            expect(page.locator("#correcting .choices")).to_be_visible()
            assert (sideways(page), faults(page)) == ([], [])
            page.keyboard.press("Escape")
