"""The inbox narrowed by what triage told: every head, several together, doubts too; the address remembers it."""

import re
from typing import Any

import pytest
from django.test import Client

from earful.cases.finding import VIEWS, page
from earful.people.models import Agent

HTMX = {"HX-Request": "true"}


def shown(answer: Any) -> set[int]:
    return {int(number) for number in re.findall(r'id="row-(\d+)"', answer.content.decode())}


@pytest.fixture
def told(make_case: Any) -> dict[str, int]:
    said: dict[str, dict[str, str]] = {
        "late": {"intent": "complaint", "complaint": "1", "urgency": "3", "reason": "delay"},
        "slow": {"intent": "complaint", "complaint": "1", "urgency": "1", "severity": "2"},
        "asks": {"intent": "question", "complaint": "0", "urgency": "0", "reason": "other"},
        "odd": {},
    }
    return {name: make_case(answers=answers).pk for name, answers in said.items()}


@pytest.mark.parametrize(("query", "names"), [
    ("intent=complaint", {"late", "slow"}),
    ("intent=complaint&urgency=3&reason=delay", {"late"}),
    ("intent=complaint&urgency=0", set()),
    ("urgency=unsure", {"odd"}),
    ("reason=unsure&intent=complaint", {"slow"}),
    ("severity=unsure", {"late"}),
    ("severity=unsure&reason=unsure", set()),
    ("complaint=0", {"asks"}),
    ("intent=nonsense&urgency=%00", {"late", "slow", "asks", "odd"}),
])  # fmt: skip
def test_a_filter_finds_what_triage_tells(desk: Client, told: dict[str, int], query: str, names: set[str]) -> None:
    assert shown(desk.get(f"/inbox/waiting/?{query}")) == {told[name] for name in names}


def test_it_stays_within_the_view_and_goes_with_words(desk: Client, make_case: Any) -> None:
    both = make_case("@LumenHelp my router", answers={"intent": "question"}).pk
    make_case("@LumenHelp my phone", answers={"intent": "question"})
    make_case("@LumenHelp my router", answers={"intent": "question"}, status="solved", waiting_since=None)
    assert shown(desk.get("/inbox/waiting/?q=router&intent=question")) == {both}


def test_how_many_it_finds_is_said_and_stays_true(desk: Client, told: dict[str, int], make_case: Any) -> None:
    page_of = desk.get("/inbox/waiting/?intent=complaint").content.decode()
    assert "<strong>2 cases</strong>" in page_of
    assert "Intent: complaint" in page_of
    make_case(answers={"intent": "complaint"})
    assert "<strong>3 cases</strong>" in desk.get("/inbox/waiting/counts/?intent=complaint").content.decode()
    assert "cases</strong>" not in desk.get("/inbox/waiting/counts/").content.decode()


def test_pages_and_live_rows_keep_the_filter(desk: Client, make_case: Any) -> None:
    made = {make_case(ago=number, answers={"intent": "praise"}).pk for number in range(45)}
    other = make_case(answers={"intent": "question"}).pk
    first = desk.get("/inbox/waiting/?intent=praise")
    more = re.search(r'hx-get="([^"]+after=[^"]+)"', first.content.decode())
    assert more is not None
    rest = desk.get(more[1].replace("&amp;", "&"), headers=HTMX)
    assert shown(first) | shown(rest) == made
    ids = f"{other},{min(made)}"
    assert shown(desk.get(f"/inbox/waiting/rows/?ids={ids}&intent=praise")) == {min(made)}


def test_a_case_keeps_the_filter_of_its_list(desk: Client, told: dict[str, int]) -> None:
    listed = desk.get("/inbox/mine/?intent=complaint").content.decode()
    assert 'value="complaint" selected' in listed
    address = f"/cases/{told['late']}/?view=all&intent=complaint"
    beside = desk.get(address)
    assert f'href="/cases/{told["slow"]}/?view=all&amp;intent=complaint"' in beside.content.decode()
    assert 'href="/inbox/all/?intent=complaint"' in beside.content.decode()
    assert shown(beside) == {told["late"], told["slow"]}


@pytest.mark.parametrize(("there", "remembered"), [
    ("http://localhost:8000/inbox/waiting/", "/inbox/waiting/?intent=praise"),
    ("http://localhost:8000/cases/7/?q=old", "/cases/7/?intent=praise"),
    ("http://elsewhere.example/cases/7/", "/inbox/waiting/?intent=praise"),
])  # fmt: skip
def test_the_address_remembers_the_filter_and_the_open_case(desk: Client, there: str, remembered: str) -> None:
    asked = "/inbox/waiting/?q=&intent=praise&urgency=&reason="
    answer = desk.get(asked, headers={**HTMX, "HX-Current-URL": there})
    assert answer.headers["HX-Replace-Url"] == remembered


def test_where_nothing_fits_the_page_says_what_was_asked(desk: Client, told: dict[str, int]) -> None:
    page_of = " ".join(desk.get("/inbox/waiting/?intent=praise&urgency=unsure").content.decode().split())
    assert "No case of this view fits the filter" in page_of
    assert "Intent: praise · Urgency: not sure" in page_of


def test_a_row_tells_the_contact_reason_where_it_is_known(desk: Client, told: dict[str, int]) -> None:
    rows = dict(re.findall(r'id="row-(\d+)"(.*?)</li>', desk.get("/inbox/waiting/").content.decode(), re.S))
    assert "running late" in rows[str(told["late"])]
    assert all("something else" not in row for row in rows.values())


def test_a_narrowed_page_asks_one_question_more(dario: Agent, make_case: Any, django_assert_num_queries: Any) -> None:
    made = make_case(answers={"intent": "praise"})
    with django_assert_num_queries(1):
        assert page(VIEWS["waiting"], dario, heads={"intent": "praise"}).cases == [made]
