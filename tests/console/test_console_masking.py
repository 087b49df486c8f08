"""What customers give away of themselves is masked on screen until somebody asks for it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from building import NINA, brand, hear, said
from earful.cases.models import Case
from earful.console.pieces import Piece, pieces
from earful.core.triage.personal import dotted, personal
from earful.people.models import Agent
from earful.posts.models import Post
from earful.rules import book

CARD = "4111 1111 1111 1111"
WROTE = f"@LumenHelp you charged {CARD} twice, write to rosa.quist@example.org"


def heard() -> Case:
    book.look_again()
    hear(brand(practice=True), said(NINA, WROTE))
    return Case.objects.get()


def hiding(text: str, links: Any = (), spans: Any = ()) -> list[Piece]:
    return pieces(text, links, spans, hide=personal(text))


def test_a_piece_is_hidden_behind_its_mask_and_says_what_it_is() -> None:
    hidden = [piece for piece in hiding(WROTE) if piece.hidden]
    assert [piece.text for piece in hidden] == [CARD, "rosa.quist@example.org"]
    assert hidden[0].hidden.endswith("1111")
    assert all(piece.kind for piece in hidden)
    assert "".join(piece.text for piece in hiding(WROTE)) == WROTE


def test_links_and_handles_are_not_hidden() -> None:
    links = [
        {"short": "https://t.co/a", "address": "https://example.org/4111111111111111", "shown": "example.org/4111"}
    ]
    assert not any(piece.hidden for piece in hiding("@rosa_4111 see https://t.co/a", links))


@pytest.mark.parametrize("marked", ["4111", "charged", "1111 twice", "rosa", "example"])
def test_what_a_rule_marks_in_it_does_not_show_it(marked: str) -> None:
    start = WROTE.index(marked)
    found = hiding(WROTE, (), [(start, start + len(marked))])
    shown = "".join(piece.hidden or piece.text for piece in found)
    assert CARD not in shown
    assert "rosa.quist" not in shown
    assert "".join(piece.text for piece in found) == WROTE


def test_a_fold_through_it_does_not_show_it(desk: Client) -> None:
    book.look_again()
    hear(
        brand(practice=True), said(NINA, "@LumenHelp " + "so it went on " * 19 + f"and my card is {CARD} you know " * 9)
    )
    page = desk.get(Case.objects.get().get_absolute_url()).content.decode()
    assert CARD not in re.sub(r'data-reveal="[^"]*"', "", page)


def test_dots_leave_every_place_where_it_was() -> None:
    assert len(dotted(WROTE)) == len(WROTE)
    assert CARD not in dotted(WROTE)
    assert dotted(WROTE).startswith("@LumenHelp you charged ")
    assert dotted("nothing of the kind, £40 at 10:30") == "nothing of the kind, £40 at 10:30"


def test_the_list_masks_and_the_case_shows_it_on_request(desk: Client) -> None:
    case = heard()
    assert CARD not in case.subject
    inbox = desk.get("/inbox/waiting/").content.decode()
    assert CARD not in inbox
    assert "rosa.quist@example.org" not in inbox
    page = desk.get(f"/cases/{case.pk}/").content.decode()
    assert f'data-reveal="{CARD}"' in page
    assert page.count(CARD) == 1
    assert CARD not in desk.get("/posts/").content.decode()
    assert Post.objects.get().text == WROTE, "the words themselves are kept"


def test_our_own_words_are_shown_as_we_wrote_them(desk: Client, make_case: Callable[..., Case], dario: Agent) -> None:
    case = make_case("what is your number?")
    case.note("ring 020 7946 0991 before six", by=dario)
    assert "020 7946 0991" in desk.get(f"/cases/{case.pk}/").content.decode()
