"""Answering with pictures, and what goes with an answer, in a real browser: by button, by paste, by drop, by key."""

import base64
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from struct import pack
from typing import Any

import pytest
from in_chromium import LOOKS, faults, looking, sideways, signed_in
from playwright.sync_api import Browser, Locator, Page, expect
from running_desk import RunningDesk, wait_for

from core.media import files

_state: list[Any] = []


def _png(width: int = 120, height: int = 90) -> bytes:
    """A whole picture that a browser can show: red on grey."""

    def chunk(kind: bytes, inside: bytes) -> bytes:
        return pack(">I", len(inside)) + kind + inside + pack(">I", zlib.crc32(kind + inside))

    row = b"\0" + b"\xc0\x30\x20" * (width // 3) + b"\xb0\xb0\xb0" * (width - width // 3)
    header = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(row * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


_PNG = _png()


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of several kinds, on disk as a person has them."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "router.png").write_bytes(_PNG)
    (folder / "notes.txt").write_bytes(b"no picture at all")
    (folder / "film.mp4").write_bytes(files.film())
    return folder


@pytest.fixture
def agent(browser: Browser, desk: RunningDesk) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1600, "height": 900}, storage_state=_signed_in(browser, desk))
    yield context.new_page()
    context.close()


def _signed_in(browser: Browser, desk: RunningDesk) -> Any:
    if not _state:
        _state.append(signed_in(browser, desk, "carla"))
    return _state[0]


def _open(page: Page, desk: RunningDesk, handle: str, text: str) -> int:
    post = desk.say(handle, text)
    query = "SELECT m.case_id FROM cases_message m JOIN posts_post p ON p.id = m.post_id WHERE p.network_id = %s"
    case = int(wait_for(lambda: desk.ask(query, post))[0][0])
    page.goto(f"{desk.url}/cases/{case}/")
    return case


def _attached(page: Page) -> Locator:
    return page.locator("#files-public > li")


def _pick(page: Page, *paths: Path) -> None:
    with page.expect_file_chooser() as chosen:
        page.locator("#panel-public").get_by_role("button", name=re.compile("^Attach")).click()
    chosen.value.set_files(list(paths))


def test_a_picture_is_attached_described_and_seen_on_x(desk: RunningDesk, agent: Page, shots: Path) -> None:
    case = _open(agent, desk, "pictured_paula", "@LumenHelp which light is it?")
    agent.keyboard.press("r")
    agent.keyboard.type("This one, on the left.")
    _pick(agent, shots / "router.png")
    expect(_attached(agent)).to_have_count(1)
    expect(agent.locator("#saying-public")).to_contain_text("says nothing to people who do not see it")
    agent.get_by_label("Description of router.png").fill("A router with a red light on the left")
    expect(agent.locator("#saying-public")).not_to_contain_text("says nothing")
    image = agent.locator("#files-public img")
    assert image.evaluate("image => image.complete && image.naturalWidth > 0")
    agent.reload()
    expect(_attached(agent)).to_have_count(1)
    expect(agent.get_by_label("Description of router.png")).to_have_value("A router with a red light on the left")
    agent.keyboard.press("r")
    agent.keyboard.press("Control+Enter")
    stream = agent.locator("#stream")
    expect(stream).to_contain_text("picture: A router with a red light on the left", timeout=15_000)
    expect(stream).to_contain_text(re.compile("seen on X"), timeout=15_000)
    [(sent,)] = desk.ask("SELECT sent FROM replies_reply WHERE case_id = %s AND state = 'confirmed'", case)
    with desk.door() as door:
        posts = door.get("/pretend/posts", params={"username": "LumenHelp", "max_results": 500}).json()["posts"]
    [post] = [post for post in posts if post["id"] == sent[0]["id"]]
    assert "This one, on the left." in post["text"]
    assert not list((desk.data / "attached").iterdir())


def test_pictures_are_pasted_and_dropped_and_taken_off_by_key(desk: RunningDesk, agent: Page) -> None:
    _open(agent, desk, "pasting_pia", "@LumenHelp how does it look?")
    agent.keyboard.press("r")
    picture = base64.b64encode(_PNG).decode()
    _hand(agent, "paste", picture, "pasted.png")
    expect(_attached(agent)).to_have_count(1)
    _hand(agent, "drop", picture, "dropped.png")
    expect(_attached(agent)).to_have_count(2)
    expect(agent.locator("#panel-public")).not_to_have_class(re.compile("dropping"))
    agent.get_by_role("button", name="Take off pasted.png").focus()
    agent.keyboard.press("Enter")
    expect(_attached(agent)).to_have_count(1)
    expect(_attached(agent)).to_contain_text("dropped.png")


def test_what_is_no_picture_is_said_and_the_rest_goes_on(desk: RunningDesk, agent: Page, shots: Path) -> None:
    _open(agent, desk, "texting_tom", "@LumenHelp hello?")
    _pick(agent, shots / "notes.txt", shots / "router.png", shots / "film.mp4")
    expect(_attached(agent)).to_have_count(1)
    refused = agent.locator("#uploading-public [role=alert]")
    expect(refused).to_have_count(2)
    expect(refused.first).to_contain_text("notes.txt is not attached. This is no picture")
    expect(refused.last).to_contain_text("files of one kind")
    refused.first.get_by_role("button", name="Close").click()
    expect(refused).to_have_count(1)


def test_text_pasted_with_a_picture_is_text(desk: RunningDesk, agent: Page) -> None:
    _open(agent, desk, "sheet_shirin", "@LumenHelp the numbers?")
    agent.keyboard.press("r")
    agent.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "sheet.png", { type: "image/png" }));
            data.setData("text/plain", "12 34");
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            window.kept = document.getElementById("text-public").dispatchEvent(event);
        }"""
    )
    assert agent.evaluate("window.kept")
    expect(_attached(agent)).to_have_count(0)


def test_an_answer_leaves_a_bystander_out_and_invites_into_private(desk: RunningDesk, agent: Page) -> None:
    desk.say("by_standing_bo", "just here")
    case = _open(agent, desk, "naming_nora", "@LumenHelp @by_standing_bo look at this")
    expect(agent.locator("#tab-public")).to_contain_text("$0.01")
    agent.get_by_label("@by_standing_bo").uncheck()
    agent.keyboard.press("r")
    agent.keyboard.type("Please write to us in private, Nora.")
    agent.get_by_label("Invite to a private message").check()
    expect(agent.locator("#saying-public")).to_contain_text("The button makes this cost $0.20")
    agent.locator("#text-public").focus()
    agent.keyboard.press("Control+Enter")
    expect(agent.locator("#stream")).to_contain_text(re.compile("seen on X"), timeout=15_000)
    [(without, invite)] = desk.ask("SELECT without, invite FROM replies_reply WHERE case_id = %s", case)
    assert ([person["handle"] for person in without], invite) == (["by_standing_bo"], True)


def test_our_answer_is_deleted_after_a_question_and_shown_so(desk: RunningDesk, agent: Page) -> None:
    case = _open(agent, desk, "regret_rolf", "@LumenHelp when is it fixed?")
    agent.keyboard.press("r")
    agent.keyboard.type("Yesterday, we think.")
    agent.keyboard.press("Control+Enter")
    stream = agent.locator("#stream")
    expect(stream).to_contain_text(re.compile("seen on X"), timeout=15_000)
    stream.get_by_text("Delete on X …").click()
    expect(stream).to_contain_text("it cannot be brought back")
    stream.get_by_role("button", name="Delete on X").click()
    expect(stream).to_contain_text("Deleted on X by Carla", timeout=15_000)
    [(sent,)] = desk.ask("SELECT sent FROM replies_reply WHERE case_id = %s", case)
    with desk.door() as door:
        posts = door.get("/pretend/posts", params={"username": "LumenHelp", "max_results": 500}).json()["posts"]
    assert sent[0]["id"] not in [post["id"] for post in posts]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_axe_finds_nothing_in_a_full_composer_at_any_size_in_either_theme(
    browser: Browser, desk: RunningDesk, shots: Path, size: tuple[int, int], theme: str
) -> None:
    with looking(browser, _signed_in(browser, desk), size, theme) as page:
        desk.say("by_standing_bo", f"just here {size[0]} {theme}")
        _open(page, desk, f"full_{size[0]}_{theme}", "@LumenHelp @by_standing_bo it blinks red, see for yourselves")
        _pick(page, shots / "router.png", shots / "router.png", shots / "notes.txt")
        expect(_attached(page)).to_have_count(2)
        page.locator("#text-public").fill("It is the light on the left. " * 12)
        expect(page.locator("#saying-public .parts")).to_be_visible()
        page.wait_for_timeout(300)
        if folder := os.environ.get("EARFUL_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"composer-{size[0]}-{theme}.png")
        assert faults(page) == []
        assert sideways(page) == []


def _hand(page: Page, kind: str, picture: str, name: str) -> None:
    """Give the text a picture as the browser does it on paste and on drop."""
    page.evaluate(
        """([kind, picture, name]) => {
            const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], name, { type: "image/png" }));
            const how = { bubbles: true, cancelable: true };
            const event = kind === "paste" ? new ClipboardEvent(kind, { clipboardData: data, ...how })
              : new DragEvent(kind, { dataTransfer: data, ...how });
            document.getElementById("text-public").dispatchEvent(event);
        }""",
        [kind, picture, name],
    )
