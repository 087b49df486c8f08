"""Keys handed out at the practice desk's own door: whoever knows the control key may act as anybody."""

from typing import TYPE_CHECKING

from earful.sandbox.accounts import Account, Profile
from earful.sandbox.apps import App, AppWish
from earful.sandbox.scopes import EVERY_SCOPE
from earful.sandbox.shapes import Shape

if TYPE_CHECKING:
    from earful.sandbox.world import World


class NewAccount(Profile, frozen=True, forbid_unknown_fields=True):
    """An account that is wanted, and which keys to it. A brand always gets them, a customer with `tokens`.

    `app` is the client id of the app that they are for; without it, the account's own. `scopes` makes a user token
    that may do no more than these; `oauth1` asks for an OAuth 1.0a pair too.
    """

    tokens: bool = False
    app: str | None = None
    scopes: list[str] | None = None
    oauth1: bool = False


def keys(world: "World", account: Account, wanted: NewAccount) -> Shape:
    """The keys to an account that are asked for. Raises ValueError for an app or a scope that there is not."""
    if not (account.brand or wanted.tokens):
        return {}
    app = app_named(world, wanted.app) if wanted.app else world.apps.own(account)
    user = world.grants.lasting(app, account, _scopes(wanted)).token
    return app_keys(world, app) | {"user_token": user} | (_pair(world, app, account) if wanted.oauth1 else {})


def app_keys(world: "World", app: App) -> Shape:
    """What an app proves itself with."""
    return {
        "app_token": world.apps.bearer(app),
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "consumer_key": app.consumer_key,
        "consumer_secret": app.consumer_secret,
    }


def put_app(world: "World", wanted: AppWish) -> Shape:
    """Make an app, or bring one to what is wanted. Raises ValueError for what cannot be."""
    if wanted.client_id is None and not wanted.owner:
        raise ValueError("Say whose app it shall be: `owner` is a handle, or `client_id` names one that is there.")
    with world.store.together():
        app = app_named(world, wanted.client_id) if wanted.client_id else _new_app(world, wanted)
        app = world.apps.change(app, wanted)
    facts: Shape = {"id": str(app.id), "name": app.name, "owner": app.owner.username, "edition": app.edition}
    facts |= {"callbacks": list(app.callbacks), "public": app.public, "level": app.level}
    return facts | app_keys(world, app)


def app_named(world: "World", client_id: str) -> App:
    """The app with a client id. Raises ValueError if there is none."""
    found = world.apps.by_client(client_id)
    if found is None:
        raise ValueError(f"There is no app with the client id '{client_id[:80]}'.")
    return found


def _new_app(world: "World", wanted: AppWish) -> App:
    owner = world.accounts.named_or_new(wanted.owner or "")
    return world.apps.make(owner, wanted.name or owner.name)


def _scopes(wanted: NewAccount) -> frozenset[str]:
    unknown = set(wanted.scopes or []) - EVERY_SCOPE
    if unknown:
        raise ValueError(f"There is no scope {', '.join(sorted(unknown))}.")
    return EVERY_SCOPE if wanted.scopes is None else frozenset(wanted.scopes)


def _pair(world: "World", app: App, account: Account) -> Shape:
    pair = world.grants.lasting_pair(app, account)
    return {"oauth1_token": pair.token, "oauth1_secret": pair.secret}
