"""Files of the composer: who may put, see and take them, and how they are served."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.media import files
from earful.cases.models import Case
from earful.console import receiving
from earful.people.models import Agent
from earful.replies import keeping
from earful.replies.models import File, Reply

HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(make_case: Callable[..., Case]) -> Case:
    return make_case("@LumenHelp help")


def put(desk: Client, case: Case, content: bytes = files.png(), name: str = "router.png", route: str = "public"):
    upload = SimpleUploadedFile(name, content, content_type="text/html")
    return desk.post(f"/cases/{case.pk}/files/{route}/", {"file": upload}, headers=HTMX)


def the_file() -> File:
    return File.objects.get()


def test_a_file_is_put_on_the_draft_and_what_changed_comes_back(desk: Client, case: Case, dario: Agent) -> None:
    answer = put(desk, case, name='<b>"router".png')
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "&lt;b&gt;&quot;router&quot;.png" in page
    assert "<b>" not in page
    assert f'src="/files/{the_file().pk}/"' in page
    assert "says nothing to people who do not see it" in page
    assert "picture · 640 × 480" in page
    assert (the_file().reply.agent, the_file().reply.state) == (dario, "draft")
    assert f'id="file-{the_file().pk}"' in desk.get(f"/cases/{case.pk}/").content.decode()


@pytest.mark.parametrize(
    ("content", "says"), [(b"<svg/>", "no picture"), (b"", "empty"), (files.film(seconds=300), "140 seconds")]
)
def test_what_cannot_go_is_said_in_a_sentence_and_not_kept(desk: Client, case: Case, content: bytes, says: str) -> None:
    answer = put(desk, case, content)
    assert answer.status_code == 409
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert says in answer.content.decode()
    assert not File.objects.exists()


def test_its_bytes_are_served_by_what_they_are_and_can_do_nothing(desk: Client, case: Case) -> None:
    put(desk, case)
    answer = desk.get(f"/files/{the_file().pk}/")
    assert b"".join(answer.streaming_content) == files.png()  # type: ignore[attr-defined]  # it streams
    headers = answer.headers
    assert headers["Content-Type"] == "image/png"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["Cross-Origin-Resource-Policy"]) == ("nosniff", "same-origin")
    assert "no-store" in headers["Cache-Control"]
    assert desk.get(f"/files/{the_file().pk}/?download").headers["Content-Disposition"].startswith("attachment")


def test_a_description_is_kept_and_the_warning_goes(desk: Client, case: Case) -> None:
    put(desk, case)
    file = the_file()
    answer = desk.post(f"/files/{file.pk}/describe/", {f"alt-{file.pk}": "A router"}, headers=HTMX)
    assert "says nothing" not in answer.content.decode()
    assert 'id="files-public"' not in answer.content.decode()
    assert the_file().alt == "A router"


def test_a_file_is_taken_off_with_its_bytes(desk: Client, case: Case) -> None:
    put(desk, case)
    file = the_file()
    answer = desk.post(f"/files/{file.pk}/take-off/", headers=HTMX)
    assert 'id="files-public"' in answer.content.decode()
    assert not File.objects.exists()
    with pytest.raises(FileNotFoundError):
        keeping.opened(file.kept)
    assert desk.get(f"/files/{file.pk}/").status_code == 404


def test_nobody_but_its_agent_changes_a_draft_and_whoever_left_sees_nothing(
    desk: Client, case: Case, mara: Agent, dario: Agent
) -> None:
    put(desk, case)
    file, other = the_file(), Client(HTTP_HOST="localhost:8000")
    other.force_login(mara)
    for deed in ("describe", "take-off"):
        assert other.post(f"/files/{file.pk}/{deed}/").status_code == 404
    assert other.get(f"/files/{file.pk}/").status_code == 200
    Agent.objects.filter(pk=dario.pk).update(is_active=False)
    assert desk.get(f"/files/{file.pk}/").status_code == 302
    assert Client(HTTP_HOST="localhost:8000").get(f"/files/{file.pk}/").status_code == 302


def test_a_file_that_left_or_was_lost_is_not_there(desk: Client, case: Case) -> None:
    put(desk, case)
    keeping.drop(the_file().kept)
    assert desk.get(f"/files/{the_file().pk}/").status_code == 404
    File.objects.update(kept="../../vault.key")
    assert desk.get(f"/files/{the_file().pk}/").status_code == 404
    File.objects.update(kept="")
    assert desk.get(f"/files/{the_file().pk}/").status_code == 404


def test_a_file_can_be_put_on_no_unknown_route_nor_into_no_case(desk: Client, case: Case) -> None:
    assert put(desk, case, route="pigeon").status_code == 404
    assert desk.post(f"/cases/{case.pk}/files/public/").status_code == 404
    assert desk.post("/cases/999999/files/public/", {"file": SimpleUploadedFile("a", b"a")}).status_code == 404


def test_what_is_too_large_is_refused_before_it_is_read(
    desk: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "largest", lambda: 1000)
    assert put(desk, case, files.png() + bytes(2000)).status_code == 400
    assert not File.objects.exists()


def test_a_stranger_sends_no_more_than_a_form(case: Case, settings: object) -> None:
    stranger = Client(HTTP_HOST="localhost:8000", enforce_csrf_checks=True)
    stranger.get("/accounts/login/")
    upload = SimpleUploadedFile("a.png", files.png() + bytes(1_100_000))
    token = stranger.cookies["csrftoken"].value
    answer = stranger.post(f"/cases/{case.pk}/files/public/", {"csrfmiddlewaretoken": token, "file": upload})
    assert answer.status_code == 400
    assert receiving.largest() > 512 * 1024 * 1024


def test_an_answer_with_a_picture_alone_is_sent_and_shown_with_its_description(desk: Client, case: Case) -> None:
    put(desk, case)
    file = the_file()
    desk.post(f"/files/{file.pk}/describe/", {f"alt-{file.pk}": "A red light"}, headers=HTMX)
    desk.post(f"/cases/{case.pk}/send/public/", {"text": "", "seen_reply": "0", "aside": "1"}, headers=HTMX)
    assert Reply.objects.get().state == "queued"
    page = desk.get(f"/cases/{case.pk}/").content.decode()
    assert "picture: A red light" in page
    assert f"/files/{file.pk}/?download" in page
    assert desk.post(f"/files/{file.pk}/take-off/").status_code == 404
