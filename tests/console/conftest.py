"""A small desk with invented people: two agents, one channel, and cases to be made at will."""

# ruff: noqa: E402  (models can only be imported after django.setup)
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import django
import pytest

# Asked for by its folder, this file is loaded before pytest-django has set Django up.
django.setup()

from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from earful.cases.models import Case, Message
from earful.channels.models import Channel
from earful.core.priority import rank_at
from earful.people.models import Agent, Identity
from earful.posts.models import Post
from earful.posts.store import index

MakeCase = Callable[..., Case]


@pytest.fixture(autouse=True)
def _counted_anew(settings: Any) -> None:
    settings.COUNTS_KEPT = 0
    cache.clear()


@pytest.fixture
def dario(db: None) -> Agent:
    return Agent.objects.create_user("dario", first_name="Dario", last_name="Keller", initials="DK")


@pytest.fixture
def mara(db: None) -> Agent:
    return Agent.objects.create_user("mara", first_name="Mara", last_name="Ito")


@pytest.fixture
def desk(dario: Agent) -> Client:
    """Dario's browser."""
    client = Client(HTTP_HOST="localhost:8000")
    client.force_login(dario)
    return client


@pytest.fixture
def channel(db: None) -> Channel:
    channel = Channel(
        network="x", account_id="900", handle="LumenHelp", api="http://127.0.0.1:9", site="http://127.0.0.1:9"
    )
    channel.save()
    channel.seal_tokens(app="app", user="user")
    return channel


@pytest.fixture
def make_post(channel: Channel) -> Callable[..., Post]:
    """A post of the given author; `ago` is how many minutes it is old."""
    numbers = count(1000)

    def make(author: Identity, text: str, *, ago: float = 10, **fields: Any) -> Post:
        at = timezone.now() - timedelta(minutes=ago)
        fields = {"network_id": str(next(numbers)), "mentions": ["lumenhelp"], "created_at": at} | fields
        post = Post.objects.create(
            network="x", channel=channel, author=author, text=text, heard_at=timezone.now(), **fields
        )
        index([post])
        return post

    return make


@pytest.fixture
def make_case(channel: Channel, make_post: Callable[..., Post]) -> MakeCase:
    """A case with one post; `ago` is how many minutes it has waited."""
    numbers = count(1)

    def make(text: str = "@LumenHelp no signal", *, ago: float = 10, **fields: Any) -> Case:
        number = next(numbers)
        who = {
            "handle": fields.pop("handle", f"person{number}"),
            "name": fields.pop("name", f"Person {number}"),
        }
        customer = Identity.objects.create(network="x", account_id=f"a{number}", **who)
        since: datetime = timezone.now() - timedelta(minutes=ago)
        known = {"waiting_since": since, "points": 0, "subject": text[:90], "snippet": text[:160]} | fields
        case = Case.objects.create(
            channel=channel,
            customer=customer,
            rank_at=rank_at(known["points"], since),
            opened_at=since,
            touched_at=since,
            **known,
        )
        Message.objects.create(case=case, post=make_post(customer, text, ago=ago), role="customer")
        return case

    return make
