"""The page behind the stage as a browser shows it, and axe looking over one's shoulder."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from practice import Brand, Practice

from earful.cli.testing import axe_path, chromium_path

SIZES = ((360, 740), (1024, 768), (1600, 900))
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(chromium_path()), args=FLAGS)
        yield running
        running.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    pretend: Practice, brand: Brand, browser: Browser, theme: Any
) -> None:
    brand.follow("numbat lang:en")
    pretend.post("sea_a", f"@{brand.username} {'a long story ' * 20}")
    brand.user.get(f"/2/users/{brand.id}/mentions")
    pretend.say("dial", {"on": "GET /2/users/me", "username": brand.username, "chances": {"slow": 0.1}})
    for width, height in SIZES:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
        page = context.new_page()
        for path in ("/i/pretend", "/i/pretend/ledger"):
            page.goto(pretend.url + path)
            for lever in page.locator("summary").all():
                lever.click()
            page.evaluate(axe_path().read_text())
            found: Any = page.evaluate("async () => (await axe.run()).violations")
            assert [each["id"] for each in found] == [], (path, width)
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), (path, width)
        context.close()


def test_the_page_shows_what_happens_while_one_looks_and_keeps_what_one_types(
    pretend: Practice, brand: Brand, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(f"{pretend.url}/i/pretend")
    page.get_by_text("Buy credit").click()
    page.get_by_label("Dollars to add").fill("7")
    pretend.post("sea_b", "hello from behind the stage")
    page.get_by_text("hello from behind the stage").wait_for(timeout=10_000)
    assert page.get_by_label("Dollars to add").input_value() == "7"
    page.close()
