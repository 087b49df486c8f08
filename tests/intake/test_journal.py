"""The journal and the cursor move together, or not at all."""

from contextlib import suppress

from django.db import transaction

from building import carried
from earful.channels.models import Channel, Hearing
from earful.intake import journal
from earful.intake.belts.postgres import PostgresBelt


def test_frames_and_cursor_are_kept_together(channel: Channel) -> None:
    hearing = Hearing.objects.create(channel=channel, ear="mentions", cursor="10")
    journal.keep(PostgresBelt(), hearing, [b"one", b"two"], "20")
    assert [bytes(frame.body) for frame in journal.waiting().order_by("id")] == [b"one", b"two"]
    fresh = Hearing.objects.get()
    assert (fresh.cursor, fresh.silent) == ("20", False)
    assert fresh.heard_at is not None


def test_a_sign_of_life_moves_the_cursor_and_puts_nothing_on_the_belt(
    channel: Channel,
) -> None:
    hearing = Hearing.objects.create(channel=channel, ear="mentions")
    journal.keep(PostgresBelt(), hearing, [], "20")
    fresh = Hearing.objects.get()
    assert (fresh.cursor, fresh.heard_at, fresh.silent) == ("20", None, False)
    assert not journal.waiting().exists()


def test_a_transaction_that_is_rolled_back_moves_nothing(channel: Channel) -> None:
    hearing = Hearing.objects.create(channel=channel, ear="mentions", cursor="10")
    with suppress(ZeroDivisionError), transaction.atomic():
        journal.keep(PostgresBelt(), hearing, [b"one"], "20")
        raise ZeroDivisionError
    assert Hearing.objects.get().cursor == "10"
    assert not journal.waiting().exists()


def test_only_what_waits_can_be_read_and_only_what_went_aside_read_again(channel: Channel) -> None:
    belt = PostgresBelt()
    belt.put(carried(channel, [b"one"]))
    waiting = journal.waiting().get()
    assert journal.read_again([waiting.pk]) == 0
    with belt.take(1) as [frame]:
        belt.aside([(frame, "why\x00not" + "!" * 600)])
    kept = journal.aside().get()
    assert (kept.reason[:7], len(kept.reason)) == ("why\ufffdnot", 500)
