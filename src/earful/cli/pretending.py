"""`earful sandbox`: the pretend X by itself, for anybody who builds something for X."""

import socket
import sqlite3
import tempfile
from pathlib import Path
from typing import Literal

from earful.cli.trouble import Trouble
from earful.cli.up import busy
from earful.sandbox.accounts import Profile
from earful.sandbox.apps import AppWish
from earful.sandbox.control import control_key
from earful.sandbox.keys import NewAccount, keys
from earful.sandbox.scenarios.stories import STORIES
from earful.sandbox.serve import serve
from earful.sandbox.world import World

HOME = "127.0.0.1"
BRAND, CUSTOMER = "LumenHelp", "nina_okafor"
# What a person would type into X's page for developers; on this machine the port is free.
CALLBACKS = (f"http://{HOME}/callback", f"http://{HOME}/oauth/callback", f"http://{HOME}/")


def pretend(
    port: int,
    data: Path | None,
    *,
    edition: Literal["self-serve", "enterprise"],
    vocabulary: Literal["tweet", "post", "both"],
    scenario: str,
    callbacks: list[str],
    rule_lag: float,
    crowd: bool,
    print_env: bool,
) -> int:
    """Serve until Ctrl-C or SIGTERM; returns 0. Without a file, the world is gone afterwards."""
    if scenario and scenario not in STORIES:
        raise Trouble(f"There is no scenario {scenario!r}. There are: {', '.join(STORIES)}.")
    if port and busy(HOME, port):
        raise Trouble(f"Port {port} is in use by another program. Use another, or --port 0 for a free one.")
    with tempfile.TemporaryDirectory(prefix="earful-sandbox-") as folder:
        path = data or Path(folder, "pretend-x.db")
        path.parent.mkdir(parents=True, exist_ok=True)
        port = port or _free_port()
        url = f"http://{HOME}:{port}"
        told = _known(path, url, edition, vocabulary, callbacks) | {"X_CONTROL_KEY": control_key(path)}
        serve(
            path, HOME, port, crowd=crowd, scenario=scenario, rule_lag=rule_lag,
            when_ready=lambda: _tell(told, url, print_env=print_env),
        )  # fmt: skip
    return 0


def _known(
    path: Path,
    url: str,
    edition: Literal["self-serve", "enterprise"],
    vocabulary: Literal["tweet", "post", "both"],
    callbacks: list[str],
) -> dict[str, str]:
    """The keys to print. Raises Trouble for a file that is no world, and for a callback that cannot be one."""
    try:
        return _people(path, url, edition, vocabulary, callbacks)
    except sqlite3.Error as error:
        raise Trouble(
            f"{path} cannot be opened as a world of the pretend X ({error}). Name a file that it made, or a new one."
        ) from error
    except ValueError as error:
        raise Trouble(str(error)) from error


def _people(
    path: Path,
    url: str,
    edition: Literal["self-serve", "enterprise"],
    vocabulary: Literal["tweet", "post", "both"],
    callbacks: list[str],
) -> dict[str, str]:
    """A brand with an app of its own, and a customer who holds a token of that app: all that a client needs."""
    world = World(path, url)
    try:
        brand = world.put_account(
            Profile(
                username=BRAND, name="Lumen Help", kind="brand", verified=True, followers=48_200, tier=edition,
                vocabulary=vocabulary, deletes=edition == "enterprise",
            )
        )  # fmt: skip
        customer = world.put_account(Profile(username=CUSTOMER, name="Nina Okafor"))
        app = world.apps.change(world.apps.own(brand), AppWish(callbacks=[*CALLBACKS, *callbacks], level="messages"))
        ours = keys(world, brand, NewAccount(username=BRAND, oauth1=True))
        theirs = keys(world, customer, NewAccount(username=CUSTOMER, tokens=True, app=app.client_id))
    finally:
        world.close()
    return {
        "X_BASE_URL": url,
        "X_APP_BEARER": ours["app_token"],
        "X_CONSUMER_KEY": ours["consumer_key"],
        "X_CONSUMER_SECRET": ours["consumer_secret"],
        "X_CLIENT_ID": ours["client_id"],
        "X_CLIENT_SECRET": ours["client_secret"],
        "X_BRAND_USER_ID": str(brand.id),
        "X_BRAND_TOKEN": ours["user_token"],
        "X_CUSTOMER_USER_ID": str(customer.id),
        "X_CUSTOMER_TOKEN": theirs["user_token"],
        "X_OAUTH1_TOKEN": ours["oauth1_token"],
        "X_OAUTH1_SECRET": ours["oauth1_secret"],
    }


def _tell(told: dict[str, str], url: str, *, print_env: bool) -> None:
    """What a client needs, for a program or for a person."""
    if print_env:
        print("\n".join(f"{name}={value}" for name, value in told.items()), flush=True)
    else:
        print(f"The pretend X is at {url}, and what stands behind it at {url}/i/pretend. Ctrl-C ends it.")
        print("Keys for a client: run it with --print-env.", flush=True)


def _free_port() -> int:
    with socket.socket() as trying:
        trying.bind((HOME, 0))
        return int(trying.getsockname()[1])
