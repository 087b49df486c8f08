"""Making a desk ready: its tables, an agent to sign in as, and the practice brand linked."""

import json
import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from earful.channels.models import Channel, Credentials
from earful.core.connector import Account, Request
from earful.people.inviting import invite
from earful.people.models import Agent
from earful.people.signing_in import one_time_link
from earful.posts import partitions
from earful.rules.models import ListeningRule
from earful.wire import Exchange

BRAND = {"username": "LumenHelp", "name": "Lumen Help", "kind": "brand", "deletes": True, "followers": 48_200}
# The first of them may link accounts.
DEMO_AGENTS = (
    ("dario", "Dario", "Kessler", "DK", True),
    ("mara", "Mara", "Lindqvist", "ML", False),
)
# X's own bound.
MOST_CALLBACKS = 10
DEMO_RULE = (
    "Speaks of Lumen without naming us",
    "lumen (broadband OR internet OR wifi OR router OR bill) -@LumenHelp -from:LumenHelp",
)


def prepare() -> str:
    """Bring the desk up to date; what `up` needs, as JSON: the secret of a sign-in link, its agent, and with the demo
    the key of the channel that it speaks through.
    """
    migrate()
    partitions.ahead(timezone.now())
    demo = bool(settings.SANDBOX_URL)
    agent = _demo_agents() if demo else _first_agent()
    done = {"enter": one_time_link(agent), "agent": agent.username}
    seat_practice_channels(settings.SANDBOX_URL)
    if demo:
        done["channel"] = str(link_practice_brand(BRAND).pk)
        _demo_rule()
    return json.dumps(done)


def migrate() -> None:
    """Apply what is missing. Asking first spares a warm start most of a second."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def seat_practice_channels(url: str) -> None:
    """Bring every practice channel to where the pretend X is now, with its cases; without one ("") they rest.

    The pretend X moves with --port and keeps its accounts. Of several channels for one account the oldest is brought
    along; the others keep their old addresses, and rest.
    """
    practice = Channel.objects.filter(practice=True)
    if not url:
        practice.update(enabled=False)
        return
    oldest = practice.order_by("network", "account_id", "pk").distinct("network", "account_id")
    current = set(oldest.values_list("pk", flat=True))
    for late in practice.exclude(pk__in=current):
        # Its address may be the very one that the oldest needs.
        practice.filter(pk=late.pk).update(enabled=False, api=f"moved:{late.pk}")
    practice.filter(pk__in=current).update(enabled=True, api=url, site=url)


def link_practice_brand(brand: dict[str, Any]) -> Channel:
    """An account of a brand on the pretend X, and the channel that speaks as it; as often as you like. One that a
    person has linked there keeps what they linked.
    """
    with PracticeDoor() as door:
        given = door.ask("POST", "/pretend/accounts", brand)
        _let_back(door, given["client_id"])
    channel, _ = Channel.objects.get_or_create(
        network="x",
        account_id=given["id"],
        api=settings.SANDBOX_URL,
        practice=True,
        defaults={
            "handle": given["username"],
            "name": brand["name"],
            "site": settings.SANDBOX_URL,
            # What is practised with is no money: names and reach come with every post.
            "settings": {"authors": "with_posts"},
        },
    )
    if not Credentials.objects.filter(channel=channel).exclude(linked_by="").exists():
        pairs = {name: given[name] for name in ("client_id", "client_secret", "consumer_key", "consumer_secret")}
        channel.seal_tokens(app=given["app_token"], user=given["user_token"], **pairs)
    return channel


def _let_back(door: "PracticeDoor", app: str) -> None:
    """Let the pretend X send people back to this desk, when they link the practice brand in the browser."""
    port = os.environ.get("EARFUL_PORT", "8000")
    origins = [settings.ORIGIN.rstrip("/"), f"http://127.0.0.1:{port}", f"http://localhost:{port}"]
    ours = [f"{origin}{reverse('console:link_back')}" for origin in origins if origin]
    there = door.ask("POST", "/pretend/apps", {"client_id": app})["callbacks"]
    others = [address for address in there if address not in ours]
    door.ask("POST", "/pretend/apps", {"client_id": app, "callbacks": [*ours, *others][:MOST_CALLBACKS]})


class PracticeDoor:
    """The control door of the pretend X, over one kept connection."""

    def __init__(self) -> None:
        url = settings.SANDBOX_URL
        self._door = Account("", "", url, url, app_token=os.environ["EARFUL_SANDBOX_KEY"])
        self._exchange = Exchange()

    def __enter__(self) -> "PracticeDoor":
        return self

    def __exit__(self, *_: object) -> None:
        self._exchange.close()

    def ask(self, method: Any, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask; raises RuntimeError with what the pretend X said when it refuses."""
        response = self._exchange.ask(self._door, Request(method, path, json=body))
        if response.status >= 300:
            raise RuntimeError(f"The pretend X refused {path}: {response.body[:300].decode('utf-8', 'replace')}")
        answer: dict[str, Any] = json.loads(response.body)
        return answer


def _demo_agents() -> Agent:
    """Dario, who signs in, and Mara, so that there is somebody to collide with."""
    agents = [_agent(*who) for who in DEMO_AGENTS]
    return agents[0]


def _first_agent() -> Agent:
    """The agent who has been here longest; on an empty desk, an administrator is made."""
    return Agent.objects.filter(is_active=True).order_by("pk").first() or invite("admin", staff=True)


def _agent(username: str, first: str, last: str, initials: str, staff: bool) -> Agent:
    there = Agent.objects.filter(username=username).first()
    return there or invite(username, first=first, last=last, initials=initials, staff=staff)


def _demo_rule() -> None:
    name, text = DEMO_RULE
    ListeningRule.objects.get_or_create(name=name, defaults={"text": text})
