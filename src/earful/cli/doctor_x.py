"""`earful doctor x`: first contact with an account of X, told as a table. It only reads, unless told to write."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from earful.cli.keys_asked import APP_TOKEN, CLIENT, CONSUMER, SIGNING, USER_TOKEN, asked, known
from earful.cli.trouble import Trouble
from earful.cli.up import running
from earful.connectors.registry import LINKINGS, connector_for
from earful.connectors.x.examining import Look, Told, a_post, failed, looks
from earful.core.connector import Account, ConnectorError
from earful.wire import Exchange

_COLOURS: Final = {"well": "green", "DO": "red", "unknown": "yellow"}


def examine(account: Account, about: str, *, write: bool) -> int:
    """Look at everything that the account's keys open, and print it; 1 if something wants doing."""
    with _exchange(account) as exchange:
        account, told = _named(account, exchange)
        told += [
            row for title, look in looks(account, about.lstrip("@")) for row in _asked(exchange, account, title, look)
        ]
        if write and _agreed(account):
            told += _asked(
                exchange, account, "Posting", a_post(f"A test, deleted at once. {datetime.now(UTC):%H:%M:%S}")
            )
    _print(account, told)
    return int(any(row.standing == "DO" for row in told))


def _exchange(account: Account) -> Exchange:
    """The wire; what a channel of a desk is examined for stands in its ledger."""
    if not account.channel:
        return Exchange()
    from earful.core.spending import Purpose
    from earful.ledger.till import Tills

    return Exchange([Tills(Purpose.UPKEEP)])


def of_channel(data: Path, handle: str) -> Account:
    """The account of a channel that a running desk has, its access renewed; raises Trouble if there is none."""
    os.environ.update(running(data))
    import django

    django.setup()
    from earful.channels.access import account_of
    from earful.channels.models import Channel
    from earful.vault import Unopenable

    channel = Channel.objects.filter(network="x", handle__iexact=handle.lstrip("@")).order_by("practice", "pk").first()
    if channel is None:
        there = ", ".join(f"@{known}" for known in Channel.objects.values_list("handle", flat=True)) or "none"
        raise Trouble(f"No channel of this desk is @{handle.lstrip('@')}. There are: {there}.")
    try:
        return account_of(channel)
    except (ConnectorError, Unopenable) as error:
        raise Trouble(f"The keys of @{channel.handle} open nothing: {error}") from error


def of_keys(api: str, site: str, vocabulary: str, *, oauth1: bool) -> Account:
    """The account of keys from the environment, or typed in. The app's keys are used where the environment has them."""
    given: dict[str, Any] = known((APP_TOKEN, *CONSUMER, *CLIENT)) | asked(SIGNING if oauth1 else (USER_TOKEN,))
    account = Account("", "", api, site, settings={"vocabulary": vocabulary})
    return replace(account, **given)


def _named(account: Account, exchange: Exchange) -> tuple[Account, list[Told]]:
    """The account with its number and the app's own token, as far as they can be learned."""
    told: list[Told] = []
    try:
        if account.consumer_secret and not account.app_token:
            account = replace(account, app_token=exchange.run(account, LINKINGS["x"].app_token(account)))
        us = exchange.run(account, connector_for("x").who_am_i(account))
    except ConnectorError as error:
        told = [failed(error, "Keys")]
    else:
        account = replace(account, id=us.id, handle=us.handle)
    if not account.app_token:
        told.append(
            Told("unknown", "App", "Without the app's bearer token or consumer pair nothing of it can be asked.")
        )
    return account, told


def _asked(exchange: Exchange, account: Account, title: str, look: Look) -> list[Told]:
    try:
        return exchange.run(account, look)
    except ConnectorError as error:
        return [failed(error, title)]


def _agreed(account: Account) -> bool:
    who = f"@{account.handle}" if account.handle else "the account"
    return typer.confirm(f"Make a post as {who} and delete it again? Everybody can see it for a moment", default=False)


def _print(account: Account, told: list[Told]) -> None:
    console = Console(highlight=False)
    table = Table(title=f"@{escape(account.handle or '?')} at {escape(account.api)}", title_justify="left")
    for heading in ("", "What", "How it stands"):
        table.add_column(heading, overflow="fold")
    for row in told:
        colour = _COLOURS[row.standing]
        table.add_row(f"[{colour}]{row.standing}[/{colour}]", escape(row.about), escape(row.words))
    console.print(table)
