"""The stream of events: ids to those who are signed in, and to nobody else."""

import asyncio
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from browsing import browsing, hearing, streaming
from django.contrib.sessions.backends.db import SessionStore

from building import dsn
from earful import pulse
from earful.people.models import Agent
from earful.pulse.stream import MOST_BEHIND, Events
from earful.pulse.tickets import ticket

SECRET = "a secret of the tests"
DARIO = 1


@pytest.fixture
def session(transactional_db: None) -> str:
    """The key of a session that stands; its agent is the only one."""
    Agent.objects.create(pk=DARIO, username="dario")
    store = SessionStore()
    store.create()
    assert store.session_key
    return store.session_key


def stream(heartbeat: float = 15.0) -> AbstractAsyncContextManager[Events]:
    return streaming(dsn(), SECRET, heartbeat)


def opened(session: str) -> dict[str, str]:
    """What a page of this session sends: its cookie, among others, and its ticket."""
    given = ticket(session, DARIO, datetime.now(UTC), SECRET)
    return {"query": f"ticket={given}", "cookie": f"odd/name=1; sessionid={session}; theme=dark"}


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 20))


async def execute(statement: str, *values: object) -> None:
    """Do something to the database beside the stream."""
    async with await psycopg.AsyncConnection.connect(dsn(), autocommit=True) as database:
        await database.execute(statement.encode(), values)


async def tell(payload: str) -> None:
    await execute("SELECT pg_notify(%s, %s)", pulse.CHANNEL, payload)


def test_a_change_reaches_every_open_page(session: str) -> None:
    async def story() -> None:
        async with (
            stream() as events,
            browsing(events, **opened(session)) as one,
            browsing(events, **opened(session)) as two,
        ):
            for browser in (one, two):
                start = await browser.start()
                assert start["status"] == 200
                assert dict(start["headers"])[b"content-type"].startswith(b"text/event-stream")
                assert await browser.next() == ": hello\nretry: 2000\n\n"
            async with hearing(events):
                for browser in (one, two):
                    assert await browser.next_event() == "event: again\ndata: \n\n"
                await tell("case 12,15")
                for browser in (one, two):
                    assert await browser.next_event() == "event: case\ndata: 12,15\n\n"

    run(story())


def test_a_quiet_stream_shows_that_it_lives(session: str) -> None:
    async def story() -> None:
        async with stream(0.05) as events, browsing(events, **opened(session)) as browser:
            assert (await browser.start())["status"] == 200
            assert [await browser.next() for _ in range(3)][1:] == [": still here\n\n"] * 2

    run(story())


def test_signing_out_ends_a_quiet_stream(session: str) -> None:
    async def story() -> None:
        async with stream(0.05) as events, browsing(events, **opened(session)) as browser:
            await browser.start()
            await browser.next()
            await execute("DELETE FROM django_session")
            assert set(await browser.rest()) <= {": still here\n\n"}

    run(story())


def test_signing_out_ends_a_stream_that_is_never_quiet(session: str) -> None:
    async def story() -> None:
        async with stream(0.1) as events, browsing(events, **opened(session)) as browser, hearing(events):
            await browser.start()
            await execute("DELETE FROM django_session")
            busy = asyncio.create_task(_chatter())
            await browser.rest()
            busy.cancel()

    run(story())


async def _chatter() -> None:
    while True:
        await tell("case 1")


@pytest.mark.parametrize("change", ["UPDATE people_agent SET is_active = false", "DELETE FROM people_agent"])
def test_an_agent_who_is_shut_out_hears_no_more(session: str, change: str) -> None:
    async def story() -> None:
        async with stream(0.05) as events, browsing(events, **opened(session)) as browser:
            assert (await browser.start())["status"] == 200
            await browser.next()
            await execute(change)
            assert set(await browser.rest()) <= {": still here\n\n"}

    run(story())


def test_a_browser_that_leaves_is_forgotten_at_once(session: str) -> None:
    async def story() -> None:
        async with stream() as events, browsing(events, **opened(session)) as browser:
            await browser.start()
            await browser.next()
            assert len(events.clients) == 1
            await browser.close()
            assert not events.clients

    run(story())


def test_who_falls_too_far_behind_is_let_go(session: str) -> None:
    async def story() -> None:
        async with stream() as events, browsing(events, **opened(session)) as browser:
            await browser.start()
            await browser.next()
            async with hearing(events):
                assert await browser.next_event() == "event: again\ndata: \n\n"
                await execute("SELECT pg_notify('earful', 'case ' || id) FROM generate_series(1, 300) AS id")
                while events.clients:
                    await asyncio.sleep(0.01)
                assert len(await browser.rest()) < MOST_BEHIND + 20

    run(story())


@pytest.mark.parametrize("origin", ["http://desk.example:8000", ""])
def test_a_page_of_another_port_may_read_the_stream(session: str, origin: str) -> None:
    async def story() -> None:
        headers = {"origin": origin} if origin else {}
        async with stream() as events, browsing(events, **opened(session), **headers) as browser:
            sent = dict((await browser.start())["headers"])
            assert sent.get(b"access-control-allow-origin", b"").decode() == origin

    run(story())


def test_without_ticket_cookie_or_session_nobody_listens(session: str) -> None:
    good = opened(session)
    other = opened("a-session-that-is-not")
    over = f"ticket={ticket(session, DARIO, datetime(2020, 1, 1, tzinfo=UTC), SECRET)}"
    forged = f"ticket={ticket(session, DARIO, datetime.now(UTC), 'another secret')}"
    refused: list[dict[str, str]] = [
        {"query": "", "cookie": good["cookie"]},
        {"query": good["query"]},
        {"query": over, "cookie": good["cookie"]},
        {"query": forged, "cookie": good["cookie"]},
        {"query": good["query"], "cookie": other["cookie"]},
        other,
        {"query": "ticket=1.2.3.4&ticket=..", "cookie": good["cookie"]},
    ]

    async def story() -> None:
        for asked in refused:
            async with stream() as events, browsing(events, **asked) as browser:
                assert (await browser.start())["status"] == 403, asked

    run(story())


def test_an_expired_session_opens_nothing(session: str) -> None:
    async def story() -> None:
        await execute("UPDATE django_session SET expire_date = now() - interval '1 second'")
        async with stream() as events, browsing(events, **opened(session)) as browser:
            assert (await browser.start())["status"] == 403

    run(story())


def test_while_the_database_is_away_nobody_is_let_in(session: str) -> None:
    async def story() -> None:
        away = Events("host=127.0.0.1 port=1 connect_timeout=2", SECRET)
        async with browsing(away, **opened(session)) as browser:
            assert (await browser.start())["status"] == 403

    run(story())


@pytest.mark.parametrize(("path", "method", "status"), [("/healthz", "GET", 200), ("/", "GET", 404)])
def test_other_paths(path: str, method: str, status: int) -> None:
    async def story() -> None:
        async with browsing(Events("", SECRET), path=path, method=method) as browser:
            assert (await browser.start())["status"] == status

    run(story())
