"""Listening in a real browser: a rule is written, mended, tried and saved, finds a post, and looks into the past."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from in_chromium import LOOKS, SIZES, faults, looking, sideways, signed_in
from playwright.sync_api import Browser, Dialog, Page, expect
from running_desk import RunningDesk, wait_for

FOUND_BY = """
    SELECT r.name FROM rules_match m
    JOIN rules_listeningrule r ON r.id = m.rule_id JOIN posts_post p ON p.id = m.post_id
    WHERE p.network_id = %s
"""
# A select is as wide as its longest line wants to be, if nothing tells it otherwise.
IS_WHOLE = """() => {
    const select = document.getElementById("channel");
    const wanted = select.cloneNode(true);
    wanted.style.width = "max-content";
    document.body.append(wanted);
    return wanted.offsetWidth <= select.offsetWidth;
}"""
A_TRIPPED_RULE = """
from django.utils import timezone
from earful.rules.models import ListeningRule
text = 'wifi OR "no internet" -is:retweet'
tripped = {"text": text, "tripped_at": timezone.now(), "tripped_by": 75}
print(ListeningRule.objects.create(name="Everything about wifi", **tripped).pk)
"""


@pytest.fixture(scope="module")
def state(browser: Browser, desk: RunningDesk) -> Any:
    return signed_in(browser, desk, "rula")


@pytest.fixture(scope="module")
def tripped(desk: RunningDesk) -> str:
    """The number of a rule that found too much."""
    return desk.inside(A_TRIPPED_RULE).strip()


@pytest.fixture
def agent(browser: Browser, desk: RunningDesk, state: Any) -> Iterator[Page]:
    """Rula at the list of rules."""
    context = browser.new_context(viewport={"width": 1600, "height": 900}, storage_state=state)
    page = context.new_page()
    page.goto(f"{desk.url}/rules/")
    yield page
    context.close()


def _write(page: Page, name: str, text: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Posts to find").fill(text)


def test_a_rule_is_mended_tried_saved_and_finds_who_does_not_name_us(desk: RunningDesk, agent: Page) -> None:
    heard = desk.say("samovar_sam", "@LumenHelp my samovar whistles, is it the router?")
    wait_for(lambda: desk.count("SELECT count(*) FROM posts_post WHERE network_id = %s", heard))
    agent.keyboard.press("n")
    expect(agent.get_by_role("heading", name="New listening rule")).to_be_visible()
    _write(agent, "Samovars", "samovar hsa:links")
    expect(agent.locator("#checked mark")).to_have_text("hsa:links")
    expect(agent.locator("#checked")).to_contain_text("Column 9:")
    agent.get_by_role("button", name="Do that").click()
    expect(agent.get_by_label("Posts to find")).to_have_value("samovar has:links")
    expect(agent.get_by_label("Posts to find")).to_be_focused()
    _write(agent, "Samovars", "samovar")
    expect(agent.locator("#checked")).to_contain_text("Posts that say “samovar”.")

    agent.get_by_role("button", name="Try it on the last 7 days").click()
    expect(agent.locator("#tried mark").first).to_have_text("samovar")
    expect(agent.locator("#tried")).to_contain_text("On X this would cost at most")
    agent.get_by_role("button", name="Ask X for its own count").click()
    expect(agent.locator(".ask")).to_contain_text(re.compile(r"X itself counts \d+ posts? in the last 7 days"))

    agent.get_by_label("Posts to find").focus()
    agent.keyboard.press("Control+Enter")
    rule = agent.locator("li.rule", has_text="Samovars")
    expect(rule).to_contain_text("owned by Rula")
    expect(rule).to_contain_text("in force on X", timeout=45_000)
    post = desk.say("quiet_quin", "This samovar is the best thing that I own.")
    wait_for(lambda: desk.ask(FOUND_BY, post) == [("Samovars",)])
    agent.reload()
    rule.locator(".today a").click()
    expect(agent.locator("main")).to_contain_text("the best thing that I own")


def test_what_was_tried_says_so_as_soon_as_the_rule_reads_otherwise(desk: RunningDesk, agent: Page) -> None:
    agent.goto(f"{desk.url}/rules/new/")
    _write(agent, "Lamps", "lamp")
    agent.get_by_role("button", name="Try it on the last 7 days").click()
    agent.get_by_role("button", name="Ask X for its own count").click()
    earlier = agent.get_by_text("Of an earlier text: lamp", exact=True)
    expect(agent.locator("#tried")).to_contain_text("Would have found")
    expect(agent.locator(".ask .result")).to_contain_text("X")
    expect(earlier.first).not_to_be_visible()
    _write(agent, "Lamps", "lamp OR")
    for part in (agent.locator("#tried"), agent.locator(".ask")):
        expect(part.locator(".of-earlier")).to_be_visible()
    agent.get_by_role("button", name="Ask X for its own count").click()
    expect(agent.locator(".ask")).to_contain_text("X did not count")
    expect(agent.locator("#tried .of-earlier")).to_contain_text("Of an earlier text: lamp")
    _write(agent, "Lamps", " lamp")
    expect(agent.locator("#tried .of-earlier")).not_to_be_visible()


def test_words_that_nobody_saved_are_not_left_unasked(desk: RunningDesk, agent: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    agent.on("dialog", stay)
    agent.get_by_role("link", name="New rule").click()
    agent.get_by_role("link", name="Leave it").click()
    expect(agent).to_have_url(f"{desk.url}/rules/")
    agent.get_by_role("link", name="New rule").click()
    _write(agent, "Lanterns", "lantern")
    agent.get_by_role("link", name="Leave it").click()
    agent.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(agent.get_by_label("Posts to find")).to_have_value("lantern")
    agent.get_by_role("button", name="Save and listen").click()
    expect(agent.locator("li.rule", has_text="Lanterns")).to_be_visible()
    assert asked == ["beforeunload"]


def test_on_a_phone_the_rail_shows_where_we_are_and_the_channels_line_is_whole(
    desk: RunningDesk, agent: Page, tripped: str
) -> None:
    agent.set_viewport_size({"width": 360, "height": 740})
    for path in ("/rules/", "/posts/", "/channels/"):
        agent.goto(desk.url + path)
        expect(agent.locator(".rail [aria-current]")).to_be_in_viewport(ratio=0.9)
    for width in (360, 1600):
        agent.set_viewport_size({"width": width, "height": 740})
        agent.goto(f"{desk.url}/rules/{tripped}/backfill/")
        assert agent.evaluate(IS_WHOLE)


def test_a_backfill_shows_its_price_first_and_walks_by_itself_to_its_end(desk: RunningDesk, agent: Page) -> None:
    for number in range(3):
        desk.say(f"teapot_{number}", f"A teapot, number {number}, before anybody listened")
    number = desk.inside(
        "from earful.rules.models import ListeningRule\nfrom earful.rules import keeping\n"
        "rule = keeping.keep(ListeningRule(name='Teapots', text='teapot'))\n"
        # As if it had been in force for long: the walk waits for X's search alone.
        "ListeningRule.objects.filter(pk=rule.pk).update(changed_at='2026-01-01T00:00Z')\nprint(rule.pk)"
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
    expect(walk).to_contain_text("when the network's search knows the newest posts")
    # As if it had begun when X counted them, and its search had caught up.
    sooner = (
        "UPDATE intake_backfill SET until = until - interval '10 s', due_at = now() WHERE rule_id = %s RETURNING id"
    )
    assert desk.ask(sooner, int(number))
    expect(walk).to_contain_text("7 of 7 days, 3 posts fetched, 3 new, at most $0.045 of $1.00 spent", timeout=90_000)
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
    resting = desk.count("SELECT count(*) FROM rules_listeningrule WHERE tripped_at IS NOT NULL")
    expect(agent.locator("#rules-trouble")).to_contain_text(f"{resting} alarm", timeout=5_000)
    rule.get_by_role("button", name="Resume").click()
    expect(rule).not_to_contain_text("most is 1.")


def test_of_many_rules_a_new_one_comes_to_its_place_and_one_is_found_by_its_words(
    desk: RunningDesk, agent: Page
) -> None:
    desk.inside(
        "from earful.rules.models import ListeningRule\n"
        "many = [ListeningRule(name=f'Vase {n:03}', text=f'vase{n}', enabled=False) for n in range(120)]\n"
        "ListeningRule.objects.bulk_create(many)"
    )
    agent.reload()
    shown = agent.locator("#rules > .rule")
    expect(shown).to_have_count(100)
    desk.inside(
        "from earful.rules.models import ListeningRule\nfrom earful.rules import keeping\n"
        "keeping.keep(ListeningRule(name='Vase 003 and a half', text='vase half', enabled=False))\n"
        "keeping.keep(ListeningRule(name='Vase 999', text='vase whole', enabled=False))"
    )
    expect(shown).to_have_count(101, timeout=5_000)
    expect(agent.locator(".rule:has-text('Vase 003 and a half') + .rule")).to_contain_text("Vase 004")
    agent.get_by_role("link", name="More rules").click()
    expect(shown.last).to_contain_text("Vase 999")
    agent.keyboard.press("Escape")
    agent.locator("h1").click()
    agent.keyboard.press("/")
    agent.keyboard.type("vase 007")
    expect(shown).to_have_count(1)
    assert agent.url.endswith("/rules/?q=vase+007")
    desk.inside(
        "from earful.rules.models import ListeningRule\nfrom earful.rules import keeping\n"
        "keeping.wake(ListeningRule.objects.get(name='Vase 007'))\n"
        "keeping.wake(ListeningRule.objects.get(name='Vase 008'))"
    )
    expect(shown.get_by_role("button", name="Pause Vase 007")).to_be_visible(timeout=5_000)
    expect(shown).to_have_count(1)
    desk.inside(
        "from earful.rules.models import ListeningRule\nListeningRule.objects.filter(name__startswith='Vase').delete()"
    )


@pytest.mark.parametrize("size", SIZES[1:], ids=lambda size: str(size[0]))
def test_each_station_of_the_rail_stays_on_one_line_with_its_alarms(agent: Page, size: tuple[int, int]) -> None:
    agent.set_viewport_size({"width": size[0], "height": size[1]})
    heights = """() => {
        const trouble = document.getElementById("rules-trouble");
        Object.assign(trouble, { textContent: "12 alarms", className: "count alarm" });
        return [...document.querySelectorAll(".stations a")].map((station) => station.offsetHeight);
    }"""
    assert max(agent.evaluate(heights)) < 36
    assert agent.evaluate("(rail => rail.scrollWidth <= rail.clientWidth)(document.querySelector('.rail'))")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_axe_finds_nothing_on_the_pages_of_rules(
    browser: Browser, desk: RunningDesk, state: Any, tripped: str, size: tuple[int, int], theme: str
) -> None:
    paths = ("/rules/", "/rules/new/", *(f"/rules/{tripped}/{page}" for page in ("", "backfill/", "delete/")))
    with looking(browser, state, size, theme) as page:
        for path in paths:
            page.goto(desk.url + path)
            if path == "/rules/new/":
                _write(page, "Wrong", "wifi OR")
                expect(page.locator("#checked mark")).to_be_visible()
            page.wait_for_timeout(200)
            assert faults(page) == []
            assert sideways(page) == [], path
