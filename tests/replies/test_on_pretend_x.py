"""The outbox against the pretend X: files, lost answers, refusals, deeds; and a worker killed between any two steps."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from killed_worker import killed_at

from building import hear
from core.media import files
from earful.cases.models import Case
from earful.channels import access
from earful.channels.models import Channel
from earful.people.models import Agent
from earful.replies import attaching, deeds, outbox, writing
from earful.replies.checking import check
from earful.replies.models import Act, Delivery, File, Reply
from on_pretend import linked_to, listen
from sandbox.practice import Brand, Practice, practice

LONG = "Please take the plug out, wait a minute, and put it in again. " * 10


@pytest.fixture(scope="module")
def pretend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with practice(tmp_path_factory.mktemp("outbox") / "practice.db") as running:
        running.say("uploads/work", {"seconds": 0.2})
        yield running


_numbers = iter(range(1, 10_000))


@pytest.fixture
def us(pretend: Practice) -> Brand:
    return pretend.brand(f"Lumen{next(_numbers)}")


@pytest.fixture
def channel(db: None, us: Brand) -> Channel:
    return linked_to(us)


@pytest.fixture
def nina() -> str:
    """The handle of a customer."""
    return f"nina{next(_numbers)}"


@pytest.fixture
def case(channel: Channel, pretend: Practice, us: Brand, nina: str) -> Case:
    """Somebody named us on the pretend X, and we heard of it."""
    pretend.post(nina, f"@{us.username} my router is dead")
    listen(channel)
    return Case.objects.get()


def send(case: Case, agent: Agent, text: str, content: bytes = b"", alt: str = "") -> Reply:
    if content:
        file = attaching.attach(case, agent, "public", "router.png", [content])
        attaching.describe(file, alt)
    return writing.send(case, agent, "public", text, seen_reply=writing.latest_reply_id(case))


def work_until_settled(reply: Reply, seconds: float = 20.0) -> str:
    """Let a worker go on, without the pauses that it would make; how the reply ends."""
    until = time.monotonic() + seconds
    with access.exchange() as wire:
        while reply.state not in ("sent", "confirmed", "refused"):
            assert time.monotonic() < until, f"still {reply.state}: {reply.reason}"
            Reply.objects.exclude(due_at=None).update(due_at=timezone.now(), leased_until=None)
            for file in reply.files.filter(uploading__ask_at__isnull=False):
                File.objects.filter(pk=file.pk).update(uploading={**file.uploading, "ask_at": None})
            outbox.deliver_due(wire.run)
            reply.refresh_from_db()
            time.sleep(0.05)
    return reply.state


def posted(pretend: Practice, us: Brand) -> list[dict[str, Any]]:
    """What stands on our timeline, oldest first."""
    fields = {"tweet.fields": "attachments,referenced_tweets,entities", "expansions": "attachments.media_keys"}
    answer = us.user.get(f"/2/users/{us.id}/tweets", params={**fields, "media.fields": "alt_text,type"})
    said = answer.raise_for_status().json()
    media = {each["media_key"]: each for each in said.get("includes", {}).get("media", [])}
    found = said.get("data", [])
    for post in found:
        post["files"] = [media[key] for key in post.get("attachments", {}).get("media_keys", [])]
    return found[::-1]


def test_a_picture_with_its_description_is_on_the_post(case: Case, dario: Agent, pretend: Practice, us: Brand) -> None:
    reply = send(case, dario, "It is the left one.", files.png(), "A router with a red light")
    assert work_until_settled(reply) == "sent"
    [post] = posted(pretend, us)
    assert post["text"].startswith("It is the left one.")
    assert [(each["type"], each["alt_text"]) for each in post["files"]] == [("photo", "A router with a red light")]


@pytest.mark.parametrize("content", [files.gif(), files.film()], ids=["animation", "film"])
def test_what_moves_is_waited_for(case: Case, dario: Agent, pretend: Practice, us: Brand, content: bytes) -> None:
    assert work_until_settled(send(case, dario, "Look here.", content)) == "sent"
    assert len(posted(pretend, us)[0]["files"]) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", range(6))
def test_a_worker_killed_between_any_two_steps_of_a_media_reply_leaves_one_post(
    transactional_db: None, case: Case, dario: Agent, pretend: Practice, us: Brand, moment: str, number: int
) -> None:
    """Begin, fill, close, describe, post: the sixth request is never made, and nobody is killed there."""
    reply = send(case, dario, "It is the left one.", files.png(), "A router")
    assert killed_at(moment, number) == (number < 5)
    outbox.take_over()
    assert work_until_settled(reply) == "sent"
    [post] = posted(pretend, us)
    assert [each["alt_text"] for each in post["files"]] == ["A router"]
    assert post["id"] == reply.sent[0]["id"]
    assert Delivery.objects.filter(outcome="sent").count() == 1


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", range(3))
def test_a_worker_killed_between_any_two_parts_of_a_thread_leaves_each_once(
    transactional_db: None, case: Case, dario: Agent, pretend: Practice, us: Brand, moment: str, number: int
) -> None:
    thread = send(case, dario, LONG)
    assert killed_at(moment, number)
    outbox.take_over()
    assert work_until_settled(thread) == "sent"
    assert [post["text"] for post in posted(pretend, us)] == thread.parts


@pytest.mark.parametrize("part", range(3))
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "lost_answer"},
        {"kind": "lost_request"},
        {"kind": "garbage"},
        {"kind": "status", "status": 503},
        {"kind": "refuse_after", "status": 403, "body": {"detail": "Already there: duplicate content."}},
        {"kind": "refuse_after", "status": 500},
    ],
    ids=["lost answer", "lost request", "garbage", "503", "duplicate", "500"],
)  # fmt: skip
def test_whatever_goes_wrong_at_any_part_of_a_thread_each_part_stands_once_in_order(
    case: Case, dario: Agent, pretend: Practice, us: Brand, part: int, fault: dict[str, Any]
) -> None:
    thread = send(case, dario, LONG, files.png(), "A router")
    with access.exchange() as wire:
        for _ in range(part):
            outbox.deliver_due(wire.run, limit=1)
    pretend.say("faults", {"on": "POST /2/tweets", "username": us.username, **fault})
    assert work_until_settled(thread) == "sent"
    found = posted(pretend, us)
    assert [post["id"] for post in found] == [sent["id"] for sent in thread.sent]
    assert [len(post["files"]) for post in found] == [1, 0, 0]
    above = [reference["id"] for post in found for reference in post["referenced_tweets"]]
    assert above[1:] == [post["id"] for post in found[:-1]]


def test_a_picture_alone_whose_answer_was_lost_is_found_again(
    case: Case, dario: Agent, pretend: Practice, us: Brand
) -> None:
    reply = send(case, dario, "", files.png())
    pretend.say("faults", {"on": "POST /2/tweets", "username": us.username, "kind": "lost_answer"})
    assert work_until_settled(reply) == "sent"
    [post] = posted(pretend, us)
    assert post["id"] == reply.sent[0]["id"]
    assert list(Delivery.objects.order_by("pk").values_list("looked", flat=True)) == [False, True]


def test_a_private_message_carries_a_picture_to_whom_we_may_write(
    case: Case, dario: Agent, pretend: Practice, us: Brand, nina: str
) -> None:
    pretend.say("messages", {"from": nina, "to": us.username, "text": "Here, then."})
    file = attaching.attach(case, dario, "private", "router.png", [files.png()])
    reply = writing.send(case, dario, "private", "Like this?", seen_reply=0)
    pretend.say("faults", {"on": "POST /2/dm_conversations", "username": us.username, "kind": "lost_answer"})
    assert work_until_settled(reply) == "sent"
    path = f"/2/dm_conversations/with/{case.customer.account_id}/dm_events"
    events = us.user.get(path, params={"dm_event.fields": "text,attachments,sender_id"}).json()["data"]
    ours = [event for event in events if event["sender_id"] == us.id]
    assert len(ours) == 1
    assert len(ours[0]["attachments"]["media_keys"]) == 1
    file.refresh_from_db()
    assert file.kept == ""


def test_who_is_left_out_is_not_told_and_who_is_left_in_is(
    case: Case, dario: Agent, pretend: Practice, us: Brand, nina: str
) -> None:
    in_, out = (pretend.brand(f"Bystander{next(_numbers)}") for _ in range(2))
    pretend.post(nina, f"@{us.username} @{in_.username} @{out.username} see this")
    listen(case.channel)
    notified = {person.handle: person.id for person in check(case, "public", "Hi", None).notifies}
    assert notified == {in_.username: in_.id, out.username: out.id}
    aside = writing.Aside(frozenset({out.id}), invite=True)
    reply = writing.send(case, dario, "public", "Write to us.", seen_reply=0, aside=aside)
    assert work_until_settled(reply) == "sent"
    told = {each.username: mentions(each) for each in (in_, out)}
    assert [reply.sent[0]["id"] in posts for posts in told.values()] == [True, False]


def mentions(account: Brand) -> list[str]:
    """The posts of which somebody is told."""
    answer = account.user.get(f"/2/users/{account.id}/mentions")
    return [post["id"] for post in answer.raise_for_status().json().get("data", [])]


def test_our_post_is_deleted_there_whatever_happens_to_the_worker(
    transactional_db: None, case: Case, dario: Agent, pretend: Practice, us: Brand
) -> None:
    reply = send(case, dario, "Yesterday.")
    assert work_until_settled(reply) == "sent"
    act = deeds.ask(case, dario, "delete", reply.sent[0]["id"])
    assert killed_at("after", 0)
    outbox.take_over()
    with access.exchange() as wire:
        assert deeds.do_due(wire.run) == 1
    act.refresh_from_db()
    assert (act.state, posted(pretend, us)) == ("done", [])
    assert case.events.filter(kind="post_deleted").count() == 1


def test_a_strangers_answer_is_hidden_in_our_thread_and_nowhere_else(
    case: Case, dario: Agent, pretend: Practice, us: Brand, nina: str
) -> None:
    root = us.user.post("/2/tweets", json={"text": "A new tariff!"}).json()["data"]["id"]
    fields = {"tweet.fields": "author_id,conversation_id,created_at", "expansions": "author_id"}
    hear(case.channel, us.app.get(f"/2/tweets/{root}", params=fields).content)
    pretend.post(nina, f"@{us.username} for me too?", reply_to=root)
    troll = pretend.post(f"troll{next(_numbers)}", f"@{us.username} all liars", reply_to=root)["id"]
    listen(case.channel)
    theirs = Case.objects.get(messages__post__network_id=troll)
    assert deeds.possible(theirs)["hide"] == {troll}
    deeds.ask(theirs, dario, "hide", troll)
    nowhere = case.messages.order_by("pk")[0].post.network_id
    elsewhere = Act.objects.create(case=case, agent=dario, kind="hide", network_id=nowhere)
    with access.exchange() as wire:
        deeds.do_due(wire.run)
    assert deeds.possible(theirs)["unhide"] == {troll}
    elsewhere.refresh_from_db()
    assert (elsewhere.state, "conversation that we began" in elsewhere.reason) == ("refused", True)
