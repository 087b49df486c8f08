"""Whatever stands in an address, the desk answers: with a page, or that there is no such thing. It never breaks."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client

from earful.channels.models import Channel
from earful.console.urls import urlpatterns
from earful.core.prices import Charge
from earful.core.spending import Purpose
from earful.duties.models import Round
from earful.ledger.booking import Line, book
from earful.people.models import Agent
from earful.rules.models import ListeningRule

MONTHS: Final = (
    "99999-13", "9999-12", "10000-01", "0000-01", "0001-01", "0001-02", "0-1", "-1-01", "2026-W05", "202601",
    "٢٠٢٦-٠١", "２０２６-０１", "2026-01\0",
)  # fmt: skip
DAYS: Final = ("9999-12-31", "9999-12-01", "0001-01-01", "2026-02-30", "٢٠٢٦-٠١-٠١", "2026-01-01T00:00")
NUMBERS: Final = ("0", "\0", "-1", "²", "٤٢", "9" * 18, "9" * 19, "9" * 5_000, "1_000", "1e999", "NaN", "1,,2")
PLACES: Final = (
    "9" * 17 + ".1", "-" + "9" * 18 + "." + "9" * 18, "1.٤٢", "0.1.\0", "2.999999999999999999.é", "\x1f" * 4,
    "2026-01-01\x1fa\x1fb\x1fc\x1fd\0", "9999-12-31\x1f\x1f\x1f\x1f", "a.b.c",
)  # fmt: skip
WORDS: Final = ("", "\0", "a\0b", "%_\\", "'\"", "(" * 2_000, "x" * 20_000, "\u202e\u200b😀", "lang:" * 90)
HOSTILE: Final = {
    "month": MONTHS, "day": DAYS, "since": DAYS, "after": PLACES, "than": PLACES, "ids": NUMBERS, "backfills": NUMBERS,
    "page": NUMBERS, "round": NUMBERS, "rule": NUMBERS, "channel": NUMBERS,
}  # fmt: skip
# What each page looks for in its address; a name that HOSTILE does not know stands for words.
ASKED: Final = {
    "/inbox/waiting/": "q after intent urgency reason severity spam",
    "/inbox/done/": "q after",
    "/inbox/waiting/rows/": "q ids intent reason",
    "/inbox/waiting/counts/": "q intent severity",
    "/cases/{case}/": "q after view whole",
    "/cases/{case}/live/": "q view whole",
    "/articles/": "q page retired",
    "/rules/": "q after",
    "/rules/rows/": "q ids backfills",
    "/rules/new/": "text",
    "/channels/{channel}/access/": "linked",
    "/channels/link/back/": "state code",
    "/obligations/": "day",
    "/obligations/removals/": "day why page round",
    "/costs/": "month",
    "/costs/entries/": "month day channel purpose rule after",
    "/costs/spending.csv": "month",
    "/posts/": "q mended rule network intent cased aside since after",
    "/posts/check/": "q mended",
    "/posts/newer/": "q rule since than",
    "/posts/rows/": "q ids since",
    "/palette/": "q",
}


@pytest.fixture
def at(desk: Client, dario: Agent, channel: Channel, make_case: Callable[..., Any]) -> Callable[[str], str]:
    """An address of a desk that has one of everything, seen by its owner."""
    Agent.objects.filter(pk=dario.pk).update(is_staff=True, is_superuser=True)
    case, rule = make_case(), ListeningRule.objects.create(name="Outages", text="lumen down")
    book([Line(Charge("post", "read", "1"), channel.pk, Purpose.RULES, case.opened_at, rule.pk)])
    Round.objects.create(channel=channel, subject="posts", ended_at=case.opened_at)
    there = {"case": case.pk, "channel": channel.pk, "rule": rule.pk}
    assert desk.get("/channels/link/").status_code == 200
    return lambda address: address.format(**there)


@pytest.mark.parametrize(("address", "name"), [(at, name) for at, names in ASKED.items() for name in names.split()])
def test_nothing_in_an_address_breaks_a_page(desk: Client, at: Callable[[str], str], address: str, name: str) -> None:
    answers = {value: desk.get(at(address), {name: value}).status_code for value in HOSTILE.get(name, WORDS)}
    assert not {value: status for value, status in answers.items() if status >= 500}


@pytest.mark.parametrize("value", ["\0", "9999-12"])
def test_no_page_breaks_on_all_of_them_at_once(desk: Client, at: Callable[[str], str], value: str) -> None:
    asked = {name: value for names in ASKED.values() for name in names.split()}
    for pattern in urlpatterns:
        address = re.sub(r"<\w+:\w+>", "1", str(pattern.pattern))
        assert desk.get(f"/{address}", asked).status_code < 500, address


@pytest.mark.parametrize("number", ["9" * 18, "9" * 40, "0"])
def test_a_number_that_nothing_can_have_is_not_there(desk: Client, at: Callable[[str], str], number: str) -> None:
    for pattern in urlpatterns:
        if "<int:" in str(pattern.pattern):
            address = re.sub(r"<\w+:\w+>", "public", re.sub(r"<int:\w+>", number, str(pattern.pattern)))
            assert desk.get(f"/{address}").status_code in (404, 405), address
            # Of weights and models, 0 stands for those that Earful comes with.
            known = (302,) if address in ("priority/0/back/", "model/0/back/") else ()
            assert desk.post(f"/{address}").status_code in (404, 405, 409, *known), address


@pytest.mark.parametrize(("address", "field"), [
    ("/cases/{case}/note/", "text"), ("/cases/{case}/draft/public/", "text"), ("/cases/{case}/send/public/", "text"),
    ("/cases/{case}/do/assign/", "owner"), ("/cases/{case}/deeds/like/", "post"), ("/rules/new/", "text"),
    ("/articles/new/", "title"), ("/articles/new/", "address"), ("/articles/new/", "channel"),
    ("/rules/new/", "name"), ("/rules/check/", "text"), ("/rules/try/", "text"), ("/rules/count/", "count"),
    ("/rules/{rule}/backfill/", "days"), ("/rules/{rule}/backfill/", "cap"), ("/channels/link/", "client_id"),
    ("/channels/link/", "api"), ("/channels/read-again/", "frame"), ("/obligations/training/x/", "grounds"),
    ("/costs/{channel}/budget/", "listening"), ("/costs/{channel}/budget/", "warn_at"), ("/posts/ignore/", "post"),
    ("/posts/ignore/", "back"), ("/theme/", "next"),
    ("/cases/{case}/answers/intent/", "says"), ("/cases/{case}/answers/intent/back/", "first"),
])  # fmt: skip
def test_nothing_that_is_posted_breaks_a_page(desk: Client, at: Callable[[str], str], address: str, field: str) -> None:
    usual = {"text": "hello", "name": "r", "listening": "1", "warn_at": "80", "granted": "yes", "do": "begin",
             "theme": "dark", "client_id": "c", "channel": "1"}  # fmt: skip
    for value in (*WORDS[:-1], *NUMBERS):
        assert desk.post(at(address), usual | {field: value}).status_code < 500, value[:40]
