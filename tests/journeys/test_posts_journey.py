"""The posts page in a real browser: what is heard announces itself, is found, ignored, and made into a case."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from in_chromium import LOOKS, faults, looking, sideways, signed_in
from playwright.sync_api import Browser, Page, expect
from running_desk import RunningDesk, wait_for

_RULE = """
from earful.rules import keeping
from earful.rules.models import ListeningRule
if not ListeningRule.objects.filter(name="Kettles").exists():
    keeping.keep(ListeningRule(name="Kettles", text="kettle (slow OR broken)", opens_cases=False))
"""


@pytest.fixture(scope="module")
def state(browser: Browser, desk: RunningDesk) -> Any:
    """The cookies of a colleague."""
    return signed_in(browser, desk, "dario")


@pytest.fixture(scope="module")
def listening(desk: RunningDesk) -> RunningDesk:
    """The desk with a rule that opens no cases, once the network finds posts by it."""
    desk.inside(_RULE)
    wait_for(lambda: desk.count("SELECT count(*) FROM rules_standing AS s JOIN rules_listeningrule AS r "
                                "ON r.id = s.rule_id WHERE r.name = 'Kettles' AND s.state = 'in_force'"))  # fmt: skip
    return desk


@pytest.fixture
def agent(browser: Browser, listening: RunningDesk, state: Any) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1600, "height": 900}, storage_state=state)
    yield context.new_page()
    context.close()


def _heard(desk: RunningDesk, handle: str, text: str, **fields: str) -> int:
    """A post by a stranger; its row at the desk."""
    post = desk.say(handle, text, **fields)
    return int(wait_for(lambda: desk.ask("SELECT id FROM posts_post WHERE network_id = %s", post))[0][0])


def test_what_is_heard_announces_itself_and_becomes_a_case_by_hand(listening: RunningDesk, agent: Page) -> None:
    _heard(listening, "first_fred", "an old kettle, slow as ever")
    agent.goto(f"{listening.url}/posts/?q=kettle+slow")
    expect(agent.locator("#posts > .post").first).to_contain_text("slow as ever")
    agent.keyboard.press("j")
    before = agent.evaluate("document.activeElement.id")
    row = _heard(listening, "second_sue", "my kettle is slow <script>window.taken=1</script>")
    news = agent.get_by_role("button", name=re.compile("newer post"))
    expect(news).to_be_visible(timeout=10_000)
    assert agent.evaluate("document.activeElement.id") == before
    news.click()

    post = agent.locator(f"#post-{row}")
    expect(post).to_contain_text("<script>window.taken=1</script>")
    expect(post).to_contain_text("found by “Kettles”: “kettle”, “slow”")
    expect(post.locator("mark").first).to_have_text("kettle")
    assert agent.evaluate("window.taken") is None
    post.focus()
    agent.keyboard.press("c")
    agent.wait_for_url("**/cases/*/")
    expect(agent.locator("#stream")).to_contain_text("my kettle is slow")
    expect(agent.locator("#stream")).to_contain_text("opened it: by hand")
    owner = "SELECT a.username FROM cases_message m JOIN cases_case c ON c.id = m.case_id JOIN people_agent a ON a.id = c.owner_id WHERE m.post_id = %s"  # noqa: E501
    assert listening.ask(owner, row) == [("dario",)]


def test_keys_ignore_posts_put_them_back_and_choose_several(listening: RunningDesk, agent: Page) -> None:
    rows = [_heard(listening, f"noisy_{number}", f"broken kettle number {number}") for number in range(3)]
    agent.goto(f"{listening.url}/posts/?q=broken+kettle+number")
    expect(agent.locator("#posts > .post")).to_have_count(3)
    agent.keyboard.press("j")
    first = agent.locator("#posts > .post").first
    agent.keyboard.press("i")
    expect(first).to_contain_text("Ignored by you")
    agent.keyboard.press("k")
    agent.keyboard.press("i")
    expect(first.get_by_role("button", name="Make a case")).to_be_visible()
    assert listening.count("SELECT count(*) FROM posts_post WHERE id = ANY(%s) AND ignored_at IS NOT NULL", rows) == 0

    agent.keyboard.press("x")
    agent.keyboard.press("j")
    agent.keyboard.press("x")
    expect(agent.locator("#chosen-many")).to_have_text("2 chosen")
    agent.get_by_role("button", name="Ignore them").click()
    expect(agent.locator("#said")).to_contain_text("2 posts ignored")
    expect(agent.locator("#posts > .post.ignored")).to_have_count(2)
    assert listening.count("SELECT count(*) FROM posts_post WHERE id = ANY(%s) AND ignored_at IS NOT NULL", rows) == 2


def test_a_query_is_checked_while_it_is_typed_and_mended_with_a_click(listening: RunningDesk, agent: Page) -> None:
    _heard(listening, "mended_mia", "a broken kettle, mended")
    agent.goto(f"{listening.url}/posts/")
    agent.keyboard.press("/")
    agent.keyboard.type("mended from:mended_mia hass:links")
    expect(agent.locator("#asked")).to_contain_text("Column 24: There is no operator hass:.")
    agent.get_by_role("button", name="Do that").click()
    expect(agent.locator("#post-words")).to_have_value("mended from:mended_mia has:links")
    expect(agent.locator("#posts")).to_contain_text("No post that was heard fits")
    agent.locator("#post-words").fill("mend* from:mended_mia")
    agent.keyboard.press("Enter")
    expect(agent.locator("#posts > .post")).to_have_count(1)
    assert agent.url.endswith("/posts/?q=mend%2A+from%3Amended_mia")
    agent.reload()
    expect(agent.locator("#posts > .post")).to_have_count(1)
    agent.locator("select[name=cased]").select_option("yes")
    expect(agent.locator("#posts")).to_contain_text("No post that was heard fits")


def test_reposts_and_quotes_are_told_in_the_thread_with_who_they_were(listening: RunningDesk, agent: Page) -> None:
    row = _heard(listening, "spread_sam", "@LumenHelp the kettle shop has no signal")
    post = listening.ask("SELECT network_id FROM posts_post WHERE id = %s", row)[0][0]
    with listening.door() as door:
        door.post("/pretend/accounts", json={"username": "loud_lea", "name": "Loud Lea", "followers": 48_200})
        door.post("/pretend/posts", json={"username": "loud_lea", "text": "a broken kettle, too", "quote": post})
    wait_for(lambda: listening.count("SELECT count(*) FROM posts_carried WHERE network_id = %s", post))
    case = wait_for(lambda: listening.ask("SELECT case_id FROM cases_message WHERE post_id = %s", row))[0][0]
    agent.goto(f"{listening.url}/cases/{case}/")
    told = agent.get_by_text("Quoted once that we heard, reach about 48,200")
    told.click()
    expect(agent.locator(".carriers")).to_contain_text("Loud Lea @loud_lea quoted it")
    assert faults(agent) == []


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_axe_finds_nothing_on_the_posts_page_at_any_size_in_either_theme(
    browser: Browser, listening: RunningDesk, state: Any, size: tuple[int, int], theme: str
) -> None:
    _heard(listening, f"axe_{size[0]}_{theme}", "slow kettle")
    with looking(browser, state, size, theme) as page:
        for query in ("", "?q=kettle+(slow+OR+broken)", "?q=kettle+lnag:en", "?q=nowhere+to+be+found&cased=no"):
            page.goto(f"{listening.url}/posts/{query}")
            page.keyboard.press("j")
            page.wait_for_timeout(300)
            assert faults(page) == []
            assert sideways(page) == [], query
