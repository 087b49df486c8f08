"""A watch in a process of its own, killed by SIGKILL in the middle of telling: the next one tells it, once."""

import signal

import pytest
from django.db import connection, transaction

from building import NINA, brand, hear, minutes_ago, said
from earful.spikes.models import Counted, Hour, Spike
from earful.spikes.watching import Watch
from killed import begun
from on_pretend import until
from spikes.storm import later, storm

LOOK = """
from django.utils import timezone
from earful.spikes.watching import Watch
Watch().look(timezone.now())
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["spikes_hour", "spikes_spike", "spikes_counted"])
def test_a_watch_killed_while_it_writes_has_told_nothing_and_the_next_tells_all(table: str) -> None:
    channel = brand()
    hear(channel, said(NINA, "@LumenHelp good morning", at=minutes_ago(150)))
    storm(channel)
    with transaction.atomic():
        # The process comes to writing this, and no further.
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        process = begun(LOOK)
        until(lambda: asked("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)"))
        process.kill()
        assert process.wait(30) == -signal.SIGKILL
    until(lambda: not asked(_WORKING))
    assert not Spike.objects.exists()
    Watch().look(later(0))
    Watch().look(later(0))
    assert (Spike.objects.count(), Counted.objects.count()) == (1, 14)
    assert Hour.objects.filter(kind="desk").count() == Hour.objects.filter(kind="desk").distinct("hour").count()


def asked(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return bool(cursor.fetchone()[0])


# The server notices a dead process when it next reads from it.
_WORKING = """SELECT EXISTS (
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
)"""
