"""In a real browser: what a customer gave away is masked, shown on request by key, and masked again."""

from in_chromium import faults, looking, signed_in
from playwright.sync_api import Browser, expect
from running_desk import RunningDesk, wait_for

CASE = """
    SELECT c.id FROM cases_case c JOIN cases_message m ON m.case_id = c.id
    JOIN posts_post p ON p.id = m.post_id WHERE p.network_id = %s
"""
MAIL = "rosa.quist@example.org"


def test_what_is_personal_is_shown_and_masked_again_by_key(browser: Browser, desk: RunningDesk) -> None:
    said = desk.say("rosa_quist", f"@LumenHelp no answer since Monday, my mail is {MAIL}")
    [[case]] = wait_for(lambda: desk.ask(CASE, said))
    with looking(browser, signed_in(browser, desk, "ines"), (360, 740), "dark") as page:
        page.goto(f"{desk.url}/cases/{case}/")
        words = page.locator(".words", has_text="no answer since Monday")
        expect(words).not_to_contain_text(MAIL)
        button = words.get_by_role("button")
        assert faults(page) == []
        button.focus()
        page.keyboard.press("Enter")
        expect(words).to_contain_text(MAIL)
        page.keyboard.press("Enter")
        expect(words).not_to_contain_text(MAIL)
