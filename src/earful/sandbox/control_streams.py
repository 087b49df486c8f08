"""The part of the practice desk's own door that is about how X pushes: habits, streams and webhooks.

Everything here is about one app: the one that an account has of its own, or with `?app=…` the one with that client id.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from starlette.requests import Request

from earful.sandbox.apps import App
from earful.sandbox.control_asking import person
from earful.sandbox.habits import Habits
from earful.sandbox.keys import app_named
from earful.sandbox.problems import ControlError
from earful.sandbox.shapes import Shape
from earful.sandbox.streams.connection import Connection, DisconnectType
from earful.sandbox.streams.endpoints import FILTERED

if TYPE_CHECKING:
    from earful.sandbox.world import World

Issue = Literal["TooManyConnections", "ProvisioningSubscription", "RuleConfigurationIssue", "RulesInvalidIssue"]
Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class Disconnected(msgspec.Struct, forbid_unknown_fields=True):
    """How X parts with a reader, in its own words or in others."""

    kind: DisconnectType = "OperationalDisconnect"
    detail: str = ""


class Refused(msgspec.Struct, forbid_unknown_fields=True):
    """Why the next connections are not opened."""

    issue: Issue
    times: Count = 1


class Again(msgspec.Struct, forbid_unknown_fields=True):
    """How many of the last events are sent once more."""

    last: Count = 1


class Pushing:
    """What this part of the door does: each method takes a request and its body, and returns what is answered."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def set_habits(self, request: Request, body: bytes) -> Shape:
        """Treat an app otherwise from now on; what is left out stays as it was."""
        app = self._app(request)
        had = msgspec.to_builtins(self.world.habits.of(app.id))
        self.world.habits.put(app.id, msgspec.convert(had | msgspec.json.decode(body, type=dict[str, Any]), Habits))
        return self.habits(request, b"")

    def habits(self, request: Request, _: bytes) -> Shape:
        """How an app is treated."""
        habits = self.world.habits.of(self._app(request).id)
        return {name: getattr(habits, name) for name in Habits.__struct_fields__}

    def send_raw(self, request: Request, body: bytes) -> Shape:
        """Put bytes into a stream exactly as they are, line end included or not."""
        self.stream(request).put(body)
        return {"sent": len(body)}

    def cut(self, request: Request, _: bytes) -> Shape:
        """Break a stream off."""
        self.stream(request).cut()
        return {"cut": True}

    def disconnect(self, request: Request, body: bytes) -> Shape:
        """Part with a reader as X does: the reason on the stream, then the end."""
        wish = msgspec.json.decode(body or b"{}", type=Disconnected)
        self.stream(request).disconnect(wish.kind, wish.detail)
        return {"disconnected": wish.kind}

    def tear(self, request: Request, _: bytes) -> Shape:
        """Break a stream off in the middle of its next line."""
        self.stream(request).tear()
        return {"torn": True}

    def refuse(self, request: Request, body: bytes) -> Shape:
        """Do not open an app's next connections."""
        wish = msgspec.json.decode(body, type=Refused)
        waiting = self.world.connections.issues.setdefault(self._app(request).id, [])
        waiting.extend([wish.issue] * wish.times)
        return {"waiting": len(waiting)}

    def webhooks(self, request: Request, _: bytes) -> Shape:
        """An app's webhooks, and the last attempts to reach each."""
        every = self.world.webhooks.of(self._app(request).id)
        attempts = self.world.deliveries.attempts
        return {
            "webhooks": [
                one.told | {"attempts": [each.outcome for each in attempts if each.webhook == one.id]} for one in every
            ]
        }

    async def challenge(self, request: Request, _: bytes) -> Shape:
        """Challenge an app's webhooks now, whatever their rhythm."""
        every = self.world.webhooks.of(self._app(request).id)
        return {"valid": {str(one.id): await self.world.challenges.check(one) for one in every}}

    def again(self, request: Request, body: bytes) -> Shape:
        """Send an app's webhooks the last events once more, as X now and then does."""
        last = msgspec.json.decode(body or b"{}", type=Again).last
        question = "SELECT webhook, body FROM told WHERE app = ? AND webhook > 0 ORDER BY id DESC LIMIT ?"
        rows = self.world.store.rows(question, self._app(request).id, last)
        for row in reversed(rows):
            self.world.deliveries.send(row["webhook"], row["body"].encode())
        return {"sent": len(rows)}

    def send_signed(self, request: Request, body: bytes) -> Shape:
        """Send an app's webhooks these very bytes, signed as if X meant them."""
        every = [one for one in self.world.webhooks.of(self._app(request).id) if one.valid]
        for one in every:
            self.world.deliveries.send(one.id, body)
        return {"sent": len(every)}

    def stream(self, request: Request) -> Connection:
        """The connection that is meant: the newest one to the filtered stream, or to the one that `?stream=` names."""
        name = request.query_params.get("stream", FILTERED.name)
        held = [one for one in self.world.connections.of(self._app(request).id) if one.endpoint.name == name]
        if not held:
            raise ControlError(404, f"{request.path_params['username']} holds no {name} open.")
        return held[-1]

    def _app(self, request: Request) -> App:
        client_id = request.query_params.get("app")
        if client_id:
            return app_named(self.world, client_id)
        return self.world.apps.own(person(self.world, request))


def table(pushing: Pushing) -> list[tuple[str, str, Any]]:
    """The routes of this part: method, path, and what is done."""
    return [
        ("POST", "/pretend/stream/{username}/habits", pushing.set_habits),
        ("GET", "/pretend/stream/{username}/habits", pushing.habits),
        ("POST", "/pretend/stream/{username}/send", pushing.send_raw),
        ("POST", "/pretend/stream/{username}/cut", pushing.cut),
        ("POST", "/pretend/stream/{username}/disconnect", pushing.disconnect),
        ("POST", "/pretend/stream/{username}/tear", pushing.tear),
        ("POST", "/pretend/stream/{username}/refuse", pushing.refuse),
        ("GET", "/pretend/webhooks/{username}", pushing.webhooks),
        ("POST", "/pretend/webhooks/{username}/challenge", pushing.challenge),
        ("POST", "/pretend/webhooks/{username}/again", pushing.again),
        ("POST", "/pretend/webhooks/{username}/send", pushing.send_signed),
    ]
