"""Keys for the command line: from the environment, named as `earful sandbox --print-env` does, or typed in unseen."""

import os
from collections.abc import Sequence
from typing import Final, NamedTuple

import typer


class Key(NamedTuple):
    """A key that may be wanted: its name here, in the environment, and for the person who types it in."""

    name: str
    variable: str
    words: str


APP_TOKEN: Final = Key("app_token", "X_APP_BEARER", "App-only bearer token")
USER_TOKEN: Final = Key("user_token", "X_BRAND_TOKEN", "User access token")
REFRESH: Final = Key("refresh", "X_BRAND_REFRESH_TOKEN", "Refresh token")
SIGNED: Final = (
    Key("user_token", "X_OAUTH1_TOKEN", "Access token of OAuth 1.0a"),
    Key("user_secret", "X_OAUTH1_SECRET", "Its access token secret"),
)
CONSUMER: Final = (
    Key("consumer_key", "X_CONSUMER_KEY", "Consumer key (API key)"),
    Key("consumer_secret", "X_CONSUMER_SECRET", "Consumer secret (API key secret)"),
)
CLIENT: Final = (
    Key("client_id", "X_CLIENT_ID", "Client id"),
    Key("client_secret", "X_CLIENT_SECRET", "Client secret (empty for a public client)"),
)
LASTING: Final = (APP_TOKEN, USER_TOKEN)
RENEWING: Final = (APP_TOKEN, *CLIENT, USER_TOKEN, REFRESH)
SIGNING: Final = (*CONSUMER, *SIGNED)
MAY_BE_EMPTY: Final = "client_secret"


def asked(wanted: Sequence[Key]) -> dict[str, str]:
    """The keys, by their names here; one that the environment does not hold is asked for."""
    return {key.name: os.environ.get(key.variable) or _typed(key) for key in wanted}


def known(wanted: Sequence[Key]) -> dict[str, str]:
    """Those of the keys that the environment holds."""
    return {key.name: value for key in wanted if (value := os.environ.get(key.variable))}


def _typed(key: Key) -> str:
    default = "" if key.name == MAY_BE_EMPTY else None
    return str(typer.prompt(key.words, hide_input=True, default=default, show_default=False)).strip()
