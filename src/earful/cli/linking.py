"""`earful link`: give a running desk an account on X, by keys that its owner already has."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from earful.cli.keys_asked import CONSUMER, LASTING, RENEWING, SIGNING, asked, known
from earful.cli.trouble import Trouble
from earful.cli.up import running
from earful.core.connector import Account, ConnectorError
from earful.core.linking import Grant


def link(data: Path, api: str, site: str, how: Mapping[str, str], *, renews: bool, oauth1: bool) -> None:
    """Ask for the keys, let X say whose they are, and keep them sealed with the channel."""
    os.environ.update(running(data))
    keys = asked(SIGNING if oauth1 else RENEWING if renews else LASTING)
    keys = known(CONSUMER) | keys
    grant = Grant(keys.pop("user_token"), keys.pop("refresh", ""), keys.pop("user_secret", ""))
    import django

    django.setup()
    from earful.channels import linking
    from earful.channels.keys import AppKeys
    from earful.ledger.booking import book_linking

    app = AppKeys(**keys).on(Account("", "", api, site, settings=how))
    try:
        linked = linking.keep("x", app, grant, by="the command line")
    except ConnectorError as error:
        raise Trouble(f"X did not accept the keys: {error.reason}") from error
    book_linking(linked.channel, datetime.now(UTC))
    done = "Linked" if linked.made else "Linked again"
    print(f"{done}: @{linked.channel.handle}. The listener begins within seconds; see the page Channels.")
