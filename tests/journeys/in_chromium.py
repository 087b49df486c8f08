"""Chromium as a person at the desk uses it, and axe looking over their shoulder."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from running_desk import RunningDesk

from earful.cli.testing import axe_path, chromium_path

# What is looked at: a phone, a small screen and a wide one.
SIZES = ((360, 740), (1024, 768), (1600, 900))
# Every size and both themes; not all six of each page, which would take a minute more.
LOOKS = [
    pytest.param(SIZES[0], "light", id="360-light"),
    pytest.param(SIZES[0], "dark", id="360-dark"),
    pytest.param(SIZES[1], "dark", id="1024-dark"),
    pytest.param(SIZES[2], "light", id="1600-light"),
]
# Of pages that have no layout of their own: the narrowest and the widest, each in another theme.
FEW_LOOKS = [LOOKS[1], LOOKS[3]]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that reaches this machine alone."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium_path()), args=FLAGS)
        yield browser
        browser.close()


def sign_in(context: BrowserContext, link: str) -> Page:
    """A page of the desk, signed in by a one-time link."""
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button").first.click()
    page.wait_for_url("**/inbox/waiting/")
    return page


def signed_in(browser: Browser, desk: RunningDesk, username: str, *, staff: bool = False) -> Any:
    """The cookies of an agent, made if there is none of that name, who signed in by a link of their own."""
    secret = desk.inside(
        "from earful.people.models import Agent\nfrom earful.people.signing_in import one_time_link\n"
        f"called = {{'first_name': {username.title()!r}, 'is_staff': {staff}}}\n"
        f"print(one_time_link(Agent.objects.get_or_create(username={username!r}, defaults=called)[0]))"
    ).strip()
    context = browser.new_context()
    sign_in(context, f"{desk.url}/enter/{secret}/")
    state = context.storage_state()
    context.close()
    return state


@contextmanager
def looking(browser: Browser, state: Any, size: tuple[int, int], theme: Any) -> Iterator[Page]:
    """A page of somebody who is signed in by the cookies of `state`, in one of LOOKS."""
    viewport: Any = dict(zip(("width", "height"), size, strict=True))
    context = browser.new_context(viewport=viewport, color_scheme=theme, storage_state=state)
    yield context.new_page()
    context.close()


def faults(page: Page) -> list[str]:
    """What axe finds wrong with a page as it stands. Run outside the page's own policy, which forbids it."""
    page.evaluate(axe_path().read_text())
    found: Any = page.evaluate("async () => (await axe.run()).violations")
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]


def sideways(page: Page) -> list[str]:
    """What scrolls sideways and should not: the page, a pane, a list. Wide tables do, in a box of their own, and so do
    the tabs of the composer and, on a phone, the rail.
    """
    found: list[str] = page.evaluate(_SIDEWAYS)
    return found


_SIDEWAYS = """() => [...document.querySelectorAll("html, body, body *")].filter((box) =>
    box.scrollWidth > box.clientWidth + 1
    && (box === document.documentElement || ["auto", "scroll"].includes(getComputedStyle(box).overflowX))
    && !box.matches(".wide, .tabs, textarea, input, pre")
    && !(box.matches(".rail") && innerWidth < 900)
).map((box) => `${box.localName}.${box.className}: ${box.scrollWidth} in ${box.clientWidth}`)"""
