"""What tests of the way in and out are built of: a channel, agents, invented people, and frames in X's shape.

Frames follow the payload examples in the documentation of X's API v2 (filtered stream, mentions timeline,
direct message events; 2026), in the `tweet` vocabulary.
"""

# ruff: noqa: E402  # models can only be imported once Django is set up

import itertools
import json
import os
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import django
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from shared import ROOT

# Test modules import models while they are collected; whoever imports this module first makes them loadable.
django.setup()

from earful.channels.models import Channel
from earful.intake.belts import Belt, Carried
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.reader import Reader, Tally
from earful.people.models import Agent

US = "9000000001"
_ids = itertools.count(1_900_000_000_000_000_001)


@dataclass(frozen=True)
class Person:
    """An invented account on X."""

    id: str
    handle: str
    name: str
    followers: int = 50


NINA = Person("501", "nina_okafor", "Nina Okafor")
TOMAS = Person("502", "tomas_brandl", "Tomás Brandl")
YUKI = Person("503", "yuki_arai", "Yuki Arai")
LUMEN = Person(US, "LumenHelp", "Lumen Help", 48_200)


def brand(**fields: Any) -> Channel:
    """Our account on X, linked, with both of its keys sealed. Nothing listens at its address."""
    said = {"network": "x", "account_id": US, "handle": "LumenHelp", "name": "Lumen Help"}
    channel = Channel(**{**said, "api": "http://127.0.0.1:9", "site": "http://127.0.0.1:9", **fields})
    channel.save()
    channel.seal_tokens(app="app-key", user="user-key")
    return channel


def agent(username: str = "dario", **fields: Any) -> Agent:
    """Somebody of ours who answers."""
    said = {"username": username, "first_name": username.title(), "initials": username[:2].upper()}
    return Agent.objects.create(**{**said, **fields})


def next_id() -> str:
    """An id for a post, later than all before it."""
    return str(next(_ids))


def minutes_ago(minutes: float) -> datetime:
    """That long before now (UTC)."""
    return timezone.now() - timedelta(minutes=minutes)


def said(person: Person, text: str, *, at: datetime | None = None, rules: Sequence[str] = (), **fields: Any) -> bytes:
    """A line of X's stream: a post by `person`. `fields` as `item` takes them."""
    matched = {"matching_rules": [{"id": "1", "tag": tag} for tag in rules]} if rules else {}
    return _frame({"data": item(person, text, at=at, **fields), "includes": _includes(person, fields), **matched})


def page(*posts: tuple[Person, dict[str, Any]]) -> bytes:
    """A page of the mentions timeline: posts made with `item`, newest first, as X sorts them."""
    data = [post for _, post in posts][::-1]
    users = {person.id: _user(person) for person, _ in posts}
    return _frame({"data": data, "includes": {"users": [*users.values()]}, "meta": {"result_count": len(data)}})


def item(
    person: Person,
    text: str,
    *,
    id: str = "",
    at: datetime | None = None,
    answers: str = "",
    answers_person: Person | None = None,
    root: str = "",
    quotes: str = "",
    quotes_person: Person | None = None,
    reposts: str = "",
    versions: Sequence[str] = (),
) -> dict[str, Any]:
    """A post as X writes it. `versions` are the ids of all its versions, oldest first."""
    post_id = id or (versions[-1] if versions else next_id())
    kinds = {"replied_to": answers, "quoted": quotes, "retweeted": reposts}
    post = {
        "id": post_id,
        "text": text,
        "author_id": person.id,
        "created_at": (at or timezone.now()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "conversation_id": root or (versions[0] if versions else post_id),
        "edit_history_tweet_ids": list(versions) or [post_id],
        "entities": {"mentions": _mentions(text)},
        "public_metrics": {"retweet_count": 0, "reply_count": 0, "quote_count": 0},
    }
    references = [{"type": kind, "id": other} for kind, other in kinds.items() if other]
    answered = {"in_reply_to_user_id": answers_person.id} if answers_person else {}
    return {**post, **answered, **({"referenced_tweets": references} if references else {})}


def _mentions(text: str) -> list[dict[str, Any]]:
    known = {person.handle: person.id for person in (NINA, TOMAS, YUKI, LUMEN)}
    return [
        {"username": found[1], "start": found.start(), "end": found.end(), "id": known.get(found[1], "")}
        for found in re.finditer(r"@(\w+)", text)
    ]


def _includes(person: Person, fields: dict[str, Any]) -> dict[str, Any]:
    users = [_user(one) for one in (person, fields.get("answers_person")) if one is not None]
    quoted = fields.get("quotes_person")
    around = [{"id": fields["quotes"], "author_id": quoted.id}] if quoted else []
    return {"users": users, "tweets": around}


def _user(person: Person) -> dict[str, Any]:
    metrics = {"followers_count": person.followers}
    return {"id": person.id, "username": person.handle, "name": person.name, "public_metrics": metrics}


def message(person: Person, text: str, *, id: str = "", to: Person = LUMEN, at: datetime | None = None) -> bytes:
    """A page of private messages with one event: `person` wrote to `to`."""
    low, high = sorted([person.id, to.id], key=int)
    event = {
        "id": id or next_id(),
        "event_type": "MessageCreate",
        "text": text,
        "sender_id": person.id,
        "dm_conversation_id": f"{low}-{high}",
        "created_at": (at or timezone.now()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }
    return _frame({"data": [event], "includes": {"users": [_user(person)]}, "meta": {"result_count": 1}})


def deletion(post_id: str) -> bytes:
    """X's notice that a post is gone."""
    return _frame({"delete": {"tweet": {"id": post_id}}})


def _frame(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode()


def carried(channel: Channel, frames: Sequence[bytes], ear: str = "stream") -> list[Carried]:
    """Frames as an ear puts them on a belt."""
    return [Carried(channel.pk, ear, frame, timezone.now()) for frame in frames]


def hear(channel: Channel, *frames: bytes, belt: Belt | None = None) -> Tally:
    """Put frames on a belt and read them in one batch."""
    belt = belt or PostgresBelt()
    belt.put(carried(channel, frames))
    return Reader(belt).read_batch()


def dsn() -> str:
    """The tests' database, for a connection that is not Django's."""
    at = connection.settings_dict
    known = {"host": at["HOST"], "port": at["PORT"], "user": at["USER"], "password": at["PASSWORD"]}
    return make_conninfo(dbname=at["NAME"], **{name: value for name, value in known.items() if value})


def for_a_process() -> dict[str, str]:
    """The environment of a process of its own that works on the tests' database, with the same keys."""
    at = connection.settings_dict
    # The host may be a folder with a socket, which has no place before the path of an address.
    where = urlencode({name: at[name.upper()] for name in ("host", "port") if at[name.upper()]})
    who = f"{quote(at['USER'])}:{quote(at['PASSWORD'])}@" if at["USER"] else ""
    url = f"postgresql://{who}/{at['NAME']}?{where}"
    folder = {"EARFUL_DATA": str(settings.VAULT_FILE.parent), "EARFUL_VAULT_KEY": settings.VAULT_KEY}
    return {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT / "src"), **folder}


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; what each answered, or the exception that it raised."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            results[number] = call()
        except Exception as error:  # noqa: BLE001  # the test looks at what each thread raised
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each, daemon=True) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive(), "a call did not end in half a minute"
    return results
