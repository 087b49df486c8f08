"""The practice door's faults: those that wait for a call, and the dial."""

from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request

from earful.sandbox.dial import Setting
from earful.sandbox.faults import Fault
from earful.sandbox.shapes import Shape

if TYPE_CHECKING:
    from earful.sandbox.world import World


class Trouble:
    """What the practice door answers about faults; each method takes a request and its body."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def wait(self, _: Request, body: bytes) -> Shape:
        """Put a fault in wait."""
        self.world.faults.waiting.append(msgspec.json.decode(body, type=Fault))
        self.world.changes += 1
        return {"waiting": len(self.world.faults.waiting)}

    def waiting(self, _: Request, _body: bytes) -> Shape:
        """The faults in wait."""
        return {"faults": msgspec.to_builtins(self.world.faults.waiting)}

    def turn(self, _: Request, body: bytes) -> Shape:
        """Turn the dial for some calls; with no chance above nothing, back to where it was."""
        self.world.faults.dial.turn(msgspec.json.decode(body, type=Setting), self.world.clock())
        self.world.changes += 1
        return self._told()

    def dial(self, _: Request, _body: bytes) -> Shape:
        """How the dial stands, and what it has spoiled."""
        return self._told()

    def off(self, _: Request, _body: bytes) -> Shape:
        """Put everything right: no fault waits, and nothing goes wrong by chance."""
        self.world.faults.clear()
        self.world.changes += 1
        return {"waiting": 0} | self._told()

    def _told(self) -> Shape:
        return {"dial": self.world.faults.dial.told(self.world.clock())}
