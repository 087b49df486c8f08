"""Listening in a real browser: a rule is written, mended, tried and saved, finds a post, and looks into the past."""

import re
from collections.abc import Iterator

import pytest
from in_chromium import chromium, faults, sign_in
from playwright.sync_api import Browser, Page, expect
from running_desk import RunningDesk, wait_for

SIZES = ((360, 740), (1024, 768), (1600, 900))
FOUND_BY = """
    SELECT r.name FROM rules_match m
    JOIN rules_listeningrule r ON r.id = m.rule_id JOIN posts_post p ON p.id = m.post_id
    WHERE p.network_id = %s
"""
A_TRIPPED_RULE = """
from django.utils import timezone
from earful.rules.models import ListeningRule
text = 'wifi OR "no internet" -is:retweet'
tripped = {"text": text, "tripped_at": timezone.now(), "tripped_by": 75}
print(ListeningRule.objects.get_or_create(name="Everything about wifi", defaults=tripped)[0].pk)
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def state(browser: Browser, desk: RunningDesk) -> object:
    """The cookies of an agent who signed in by a link of her own."""
    secret = desk.inside(
        "from earful.people.models import Agent\nfrom earful.people.signing_in import one_time_link\n"
        "agent, _ = Agent.objects.get_or_create(username='rula', first_name='Rula')\nprint(one_time_link(agent))"
    ).strip()
    context = browser.new_context()
    sign_in(context, f"{desk.url}/enter/{secret}/")
    cookies = context.storage_state()
    context.close()
    return cookies


@pytest.fixture
def agent(browser: Browser, desk: RunningDesk, state: object) -> Iterator[Page]:
    """Rula at the list of rules."""
    context = browser.new_context(viewport={"width": 1600, "height": 900}, storage_state=state)
    page = context.new_page()
    page.goto(f"{desk.url}/rules/")
    yield page
    context.close()


def _say(desk: RunningDesk, handle: str, text: str) -> str:
    with desk.door() as door:
        post = door.post("/pretend/posts", json={"username": handle, "text": text})
    return str(post.raise_for_status().json()["id"])


def _write(page: Page, name: str, text: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Posts to find").fill(text)


def test_a_rule_is_mended_tried_saved_and_finds_who_does_not_name_us(desk: RunningDesk, agent: Page) -> None:
    heard = _say(desk, "kettle_kay", "@LumenHelp my kettle whistles, is it the router?")
    wait_for(lambda: desk.count("SELECT count(*) FROM posts_post WHERE network_id = %s", heard))
    agent.keyboard.press("n")
    expect(agent.get_by_role("heading", name="New listening rule")).to_be_visible()
    _write(agent, "Kettles", "kettle hsa:links")
    expect(agent.locator("#checked mark")).to_have_text("hsa:links")
    expect(agent.locator("#checked")).to_contain_text("Column 8:")
    agent.get_by_role("button", name="Do that").click()
    expect(agent.get_by_label("Posts to find")).to_have_value("kettle has:links")
    expect(agent.get_by_label("Posts to find")).to_be_focused()
    _write(agent, "Kettles", "kettle")
    expect(agent.locator("#checked")).to_contain_text("Posts that say “kettle”.")

    agent.get_by_role("button", name="Try it on the last 7 days").click()
    expect(agent.locator("#tried mark").first).to_have_text("kettle")
    expect(agent.locator("#tried")).to_contain_text("On X this would cost about")
    agent.get_by_role("button", name="Ask X for its own count").click()
    expect(agent.locator(".ask")).to_contain_text(re.compile(r"X itself counts \d+ posts? in the last 7 days"))

    agent.get_by_label("Posts to find").focus()
    agent.keyboard.press("Control+Enter")
    rule = agent.locator("li.rule", has_text="Kettles")
    expect(rule).to_contain_text("owned by Rula")
    expect(rule).to_contain_text("in force on X", timeout=45_000)
    post = _say(desk, "quiet_quin", "This kettle is the best thing that I own.")
    wait_for(lambda: desk.ask(FOUND_BY, post) == [("Kettles",)])
    agent.reload()
    rule.locator(".today a").click()
    expect(agent.locator("main")).to_contain_text("the best thing that I own")


def test_a_backfill_shows_its_price_first_and_walks_by_itself_to_its_end(desk: RunningDesk, agent: Page) -> None:
    for number in range(3):
        _say(desk, f"teapot_{number}", f"A teapot, number {number}, before anybody listened")
    number = desk.inside(
        "from earful.rules.models import ListeningRule\nfrom earful.rules import keeping\n"
        "print(keeping.keep(ListeningRule(name='Teapots', text='teapot')).pk)"
    ).strip()
    agent.goto(f"{desk.url}/rules/{number}/backfill/")

    def priced() -> bool:
        agent.get_by_role("button", name="Ask X for the price").click()
        agent.wait_for_timeout(500)
        return "X counts 3 posts" in agent.locator("#priced").inner_text()

    wait_for(priced)
    expect(agent.get_by_label("Spend at most, in dollars")).to_have_value("1.00")
    agent.get_by_role("button", name="Fetch the last 7 days").click()
    walk = agent.locator("#backfills > li").first
    expect(walk).to_contain_text("7 of 7 days, 3 posts fetched, 3 new, $0.015 of at most $1.00 · done", timeout=30_000)
    expect(walk.get_by_role("progressbar")).to_have_attribute("value", "100")
    assert desk.count("SELECT count(*) FROM posts_post WHERE text LIKE 'A teapot%%'") == 3
    assert desk.count("SELECT count(*) FROM cases_case WHERE subject LIKE 'A teapot%%'") == 0


def test_a_breaker_that_trips_is_told_on_the_open_page(desk: RunningDesk, agent: Page) -> None:
    number = int(
        desk.inside(
            "from earful.rules.models import ListeningRule\nfrom earful.rules import keeping\n"
            "print(keeping.keep(ListeningRule(name='Saucers', text='saucer', most_a_minute=1)).pk)"
        )
    )
    rule = agent.locator(f"#rule-{number}")
    expect(rule).to_contain_text("Saucers")
    desk.inside(
        "from datetime import UTC, datetime\nfrom django.db import transaction\nfrom earful.rules import breaker\n"
        "now = datetime.now(UTC)\n"
        f"with transaction.atomic():\n    breaker.note([breaker.Find({number}, now, live=True)] * 2, now)"
    )
    expect(rule).to_contain_text("2 posts in a minute; most is 1.", timeout=5_000)
    expect(agent.locator("#rules-trouble")).to_contain_text("1 alarm", timeout=5_000)
    rule.get_by_role("button", name="Resume").click()
    expect(rule).not_to_contain_text("most is 1.")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_axe_finds_nothing_on_the_pages_of_rules(
    browser: Browser, desk: RunningDesk, state: object, size: tuple[int, int], theme: str
) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=theme, storage_state=state
    )
    page = context.new_page()
    number = desk.inside(A_TRIPPED_RULE).strip()
    for path in (
        "/rules/",
        "/rules/new/",
        f"/rules/{number}/",
        f"/rules/{number}/backfill/",
        f"/rules/{number}/delete/",
    ):
        page.goto(desk.url + path)
        if path == "/rules/new/":
            _write(page, "Wrong", "wifi OR")
            expect(page.locator("#checked mark")).to_be_visible()
        page.wait_for_timeout(200)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} scrolls sideways"
    context.close()
