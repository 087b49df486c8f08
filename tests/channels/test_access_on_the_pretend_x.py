"""Access as X gives it, over the real wire: linked, renewed by one of many processes, taken back, given back."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.utils import timezone

from building import for_a_process
from channels.linked import SCOPES, held_by
from earful.channels import access, linking
from earful.channels.access import account_of
from earful.channels.keys import AppKeys
from earful.channels.models import Channel, Credentials
from earful.connectors.registry import connector_for
from earful.core.connector import Account, LostAccess
from earful.core.linking import Grant
from sandbox.practice import Practice, practice
from wire.listeners import Listening, listening

BACK = "http://127.0.0.1/callback"
RENEW = """
import sys, django
django.setup()
from earful.channels.access import account_of
from earful.channels.models import Channel
print("ready", flush=True)
sys.stdin.readline()
print(account_of(Channel.objects.get()).user_token, flush=True)
"""


@pytest.fixture(scope="module")
def pretend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with practice(tmp_path_factory.mktemp("access") / "x.db") as running:
        yield running


@pytest.fixture
def app(pretend: Practice) -> Account:
    """Our app there, and its brand."""
    told = pretend.say("accounts", {"username": "LumenHelp", "name": "Lumen Help", "kind": "brand"})
    names = ("client_id", "client_secret", "consumer_key", "consumer_secret")
    return AppKeys("", **{name: told[name] for name in names}).on(Account("", "", pretend.url, pretend.url))


def says_yes(pretend: Practice, address: str, who: str = "LumenHelp") -> dict[str, str]:
    """A person says yes on X's page; what the browser carries back."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    form = asked | {"answer": "yes", "as": who}
    answer = httpx.post(f"{pretend.url}/i/oauth2/authorize", data=form, headers={"origin": pretend.url})
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def link(pretend: Practice, app: Account, again: Channel | None = None, who: str = "LumenHelp") -> Channel:
    """The whole way, there and back."""
    address = linking.begin("x", app, session="browser", callback=BACK, scopes=SCOPES, again=again)
    told = says_yes(pretend, address, who)
    return linking.finish(told["state"], told["code"], session="browser", by="Dario").channel


def speaks(channel: Channel) -> str:
    """Whom X takes the channel for."""
    account = account_of(channel)
    with access.exchange() as exchange:
        return exchange.run(account, connector_for("x").who_am_i(account)).handle


def ages(channel: Channel) -> None:
    """Two hours go by for the desk's own clock."""
    Credentials.objects.filter(channel=channel).update(expires_at=timezone.now() + timedelta(seconds=1))


def test_an_account_is_linked_with_its_app_token_and_told_what_it_granted(
    db: None, pretend: Practice, app: Account
) -> None:
    channel = link(pretend, app)
    assert speaks(channel) == "LumenHelp"
    assert held_by(channel).granted == SCOPES
    assert account_of(channel).app_token
    lasts = held_by(channel).expires_at
    assert lasts is not None
    assert timedelta(minutes=118) < lasts - timezone.now() < timedelta(minutes=121)


def test_a_code_that_is_too_old_links_nothing(db: None, pretend: Practice, app: Account) -> None:
    address = linking.begin("x", app, session="browser", callback=BACK, scopes=SCOPES)
    told = says_yes(pretend, address)
    pretend.say("clock", {"forward": 31})
    with pytest.raises(Exception, match="30 seconds"):
        linking.finish(told["state"], told["code"], session="browser", by="Dario")
    assert not Channel.objects.exists()


def test_renewed_again_and_again_it_goes_on_speaking(db: None, pretend: Practice, app: Account) -> None:
    channel, tokens = link(pretend, app), set()
    for _ in range(4):
        ages(channel)
        assert speaks(channel) == "LumenHelp"
        tokens.add(account_of(channel).user_token)
    assert len(tokens) == 4


def test_a_token_that_died_before_its_time_is_renewed(db: None, pretend: Practice, app: Account) -> None:
    channel = link(pretend, app)
    pretend.say("clock", {"forward": 3 * 3600})
    with pytest.raises(LostAccess):
        speaks(channel)
    assert speaks(channel) == "LumenHelp"


def test_three_processes_at_once_make_one_renewal_and_x_sees_no_reuse(
    transactional_db: None, pretend: Practice, app: Account
) -> None:
    channel = link(pretend, app)
    Credentials.objects.update(expires_at=timezone.now())
    pipe = subprocess.PIPE
    command, environ = [sys.executable, "-c", RENEW], for_a_process()
    running = [subprocess.Popen(command, env=environ, stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    try:
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        # What the log says comes before it.
        tokens = {process.communicate(timeout=30)[0].split()[-1] for process in running}
    finally:
        for process in running:
            process.kill()
            process.wait(10)
    assert len(tokens) == 1
    assert tokens == {account_of(channel).user_token}
    ages(channel)
    assert speaks(channel) == "LumenHelp"


def test_killed_between_the_answer_and_the_commit_it_is_noticed_and_told(
    transactional_db: None, pretend: Practice, app: Account
) -> None:
    channel = link(pretend, app)
    Credentials.objects.update(expires_at=timezone.now())

    def carried_out_and_killed(connection: socket.socket) -> None:
        _carried_on(server, pretend)
        dying.kill()

    with listening(carried_out_and_killed) as server:
        Channel.objects.update(api=server.account.api)
        pipe = subprocess.PIPE
        dying = subprocess.Popen([sys.executable, "-c", RENEW], env=for_a_process(), stdin=pipe, stdout=pipe)
        try:
            dying.communicate(b"\n", timeout=30)
        finally:
            dying.kill()
    assert len(server.heard) == 1
    assert held_by(channel).renewing_at is not None
    Channel.objects.update(api=pretend.url)
    with pytest.raises(LostAccess, match="answer of X to a renewal was lost"):
        account_of(Channel.objects.get())
    assert speaks(link(pretend, app, again=channel)) == "LumenHelp"


def _carried_on(server: Listening, pretend: Practice) -> None:
    """What reached the server, carried on to the pretend X."""
    head, _, body = server.heard[-1].partition(b"\r\n\r\n")
    target, *lines = head.decode().split("\r\n")
    headers = {name: value for name, value in (line.split(": ", 1) for line in lines) if name.lower() != "host"}
    answer = httpx.post(f"{pretend.url}{target.split(' ')[1]}", content=body, headers=headers)
    assert answer.status_code == 200, answer.text


def test_access_taken_back_is_noticed_and_linked_again_all_is_well(db: None, pretend: Practice, app: Account) -> None:
    channel = link(pretend, app)
    pretend.say("accounts/LumenHelp/revoke", {})
    for _ in range(2):
        with pytest.raises(LostAccess):
            speaks(channel)
    assert not Channel.objects.linked().exists()
    assert link(pretend, app, again=channel) == channel
    assert speaks(channel) == "LumenHelp"


def test_another_account_that_says_yes_gets_its_grant_back(db: None, pretend: Practice, app: Account) -> None:
    channel = link(pretend, app)
    pretend.say("accounts", {"username": "OrbitCare", "kind": "brand"})
    with pytest.raises(linking.OtherAccount):
        link(pretend, app, again=channel, who="OrbitCare")
    assert speaks(channel) == "LumenHelp"


def test_unlinked_the_tokens_open_nothing_on_x(db: None, pretend: Practice, app: Account) -> None:
    channel = link(pretend, app)
    before = account_of(channel)
    assert linking.unlink(channel, by="Dario")
    with access.exchange() as exchange, pytest.raises(LostAccess):
        exchange.run(before, connector_for("x").who_am_i(before))


def test_pasted_tokens_that_renew_are_renewed_when_they_end(db: None, pretend: Practice, app: Account) -> None:
    grant = held_by(link(pretend, app)).grant
    assert grant is not None
    channel = linking.keep("x", app, Grant(grant.token, grant.refresh), by="the command line").channel
    assert held_by(channel).expires_at is None
    pretend.say("clock", {"forward": 3 * 3600})
    with pytest.raises(LostAccess):
        speaks(channel)
    assert speaks(channel) == "LumenHelp"
