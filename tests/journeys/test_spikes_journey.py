"""A storm on the pretend X, and the desk that notices: on every page, with its posts, until somebody says: over."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from in_chromium import FEW_LOOKS, faults, looking, sideways, signed_in
from playwright.sync_api import Browser, expect
from running_desk import HEARS, RunningDesk, wait_for

PATIENCE_MS = 90_000


@pytest.fixture(scope="module")
def stormy(make_desk: Callable[..., RunningDesk]) -> RunningDesk:
    """A desk of its own: what is said in a storm would stand in the way of the others."""
    desk = make_desk("stormy")
    desk.start()
    wait_for(lambda: desk.count(HEARS) > 0)
    return desk


@pytest.fixture(scope="module")
def state(browser: Browser, stormy: RunningDesk) -> Any:
    return signed_in(browser, stormy, "dario")


def test_a_storm_becomes_a_suspected_incident_on_an_open_page_and_ends_as_somebody_says(
    browser: Browser, stormy: RunningDesk, state: Any
) -> None:
    with looking(browser, state, (1600, 900), "light") as page:
        page.goto(f"{stormy.url}/inbox/waiting/")
        with stormy.door() as door:
            door.post("/pretend/scenario", json={"name": "outage", "over": 20}).raise_for_status()
        told = page.locator("#spikes-told")
        expect(told).to_contain_text(
            re.compile(r"Suspected incident: \d+ people in \d+ minutes?: "), timeout=PATIENCE_MS
        )
        told.get_by_role("link").first.click()
        page.wait_for_url("**/spikes/*/")
        posts = page.locator(".spike-post")
        expect(posts.first).to_be_visible()
        number = int(re.sub(r"\D", "", page.locator("#counted-posts").inner_text()))
        assert number >= posts.count() > 4
        page.get_by_role("button", name="It is an incident").click()
        expect(page.locator(".spike")).to_contain_text("said that it is an incident")
        page.locator(".spike-cases a").first.click()
        expect(page.locator("#why")).to_contain_text("Part of an incident:")
        page.locator("#why .part-of a").first.click()
        page.get_by_role("button", name="It is over").click()
        expect(page.locator(".spike")).to_contain_text("said that it is over")
        expect(page.locator("#spikes-told")).not_to_contain_text("Incident:")


@pytest.mark.parametrize(("size", "theme"), FEW_LOOKS)
def test_nothing_scrolls_sideways_and_axe_finds_nothing(
    browser: Browser, stormy: RunningDesk, state: Any, size: tuple[int, int], theme: str
) -> None:
    stormy.inside(_AGAIN)
    with looking(browser, state, size, theme) as page:
        page.goto(f"{stormy.url}/spikes/")
        for path in ("/spikes/", page.locator(".spike-says a").first.get_attribute("href") or ""):
            page.goto(stormy.url + path)
            assert sideways(page) == [], path
            assert faults(page) == [], path


# One that nobody has judged yet, long in every word.
_AGAIN = """
from django.utils import timezone
from earful.posts.models import Post
from earful.spikes.models import Counted, Spike
now = timezone.now()
if not Spike.objects.filter(lead_name="unending").exists():
    spike = Spike.objects.create(
        lead_kind="term", lead_name="unending", terms=["unending " + "long" * 20, "no internet"], places=["Leeds"],
        people=1404, minutes=9, usual=112.4, judged_by="only 2 days of history: judged against the whole",
        began_at=now, noticed_at=now, last_at=now)
    Counted.objects.bulk_create(Counted(spike=spike, post=post) for post in Post.objects.filter(ours=False)[:60])
"""
