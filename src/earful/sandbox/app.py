"""The pretend X put together: one ASGI app of the API, the control API and the pages."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

from earful.sandbox import approval, connected, consent, control, oauth1, oauth2, pages
from earful.sandbox.backstage import pages as backstage
from earful.sandbox.compliance import handover
from earful.sandbox.driving import Driver
from earful.sandbox.frame import Frame
from earful.sandbox.gate import gate
from earful.sandbox.money import usage
from earful.sandbox.operations import OPERATIONS
from earful.sandbox.scenarios.stage import Stage
from earful.sandbox.world import HEARTBEAT_S, QUEUE_LINES, World


def build(
    path: Path,
    *,
    seed: int,
    crowd: bool,
    public_url: str,
    heartbeat: float = HEARTBEAT_S,
    queue: int = QUEUE_LINES,
    scenario: str = "",
    rule_lag: float = 0.0,
) -> Starlette:
    """The app over one storage file. It must run in one process and one thread; `app.state.world` is its
    world.

    `seed` makes the crowd repeatable, `crowd` says whether it talks at the very first start (later starts go
    on as it was left), `public_url` is where browsers find the pages, `heartbeat` seconds of silence bring a
    heartbeat on a stream, `queue` lines may wait for a slow reader, and a changed rule finds posts after `rule_lag`
    seconds. `scenario` names a story that is played before the first call.
    """
    world = World(path, public_url, heartbeat=heartbeat, queue=queue, rule_lag=rule_lag)
    driver, stage, frame = Driver(world, seed, crowd), Stage(world), Frame(world)
    issuing = [*oauth2.routes(world), *oauth1.routes(world)]
    names = [*(f"{each.method} {each.path}" for each in OPERATIONS), *(f"POST {each.path}" for each in issuing)]
    app = Starlette(
        routes=[
            *(Route(each.path, gate(world, each), methods=[each.method]) for each in OPERATIONS),
            Route("/2/usage/credits", usage.credits_left),
            *issuing,
            *consent.routes(frame),
            *approval.routes(frame),
            *connected.routes(frame),
            *handover.routes(world),
            *control.routes(world, driver, stage, control.control_key(path)),
            *backstage.routes(frame, stage, names),
            *pages.routes(frame),
        ],
        lifespan=_living(world, driver, stage, scenario),
    )
    app.state.world = world
    return app


def _living(
    world: World, driver: Driver, stage: Stage, scenario: str
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def living(_: Starlette) -> AsyncIterator[None]:
        if scenario:
            await stage.load(scenario, driver.seed, driver.brand)
        working = [asyncio.create_task(driver.run()), asyncio.create_task(world.challenges.run())]
        yield
        await stage.end()
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        await world.replays.end()
        await world.deliveries.end()
        world.close()

    return living
