"""Files on their way out: looked at before, handed over once, carried by exactly one post, and taken away after."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

import scripted
from core.media import files
from earful.cases.models import Case
from earful.core.connector import Request, Response
from earful.people.models import Agent
from earful.replies import attaching, by_hand, keeping, outbox, writing
from earful.replies.attaching import NotAttachable
from earful.replies.checking import check
from earful.replies.models import Delivery, File, Reply, Route
from scripted import Network, answers

PUBLIC, PRIVATE = Route.PUBLIC, Route.PRIVATE
PICTURE = files.png()


def attach(
    case: Case, agent: Agent, content: bytes = PICTURE, *, name: str = "router.png", route: str = PUBLIC
) -> File:
    return attaching.attach(case, agent, route, name, [content])


def send(case: Case, agent: Agent, text: str = "Look here.", route: str = PUBLIC) -> Reply:
    return writing.send(case, agent, route, text, seen_reply=writing.latest_reply_id(case))


def work(network: Network, times: int = 1) -> None:
    for _ in range(times):
        Reply.objects.exclude(due_at=None).update(due_at=timezone.now(), leased_until=None)
        outbox.deliver_due(network.wire().run, limit=1)


def told(reply: Reply) -> tuple[str, str]:
    reply.refresh_from_db()
    return reply.state, reply.reason


def lying() -> list[str]:
    return [path.name for path in keeping.folder().iterdir()]


def in_the_past(of: File, **so_far: object) -> None:
    """Say that the network's hold on a file ended a moment ago."""
    ended = (timezone.now() - timedelta(seconds=1)).isoformat()
    of.refresh_from_db()
    File.objects.filter(pk=of.pk).update(uploading={**of.uploading, "until": ended, **so_far})


def test_a_file_on_a_draft_keeps_what_its_bytes_say_and_a_name_that_can_be_shown(case: Case, dario: Agent) -> None:
    file = attach(case, dario, name="C:\\photos\\my\u202erouter.PNG")
    assert (file.kind, file.media_type, file.width, file.height) == ("picture", "image/png", 640, 480)
    assert file.name == "myrouter.PNG"
    assert file.reply == writing.draft_of(case, dario, PUBLIC)
    with keeping.opened(file.kept) as kept:
        assert kept.read() == PICTURE
    assert "router" not in file.kept


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<svg onload=alert(1)>", "no picture"),
        (files.png()[:20], "damaged"),
        (files.film(seconds=200), "0.5 to 140 seconds"),
        (files.gif(400), "at most 350 frames"),
    ],
)
def test_what_the_network_would_not_take_never_lies_here(case: Case, dario: Agent, content: bytes, says: str) -> None:
    before = lying()
    with pytest.raises(NotAttachable, match=says):
        attach(case, dario, content, name="innocent.png")
    assert (File.objects.count(), lying()) == (0, before)


def test_four_pictures_go_together_and_no_fifth_nor_a_film_beside_them(case: Case, dario: Agent) -> None:
    for _ in range(4):
        attach(case, dario)
    for content, says in ((PICTURE, "at most 4 pictures"), (files.film(), "one kind")):
        with pytest.raises(NotAttachable, match=says):
            attach(case, dario, content)
    attach(case, dario, route=PRIVATE)
    with pytest.raises(NotAttachable, match="one picture"):
        attach(case, dario, route=PRIVATE)


def test_a_picture_goes_out_with_its_description_in_one_post_and_its_bytes_are_taken_away(
    case: Case, dario: Agent, network: Network
) -> None:
    file = attach(case, dario)
    attaching.describe(file, "A router\n with a red light ")
    reply = send(case, dario)
    work(network)
    assert told(reply) == ("sent", "")
    [post] = network.posted
    [(media_id, kept)] = network.media.files.items()
    assert (post["files"], kept.whole, kept.alt) == ([media_id], PICTURE, "A router with a red light")
    assert kept.said == {"media_type": "image/png", "total_bytes": len(PICTURE), "media_category": "tweet_image"}
    file.refresh_from_db()
    assert (file.kept, file.name) == ("", "router.png")


def test_a_file_alone_is_an_answer(case: Case, dario: Agent, network: Network) -> None:
    attach(case, dario)
    reply = send(case, dario, "")
    network.faults = [scripted.lost_after]
    work(network, 2)
    assert told(reply) == ("sent", "")
    assert len(network.posted) == 1


def test_files_go_with_the_first_part_of_a_thread(case: Case, dario: Agent, network: Network) -> None:
    attach(case, dario)
    reply = send(case, dario, "Please take the plug out, wait a minute, and put it in again. " * 10)
    work(network, 3)
    assert told(reply) == ("sent", "")
    assert [len(post["files"]) for post in network.posted] == [1, 0, 0]


def test_a_private_message_carries_one_file(case: Case, dario: Agent, network: Network) -> None:
    attach(case, dario, route=PRIVATE)
    reply = send(case, dario, "Look here.", PRIVATE)
    network.faults = [scripted.lost_after]
    work(network, 2)
    assert told(reply) == ("sent", "")
    [post] = network.posted
    assert (post["private"], len(post["files"])) == (True, 1)
    assert network.media.files[post["files"][0]].said["media_category"] == "dm_image"


def test_a_large_film_goes_in_pieces_and_is_waited_for(
    case: Case, dario: Agent, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = files.film() + bytes(2 * 4_000_000)
    attach(case, dario, film, name="film.mp4")
    network.media.works = 2
    reply = send(case, dario)
    work(network)
    state, reason = told(reply)
    assert (state, network.posted) == ("try_later", [])
    assert "still working on film.mp4" in reason
    assert reply.due_at is not None
    assert 1 < (reply.due_at - timezone.now()).total_seconds() < 4
    File.objects.update(uploading={**File.objects.get().uploading, "ask_at": None})
    work(network)
    File.objects.update(uploading={**File.objects.get().uploading, "ask_at": None})
    work(network)
    assert told(reply) == ("sent", "")
    [kept] = network.media.files.values()
    assert (len(kept.pieces), kept.whole == film) == (3, True)


def test_a_film_that_the_network_cannot_work_on_is_refused_with_its_reason(
    case: Case, dario: Agent, network: Network
) -> None:
    attach(case, dario, files.film())
    network.media.failing = "The sound is odd."
    reply = send(case, dario)
    work(network)
    state, reason = told(reply)
    assert state == "refused"
    assert "The sound is odd." in reason
    assert Case.objects.get().unsent
    assert writing.edit_again(reply, dario).files.count() == 1


STEPS = 5  # begin, fill, close, describe, post


@pytest.mark.parametrize("step", range(STEPS))
@pytest.mark.parametrize(
    "fault",
    [scripted.lost_before, scripted.lost_on_the_way, answers(503, b""), answers(429, b"")],
    ids=["never left", "lost", "503", "429"],
)
def test_whatever_step_fails_the_file_is_handed_over_once_and_one_post_comes_of_it(
    case: Case, dario: Agent, network: Network, step: int, fault: scripted.Fault
) -> None:
    attaching.describe(attach(case, dario), "A router")
    reply = send(case, dario)
    well = [lambda network, request: network.do(request)] * step
    network.step_faults = [*well, fault] if step < STEPS - 1 else []
    network.faults = [fault] if step == STEPS - 1 else []
    work(network, 6)
    assert told(reply) == ("sent", "")
    assert (network.texts, len(network.posted[0]["files"])) == (["Look here."], 1)
    assert network.media.started == 1


@pytest.mark.parametrize("step", range(STEPS))
def test_a_worker_that_dies_after_any_step_leaves_one_post_in_the_end(
    case: Case, dario: Agent, network: Network, step: int
) -> None:
    class Killed(BaseException):
        pass

    def killed(network: Network, request: Request) -> Response:
        network.do(request) if request.path.startswith("/2/media/") else network.take(request)
        raise Killed

    attaching.describe(attach(case, dario), "A router")
    reply = send(case, dario)
    network.step_faults = [lambda network, request: network.do(request)] * step + [killed] * (step < STEPS - 1)
    network.faults = [killed] * (step == STEPS - 1)
    with pytest.raises(Killed):
        outbox.deliver_due(network.wire().run)
    outbox.take_over()
    work(network, 2)
    assert told(reply) == ("sent", "")
    assert (network.texts, len(network.posted[0]["files"])) == (["Look here."], 1)
    assert len(network.media.files) <= 2
    assert Delivery.objects.filter(outcome="sent").count() == 1


def test_what_the_network_kept_too_long_is_handed_over_anew(case: Case, dario: Agent, network: Network) -> None:
    file = attach(case, dario)
    reply = send(case, dario)
    network.faults = [scripted.too_many(minutes=1)]
    work(network)
    in_the_past(file)
    work(network)
    assert told(reply) == ("sent", "")
    assert network.media.started == 2


def test_what_the_network_lost_hold_of_is_handed_over_anew_but_not_for_ever(
    case: Case, dario: Agent, network: Network
) -> None:
    attach(case, dario)
    reply = send(case, dario)

    def loses(network: Network, request: Request) -> Response:
        network.media.files.clear()
        return network.take(request)

    network.faults = [loses]
    work(network, 2)
    assert told(reply) == ("sent", "")
    attach(case, dario)
    again = send(case, dario, "And here.")
    network.faults = [loses] * 10
    work(network, 10)
    assert told(again)[0] == "refused"
    assert (len(network.posted), network.media.started) == (1, 5)


def test_bytes_that_are_gone_are_told_and_stop_no_worker(case: Case, dario: Agent, network: Network) -> None:
    keeping.drop(attach(case, dario).kept)
    reply = send(case, dario)
    work(network)
    assert told(reply)[0] == "refused"
    assert "Attach it again" in reply.reason


def test_files_or_an_invitation_not_both(case: Case, dario: Agent) -> None:
    attach(case, dario)
    draft = writing.keep_draft(case, dario, PUBLIC, "Hi", writing.Aside(invite=True))
    assert "not both" in check(case, PUBLIC, "Hi", draft).problems[0]


def test_a_description_is_asked_for_softly(case: Case, dario: Agent) -> None:
    file = attach(case, dario)
    assert check(case, PUBLIC, "Hi", file.reply).undescribed == ["router.png"]
    attaching.describe(file, "A router")
    assert check(case, PUBLIC, "Hi", file.reply).undescribed == []


def test_what_is_taken_off_or_sent_is_as_it_was_to_nobody_else(case: Case, dario: Agent, network: Network) -> None:
    file = attach(case, dario)
    attaching.take_off(file)
    assert (File.objects.count(), file.kept in lying()) == (0, False)
    sent = attach(case, dario)
    send(case, dario)
    attaching.take_off(sent)
    attaching.describe(sent, "Too late")
    sent.refresh_from_db()
    assert (sent.alt, sent.kept in lying()) == ("", True)


def test_what_nobody_came_back_to_and_what_belongs_to_nothing_is_swept_away(case: Case, dario: Agent) -> None:
    old, young = attach(case, dario), attach(case, dario, route=PRIVATE)
    orphan = keeping.put([b"left behind"])
    assert attaching.sweep() == 0
    Reply.objects.filter(pk=old.reply_id).update(changed_at=timezone.now() - attaching.ABANDONED - timedelta(days=1))
    aged = (timezone.now() - attaching.ORPHANED - timedelta(hours=1)).timestamp()
    for name in (orphan, young.kept):
        os.utime(keeping.folder() / name, (aged, aged))
    assert attaching.sweep() == 2
    assert (old.kept in lying(), young.kept in lying(), orphan in lying()) == (False, True, False)
    old.refresh_from_db()
    assert "Attach it again" in str(check(case, PUBLIC, "Hi", old.reply).problems).replace("attach", "Attach")


def test_by_hand_the_words_travel_and_the_files_stay_until_it_is_seen(case: Case, dario: Agent) -> None:
    file = attach(case, dario)
    link = by_hand.answer_by_hand(case, dario, PUBLIC, "Look here.")
    assert "text=Look" in link
    file.refresh_from_db()
    assert (file.reply.state, file.kept in lying()) == ("by_hand", True)
