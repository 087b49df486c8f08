"""The keys that lay with each channel move into its credentials, sealed as before."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from earful.channels.access import account_of
from earful.channels.models import Channel
from earful.vault import seal

BEFORE, AFTER = ("channels", "0001_initial"), ("channels", "0003_drop_the_old_tokens")


@pytest.fixture
def _old_tables(transactional_db: None):  # type: ignore[no-untyped-def]  # a generator of nothing
    """The tables as they were, and afterwards as they are."""
    MigrationExecutor(connection).migrate([BEFORE])
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.usefixtures("_old_tables")
def test_old_tokens_open_as_they_did_and_a_lost_one_asks_to_be_linked_again() -> None:
    old = MigrationExecutor(connection).loader.project_state([BEFORE]).apps.get_model("channels", "Channel")
    named = {"network": "x", "api": "http://127.0.0.1:9", "site": "http://127.0.0.1:9"}
    good = {"app_token_sealed": seal("app-key"), "user_token_sealed": seal("user-key")}
    old.objects.create(account_id="1", handle="Good", **good, **named)
    old.objects.create(account_id="2", handle="Lost", app_token_sealed="gone", user_token_sealed="gone", **named)
    MigrationExecutor(connection).migrate([AFTER])
    account = account_of(Channel.objects.get(handle="Good"))
    assert (account.app_token, account.user_token) == ("app-key", "user-key")
    assert [channel.handle for channel in Channel.objects.linked()] == ["Good"]
