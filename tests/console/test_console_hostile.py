"""What customers write is shown as they wrote it, and never runs."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from earful.channels.models import Channel
from earful.console.pieces import pieces, safe_address
from earful.intake.models import Frame
from earful.posts.models import Post, PostVersion

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&"
MARKS = ("<script>alert", "<img src=x", "onerror=alert(2)>")


def assert_harmless(page: str) -> None:
    assert not [mark for mark in MARKS if mark in page.replace("onerror=alert(2)&gt;", "")]


@pytest.fixture
def evil_case(make_case: Any) -> Any:
    return make_case(EVIL, handle=EVIL[:90], name=EVIL, subject=EVIL, snippet=EVIL, reasons=[[EVIL, 20]])


@pytest.mark.parametrize("address", ["/inbox/waiting/", "/cases/{}/", "/cases/{}/live/", "/palette/?q=%23{}"])
def test_names_handles_texts_and_subjects_are_escaped_everywhere(desk: Client, evil_case: Any, address: str) -> None:
    page = desk.get(address.format(evil_case.pk)).content.decode()
    assert "&lt;script&gt;" in page
    assert_harmless(page)


def test_earlier_versions_notes_and_frames_are_escaped(
    desk: Client, evil_case: Any, channel: Channel, dario: Any
) -> None:
    post = Post.objects.get()
    Post.objects.update(edited_at=timezone.now())
    PostVersion.objects.create(post=post, text=EVIL, until=timezone.now())
    evil_case.note(EVIL, by=dario)
    now = timezone.now()
    Frame.objects.create(channel=channel, ear="stream", body=EVIL.encode(), heard_at=now, aside_at=now, reason=EVIL)
    for address in (f"/cases/{evil_case.pk}/", "/channels/"):
        assert_harmless(desk.get(address).content.decode())


def test_a_filter_is_escaped_where_it_is_shown_again(desk: Client) -> None:
    assert_harmless(desk.get("/inbox/waiting/", {"q": EVIL}).content.decode())


def test_only_links_that_the_network_named_by_http_can_be_clicked() -> None:
    links = [
        {"short": "https://t.example/a", "address": "javascript:alert(1)"},
        {"short": "https://t.example/b", "address": "https://status.example/", "shown": "status.example"},
    ]
    said = pieces("see https://t.example/a and https://t.example/b", links)
    assert [(piece.text, piece.href) for piece in said if piece.href] == [("status.example", "https://status.example/")]
    assert "https://t.example/a" in "".join(piece.text for piece in said)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//no.scheme", "http://", "https://[", "", "ftp://a.example"],
)
def test_other_addresses_stay_text(address: str) -> None:
    assert not safe_address(address)


def test_a_deleted_post_shows_no_words(desk: Client, make_case: Any) -> None:
    case = make_case("words that were taken back", subject="Deleted by its author", snippet="")
    Post.objects.update(deleted_at=timezone.now())
    page = desk.get(f"/cases/{case.pk}/").content.decode()
    assert "Deleted on X" in page
    assert "taken back" not in page


def test_every_page_forbids_what_is_not_ours_and_is_not_stored(desk: Client) -> None:
    headers = desk.get("/inbox/waiting/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "connect-src 'self' http://localhost:8001;" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"


def test_no_page_has_inline_script_or_style(desk: Client, make_case: Any) -> None:
    for address in ("/inbox/waiting/", f"/cases/{make_case().pk}/", "/channels/"):
        page = desk.get(address).content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert "hx-on" not in page
        assert page.count("<script") == page.count("<script src=") + page.count('<script type="module" src=')
