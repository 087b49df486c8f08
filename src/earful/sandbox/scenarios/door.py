"""The practice door's scenarios."""

import msgspec
from starlette.requests import Request

from earful.sandbox.numerals import Count
from earful.sandbox.scenarios.stage import Stage
from earful.sandbox.scenarios.stories import STORIES
from earful.sandbox.shapes import Shape


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """Which story shall be played: by its name and seed, to which brand, over how many seconds (0: at once)."""

    name: str
    seed: Count = 1
    brand: str = "LumenHelp"
    over: float = 0.0


class ScenarioDoor:
    """What the practice door answers about scenarios; each method takes a request and its body."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def load(self, _: Request, body: bytes) -> Shape:
        """Play a story."""
        wish = msgspec.json.decode(body, type=Wish)
        return await self.stage.load(wish.name, wish.seed, wish.brand, wish.over)

    def stories(self, _: Request, _body: bytes) -> Shape:
        """Which stories there are, and how many play just now."""
        told = [{"name": name, "about": story.about} for name, story in STORIES.items()]
        return {"scenarios": told, "playing": len(self.stage.playing)}
