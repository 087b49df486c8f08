"""Linking in a real browser: said yes to on the pretend X, taken back there, waited for, and linked again."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from in_chromium import LOOKS, faults, looking, sideways, signed_in
from playwright.sync_api import Browser, Page, expect
from running_desk import RunningDesk, typed, wait_for

ANSWER = """
from earful.cases.models import Case
from earful.people.models import Agent
from earful.replies import writing
case = Case.objects.get(messages__post__network_id="{post}")
print(writing.send(case, Agent.objects.get(username="ines"), "public", "{text}", seen_reply=0).pk)
"""


@pytest.fixture(scope="module")
def desk(make_desk: Callable[..., RunningDesk]) -> RunningDesk:
    """A desk of its own: its access is taken back."""
    desk = make_desk("linking")
    desk.start()
    return desk


@pytest.fixture(scope="module")
def state(browser: Browser, desk: RunningDesk) -> Any:
    """The cookies of somebody who may link."""
    return signed_in(browser, desk, "ines", staff=True)


@pytest.fixture(scope="module")
def ines(browser: Browser, state: Any) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1600, "height": 900}, storage_state=state)
    yield context.new_page()
    context.close()


def _says_yes(page: Page) -> None:
    """From the channel's access through the pretend X and back."""
    page.get_by_role("link", name="Link again").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="Go on to").click()
    expect(page.get_by_role("heading", name="to act for you?")).to_be_visible()
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.locator(".linked-news")).to_contain_text("Linked again")


def _heard(desk: RunningDesk, text: str) -> str:
    post = desk.say("mara_quist", f"@LumenHelp {text}")
    wait_for(lambda: desk.count("SELECT count(*) FROM posts_post WHERE network_id = %s", post))
    return post


def _state(desk: RunningDesk, reply: str) -> str:
    return str(desk.ask("SELECT state FROM replies_reply WHERE id = %s", int(reply))[0][0])


def test_an_account_is_linked_by_saying_yes_and_then_speaks(desk: RunningDesk, ines: Page) -> None:
    ines.goto(f"{desk.url}/channels/")
    ines.get_by_role("link", name="Access").click()
    _says_yes(ines)
    assert "code=" not in ines.url
    expect(ines.get_by_text("Its access renews itself")).to_be_visible()
    post = _heard(desk, "is anybody there?")
    reply = desk.inside(ANSWER.format(post=post, text="We are, Mara.")).split()[-1]
    wait_for(lambda: _state(desk, reply) == "confirmed")


def test_access_taken_back_is_told_and_what_waits_goes_after_linking_again(desk: RunningDesk, ines: Page) -> None:
    post = _heard(desk, "and still there?")
    ines.goto(f"{desk.url}/posts/")
    with desk.door() as door:
        door.post("/pretend/accounts/LumenHelp/revoke", json={}).raise_for_status()
    reply = desk.inside(ANSWER.format(post=post, text="Still here.")).split()[-1]
    lost = "SELECT count(*) FROM channels_credentials WHERE lost_at IS NOT NULL"
    wait_for(lambda: desk.count(lost) == 1)
    wait_for(lambda: _state(desk, reply) == "try_later")
    # The page that was open all the time says it by itself.
    ines.get_by_role("link", name="Link it again").click()
    expect(ines.get_by_text("It rests until it is linked again.")).to_be_visible()
    _says_yes(ines)
    assert desk.count(lost) == 0
    wait_for(lambda: _state(desk, reply) == "confirmed")


def test_the_key_is_changed_under_the_running_desk_which_goes_on(desk: RunningDesk) -> None:
    before = (desk.data / "vault.key").read_text()
    assert typed("vault", "rotate", "--data", str(desk.data)).returncode == 0
    assert (desk.data / "vault.key").read_text() != before
    checked = typed("vault", "check", "--data", str(desk.data))
    assert (checked.returncode, "1 key in the key file" in checked.stdout) == (0, True), checked.stdout
    post = _heard(desk, "one more thing")
    reply = desk.inside(ANSWER.format(post=post, text="Go on.")).split()[-1]
    wait_for(lambda: _state(desk, reply) == "confirmed")


def test_the_doctor_examines_a_channel_of_the_running_desk(desk: RunningDesk) -> None:
    done = typed("doctor", "x", "--data", str(desk.data), "--channel", "@lumenhelp", "--about", "mara_quist")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Private messages" in done.stdout
    assert "granted" in done.stdout
    unknown = typed("doctor", "x", "--data", str(desk.data), "--channel", "@nobody")
    assert (unknown.returncode, "@LumenHelp" in unknown.stderr) == (1, True)


def test_no_key_stands_in_the_log(desk: RunningDesk) -> None:
    keys = desk.inside(
        "from earful.channels.access import account_of\nfrom earful.channels.models import Channel\n"
        "account = account_of(Channel.objects.get())\n"
        "print(account.app_token, account.user_token, account.consumer_secret, account.client_secret)"
    ).split()
    assert len(keys) == 4
    assert not [key for key in keys if key in desk.log.read_text()]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_every_page_of_it_is_whole_and_accessible(
    browser: Browser, desk: RunningDesk, state: Any, size: tuple[int, int], theme: str
) -> None:
    channel = desk.ask("SELECT id FROM channels_channel")[0][0]
    with looking(browser, state, size, theme) as page:
        for path in ("", "link/", "link/failed/", f"{channel}/access/", f"{channel}/link/", f"{channel}/unlink/"):
            page.goto(f"{desk.url}/channels/{path}")
            assert faults(page) == [], path
            assert sideways(page) == [], path
