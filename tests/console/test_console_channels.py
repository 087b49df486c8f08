"""Channel health: silence is told, numbers open what they count, frames can be read again."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from earful.channels.models import Channel, Hearing
from earful.intake.models import Frame, Gap
from earful.replies.models import Reply


def test_a_silent_ear_is_an_alarm_on_every_page(desk: Client, channel: Channel) -> None:
    Hearing.objects.create(channel=channel, ear="stream", alive_at=timezone.now() - timedelta(minutes=5))
    page = desk.get("/channels/").content.decode()
    assert ">silent<" in page
    assert "5 min ago" in page
    assert "1 alarm" in page


def test_a_hearing_ear_is_no_alarm(desk: Client, channel: Channel) -> None:
    Hearing.objects.create(channel=channel, ear="stream", alive_at=timezone.now(), heard_at=timezone.now())
    page = desk.get("/channels/").content.decode()
    assert "<td>hearing" in page
    assert "alarm" not in page


def test_the_words_of_a_private_answer_are_read_in_its_case_alone(desk: Client, make_case: Any, dario: Any) -> None:
    case = make_case(name="Rosa Lind")
    Reply.objects.create(case=case, agent=dario, route="private", text="Your new PIN is 4711", state="refused")
    page = desk.get("/channels/outbox/refused/").content.decode()
    assert "4711" not in page
    assert f'<a href="/cases/{case.pk}/">to <bdi>Rosa Lind</bdi>: a private answer</a>' in page


def test_a_number_of_the_outbox_opens_what_it_counts(desk: Client, make_case: Any, dario: Any) -> None:
    Reply.objects.create(case=make_case(), agent=dario, route="public", text="stuck here", state="refused")
    assert "<strong>1</strong> refused" in desk.get("/channels/").content.decode()
    assert "stuck here" in desk.get("/channels/outbox/refused/").content.decode()
    assert desk.get("/channels/outbox/draft/").status_code == 404


def test_frames_that_were_put_aside_are_read_again(desk: Client, channel: Channel) -> None:
    now = timezone.now()
    frame = Frame.objects.create(
        channel=channel, ear="stream", body=b"\xff{", heard_at=now, aside_at=now, reason="Not JSON"
    )
    assert "Not JSON" in desk.get("/channels/").content.decode()
    desk.post("/channels/read-again/", {"frame": [str(frame.pk), "x"]})
    frame.refresh_from_db()
    assert frame.aside_at is None


def test_kinds_that_are_new_to_this_version_are_counted_quietly_and_read_again(desk: Client, channel: Channel) -> None:
    now = timezone.now()
    for _ in range(2):
        Frame.objects.create(
            channel=channel, ear="activity", body=b"{}", heard_at=now, aside_at=now, reason="unknown kind: <b>poll</b>"
        )
    page = desk.get("/channels/").content.decode()
    assert "&lt;b&gt;poll&lt;/b&gt;" in page
    assert "2 kept" in page
    assert "Everything that was heard could be read." in page
    desk.post("/channels/read-kinds-again/")
    assert not Frame.objects.exclude(aside_at=None).exists()


def test_what_was_not_heard_is_told_with_its_reason_and_what_is_lost_asks_for_somebody(
    desk: Client, channel: Channel
) -> None:
    now = timezone.now()
    about = {"channel": channel, "ear": "stream", "way": "search", "cause": "The connection <b>broke</b>"}
    Gap.objects.create(**about, since=now - timedelta(hours=2), until=now - timedelta(hours=1), state="filled", posts=7)
    assert "grave" not in gaps(desk)
    assert "&lt;b&gt;broke&lt;/b&gt;" in gaps(desk)
    Gap.objects.create(
        **about, since=now - timedelta(hours=1), until=now, state="partly", reason="It would have cost too much.",
        lost_since=now - timedelta(minutes=50), lost_until=now - timedelta(minutes=20),
    )  # fmt: skip
    assert '<strong class="grave">partly filled</strong>' in gaps(desk)
    assert "It would have cost too much." in gaps(desk)


def test_a_channel_that_heard_everything_tells_of_no_gap(desk: Client, channel: Channel) -> None:
    assert "Not heard" not in desk.get("/channels/").content.decode()


def gaps(desk: Client) -> str:
    """What the page says of gaps."""
    return desk.get("/channels/").content.decode().split("Not heard, last 7 days")[1].split("</table>")[0]
