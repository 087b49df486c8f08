"""The views of the inbox: what stands in each, in which order, page by page, and how many."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from earful.cases.finding import VIEWS, CursorError, _read_cursor, page
from earful.people.models import Agent


def shown(answer: Any) -> list[int]:
    return [int(number) for number in re.findall(r'id="row-(\d+)"', answer.content.decode())]


@pytest.fixture
def everything(make_case: Any, dario: Agent, mara: Agent) -> dict[str, int]:
    quiet = {"waiting_since": None}
    return {
        "waits": make_case().pk,
        "mine": make_case(owner=dario, status="open").pk,
        "hers": make_case(owner=mara, status="open").pk,
        "on_customer": make_case(status="waiting", **quiet).pk,
        "solved": make_case(status="solved", solved_at=timezone.now(), **quiet).pk,
        "spam": make_case(status="closed", closing="spam", **quiet).pk,
    }


@pytest.mark.parametrize(
    ("view", "names"),
    [
        ("waiting", {"waits", "mine", "hers"}),
        ("mine", {"mine"}),
        ("unassigned", {"waits", "on_customer"}),
        ("all", {"waits", "mine", "hers", "on_customer"}),
        ("done", {"solved"}),
        ("aside", {"spam"}),
    ],
)
def test_a_view_shows_its_cases_and_counts_as_many(
    desk: Client, everything: dict[str, int], view: str, names: set[str]
) -> None:
    answer = desk.get(f"/inbox/{view}/")
    assert set(shown(answer)) == {everything[name] for name in names}
    counted = re.search(rf'data-go="{view}".*?<span class="count">(\d+)<', answer.content.decode())
    assert counted is not None
    assert int(counted[1]) == len(names)


def test_the_most_urgent_stands_first(desk: Client, make_case: Any) -> None:
    calm, urgent, old = make_case(ago=30), make_case(ago=10, points=40), make_case(ago=90)
    assert shown(desk.get("/inbox/waiting/")) == [urgent.pk, old.pk, calm.pk]


@pytest.mark.parametrize("view", ["waiting", "done"])
def test_paging_shows_each_case_once_while_cases_arrive(dario: Agent, make_case: Any, view: str) -> None:
    fields: dict[str, Any] = {"status": "solved", "waiting_since": None} if view == "done" else {}
    # Several share one moment, so that the number has to part them.
    first = {make_case(ago=100 + number // 3, **fields).pk for number in range(11)}
    seen: list[int] = []
    after, pages = "", 0
    while pages == 0 or after:
        found = page(VIEWS[view], dario, after=after, size=4)
        seen += [case.pk for case in found.cases]
        after, pages = found.after, pages + 1
        make_case(ago=1, points=40 if pages % 2 else 0, **fields)
    assert len(seen) == len(set(seen))
    assert first <= set(seen)


def test_load_more_brings_the_rest(desk: Client, make_case: Any) -> None:
    made = {make_case(ago=number).pk for number in range(45)}
    first = desk.get("/inbox/waiting/")
    more = re.search(r'hx-get="([^"]+after=[^"]+)"', first.content.decode())
    assert more is not None
    rest = desk.get(more[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert "<html" not in rest.content.decode()
    assert set(shown(first)) | set(shown(rest)) == made
    assert not set(shown(first)) & set(shown(rest))


@given(st.text(max_size=40))
def test_a_made_up_place_in_the_list_is_refused_or_is_a_place(after: str) -> None:
    try:
        _read_cursor(VIEWS["waiting"], after)
    except CursorError:
        return
    assert re.fullmatch(r"-?\d+\.\d+", after)


@pytest.mark.parametrize("after", ["x", "1", "1.", "-99999999999999999.1", "1.9;drop"])
def test_a_place_that_no_page_gave_out_is_a_bad_request(desk: Client, after: str) -> None:
    assert desk.get("/inbox/waiting/", {"after": after}).status_code == 400


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("router", True),
        ("ROUTER light", True),
        ("rout", True),
        ("router nowhere", False),
        ("@ana", True),
        ("Ana Rey", True),
        ("eyes", False),
        ("!!! & | ' \\ :*", False),
    ],
)
def test_the_filter_finds_words_and_beginnings_of_names(desk: Client, make_case: Any, words: str, finds: bool) -> None:
    case = make_case("@LumenHelp my router's light is red", handle="anareyes", name="Ana Reyes")
    make_case("@LumenHelp something else")
    assert (case.pk in shown(desk.get("/inbox/waiting/", {"q": words}))) is finds


def test_the_filter_stays_within_its_view_and_the_palette_looks_everywhere(desk: Client, make_case: Any) -> None:
    case = make_case("router", status="solved", waiting_since=None)
    assert shown(desk.get("/inbox/waiting/", {"q": "router"})) == []
    for words in ("router", f"#{case.pk}", str(case.pk)):
        assert f'data-href="/cases/{case.pk}/"' in desk.get("/palette/", {"q": words}).content.decode()


def test_rows_that_left_the_view_do_not_come_back(desk: Client, make_case: Any, dario: Agent) -> None:
    stays, leaves = make_case(), make_case()
    leaves.solve(by=dario)
    answer = desk.get("/inbox/waiting/rows/", {"ids": f"{stays.pk},{leaves.pk},999,x,{'9' * 30}"})
    assert shown(answer) == [stays.pk]


def test_an_unknown_view_is_not_there(desk: Client) -> None:
    assert desk.get("/inbox/nonsense/").status_code == 404


def test_a_page_of_the_inbox_asks_few_questions(
    desk: Client, make_case: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make_case(ago=number)
    with django_assert_max_num_queries(7):  # session, agent, list, weights, counts, alarms, spikes
        desk.get("/inbox/waiting/")
