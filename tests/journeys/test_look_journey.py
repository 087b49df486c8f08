"""The pages of money and of duties, full to the brim, at every size and in both themes."""

import pytest
from in_chromium import LOOKS, faults, looking, sideways, signed_in
from playwright.sync_api import Browser
from running_desk import RunningDesk

# What is said of a month, a night and a week: long names, many figures, everything that can be wrong at once.
FILLED = """
from datetime import timedelta
from django.utils import timezone
from earful.channels.models import Channel
from earful.core.prices import Charge
from earful.core.spending import Purpose
from earful.duties.models import Round
from earful.intake.models import Gap, GapState, GapWay
from earful.ledger import budgets
from earful.ledger.booking import Line, book
from earful.ledger.models import Outage
from earful.people.models import Agent
from earful.posts.models import Removal
from earful.rules.models import ListeningRule

now, channel = timezone.now(), Channel.objects.first()
ines = Agent.objects.get(username="ines")
rule = ListeningRule.objects.create(name="Outages in the whole north " * 3, text="lumen (down OR slow OR broken)")
book(Line(Charge("post", "read", f"9{n:018}"), channel.pk, Purpose.RULES, now, rule.pk) for n in range(400))
budgets.set_budget(channel.pk, ines, for_listening=9_000_000_000, for_sending=1_000_000, warn_at=80)
Outage.objects.create(channel=channel, only="chat_event", reason="X's prepaid credit is spent.", probe_at=now)
reason = "The connection broke off in the middle of the night and could not be opened again before the morning."
for way in GapWay.values:
    Gap.objects.create(channel=channel, ear="direct_messages", since=now - timedelta(hours=2), until=now, cause=reason,
                       way=way, state=GapState.PARTLY, reason=reason, lost_since=now, lost_until=now, spent="0.105")
for subject, what in (("posts", "post"), ("people", "person")):
    Round.objects.create(channel=channel, subject=subject, began_at=now, ended_at=now, checked=1_204_345, found=9)
    Removal.objects.create(network="x", network_id="9" * 19, subject=what, why="protected", learned="asked", at=now)
print(channel.pk)
"""


@pytest.fixture(scope="module")
def filled(browser: Browser, desk: RunningDesk) -> tuple[object, str]:
    """The cookies of an administrator of a desk on which much has happened, and its channel."""
    state = signed_in(browser, desk, "ines", staff=True)
    return state, desk.inside(FILLED).split()[-1]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_tables_scroll_in_a_box_of_their_own_and_axe_finds_nothing(
    browser: Browser, desk: RunningDesk, filled: tuple[object, str], size: tuple[int, int], theme: str
) -> None:
    state, channel = filled
    paths = (
        "/costs/", "/costs/entries/", "/obligations/", "/obligations/removals/", "/channels/", "/channels/link/",
        f"/channels/{channel}/access/", "/channels/outbox/sent/", "/rules/",
    )  # fmt: skip
    with looking(browser, state, size, theme) as page:
        for path in paths:
            page.goto(desk.url + path)
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            assert sideways(page) == [], path
            assert faults(page) == [], path
