"""Posts are heard in any order; what counts is when each was written."""

from test_reading_posts import roles

from building import LUMEN, NINA, brand, carried, deletion, hear, minutes_ago, next_id, said
from earful.cases.models import Case
from earful.channels.models import Channel
from earful.intake.belts.memory import MemoryBelt
from earful.intake.reader import Reader
from earful.posts.models import Post


def asks(root: str, text: str = "@LumenHelp no signal", *, minutes: float = 9) -> bytes:
    """Nina begins the thread `root`."""
    return said(NINA, text, id=root, at=minutes_ago(minutes))


def adds(root: str, text: str, *, minutes: float) -> bytes:
    """Nina writes on under her own post."""
    return said(NINA, text, answers=root, answers_person=NINA, root=root, at=minutes_ago(minutes))


def replies(root: str, *, minutes: float, id: str = "", under: str = "") -> bytes:
    """We answer in the thread `root`."""
    answered = {"answers": under or root, "answers_person": LUMEN if under else NINA}
    return said(LUMEN, "Which street?", id=id or next_id(), root=root, at=minutes_ago(minutes), **answered)


def test_our_answer_heard_before_the_post_that_it_answers_answers_it(channel: Channel) -> None:
    root = next_id()
    hear(channel, replies(root, minutes=5))
    assert not Case.objects.exists()
    tally = hear(channel, asks(root))
    case = Case.objects.get()
    assert (tally.opened, tally.joined) == (1, 1)
    assert roles(case) == [("customer", "@LumenHelp no signal"), ("ours", "Which street?")]
    assert (case.status, case.waiting_since, case.unanswered) == ("waiting", None, 0)
    assert case.first_answered_at == case.last_answered_at == Post.objects.get(ours=True).created_at


def test_an_answer_in_parts_heard_before_the_post_that_it_answers_joins_whole(channel: Channel) -> None:
    root, first = next_id(), next_id()
    hear(channel, replies(root, minutes=4, under=first), replies(root, minutes=5, id=first))
    hear(channel, asks(root))
    assert [role for role, _ in roles(Case.objects.get())] == ["customer", "ours", "ours"]


def test_a_later_part_of_our_answer_heard_first_joins_with_the_earlier(channel: Channel) -> None:
    root, first = next_id(), next_id()
    hear(channel, replies(root, minutes=4, under=first))
    hear(channel, asks(root), replies(root, minutes=5, id=first))
    assert [role for role, _ in roles(Case.objects.get())] == ["customer", "ours", "ours"]


def test_our_answer_that_was_deleted_before_the_post_was_heard_is_no_answer(channel: Channel) -> None:
    root, ours = next_id(), next_id()
    hear(channel, replies(root, minutes=5, id=ours))
    hear(channel, deletion(ours))
    hear(channel, asks(root))
    assert Case.objects.waiting_on_us().exists()


def test_a_post_written_before_our_answer_and_heard_after_it_is_answered(channel: Channel) -> None:
    root = next_id()
    hear(channel, asks(root), replies(root, minutes=3))
    hear(channel, adds(root, "Mill Lane", minutes=5))
    case = Case.objects.get()
    assert (case.status, case.waiting_since, case.unanswered) == ("waiting", None, 0)
    assert [role for role, _ in roles(case)] == ["customer", "customer", "ours"]


def test_a_post_written_after_our_answer_waits_alone_whatever_is_heard_late(channel: Channel) -> None:
    root = next_id()
    hear(channel, asks(root), replies(root, minutes=5), adds(root, "and now?", minutes=2))
    hear(channel, adds(root, "Mill Lane", minutes=7))
    case = Case.objects.get()
    assert (case.category, case.unanswered) == ("open", 1)
    assert case.waiting_since == Post.objects.get(text="and now?").created_at


def test_the_snippet_keeps_the_newest_words_whatever_is_heard_last(channel: Channel) -> None:
    root = next_id()
    hear(channel, asks(root), adds(root, "newest", minutes=2))
    hear(channel, adds(root, "older", minutes=5))
    assert Case.objects.get().snippet == "newest"


def test_words_older_than_our_answer_are_the_newest_if_the_customer_said_nothing_later(channel: Channel) -> None:
    root = next_id()
    hear(channel, asks(root), replies(root, minutes=2))
    hear(channel, adds(root, "Mill Lane", minutes=5))
    assert Case.objects.get().snippet == "Mill Lane"


def test_a_case_whose_words_were_all_deleted_waits_for_nobody(channel: Channel) -> None:
    root = next_id()
    hear(channel, asks(root, "@LumenHelp a cable is on fire"))
    assert Case.objects.get().points > 0
    hear(channel, deletion(root))
    case = Case.objects.get()
    assert (case.waiting_since, case.unanswered, case.points, case.reasons, case.signals) == (None, 0, 0, [], [])
    assert case.rank_at == case.touched_at
    assert [event.kind for event in case.events.order_by("pk")] == ["opened", "deleted"]
    assert not Case.objects.waiting_on_us().exists()


def test_a_case_with_words_left_still_waits(channel: Channel) -> None:
    root = next_id()
    hear(channel, asks(root), adds(root, "anybody?", minutes=2))
    hear(channel, deletion(root))
    assert Case.objects.waiting_on_us().exists()


def test_a_post_whose_deletion_came_first_waits_for_nobody(channel: Channel) -> None:
    root = next_id()
    hear(channel, deletion(root))
    hear(channel, asks(root, "@LumenHelp a cable is on fire"))
    case = Case.objects.get()
    assert (case.waiting_since, case.signals, case.points) == (None, [], 0)


def test_a_channel_that_changed_is_read_as_it_is_now_without_a_restart(channel: Channel) -> None:
    belt, gone = MemoryBelt(), brand(account_id="9000000002", handle="LumenOld")
    reader = Reader(belt, channels_seconds=0.0)
    belt.put(carried(gone, [b'{"meta": {}}']))
    assert reader.read_batch().aside == 0
    left = carried(gone, [said(NINA, "@LumenHelp hello?")])
    gone.delete()
    belt.put(left)
    reader.read_batch()
    assert belt.set_aside[0][1] == "the channel that heard it is gone"
