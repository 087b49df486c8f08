"""`earful link`: give a running desk an account on X, by tokens that its owner already has."""

import os
from pathlib import Path

import typer

from earful.cli.trouble import Trouble
from earful.cli.up import running
from earful.core.connector import Account, ConnectorError


def link(data: Path, api: str, site: str) -> None:
    """Ask for the two tokens, let X say whose they are, and keep them sealed with the channel."""
    os.environ.update(running(data))
    app = typer.prompt("App-only bearer token", hide_input=True).strip()
    user = typer.prompt("User access token", hide_input=True).strip()
    import django

    django.setup()
    from earful.channels.models import Channel
    from earful.connectors.registry import connector_for
    from earful.wire import Exchange

    account = Account("", "", api, site, app_token=app, user_token=user)
    try:
        with Exchange() as exchange:
            us = exchange.run(account, connector_for("x").who_am_i(account))
    except ConnectorError as error:
        raise Trouble(f"X did not accept the user token: {error.reason}") from error
    channel, made = Channel.objects.get_or_create(
        network="x", account_id=us.id, api=api, defaults={"handle": us.handle, "name": us.name, "site": site}
    )
    channel.seal_tokens(app=app, user=user)
    channel.save()
    done = "Linked" if made else "Linked again"
    print(f"{done}: @{us.handle}. The listener begins within seconds; see the page Channels.")
