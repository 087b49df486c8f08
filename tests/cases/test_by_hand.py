"""A case made by hand: opened or joined by the rules of filing, once, and with the name of who did it."""

import threading

import pytest
from django.db import transaction
from django.utils import timezone

from building import LUMEN, NINA, TOMAS, Person, agent, at_once, brand, hear, minutes_ago, next_id, said
from earful.cases.by_hand import NotForACase, make_case
from earful.cases.models import Case, Message
from earful.channels.models import Channel
from earful.core import post as core
from earful.core.triage import judge
from earful.people.models import Agent
from earful.posts.models import Post
from earful.posts.store import Heard, forget, store, take_turns


@pytest.fixture
def channel(db: None) -> Channel:
    return brand()


@pytest.fixture
def dario(db: None) -> Agent:
    return agent("dario")


def overheard(channel: Channel, text: str = "my router is dead", who: Person = NINA, **fields: str) -> Post:
    """A post that was kept and is in no case, as a rule that opens none leaves it."""
    post_id = next_id()
    author = core.Author(who.id, who.handle, who.name, followers=who.followers)
    post = core.Post(
        **{
            "network": "x", "id": post_id, "author": author, "text": text, "created_at": minutes_ago(5),
            "root": post_id, **fields,
        }
    )  # fmt: skip
    with transaction.atomic():
        rows = store([Heard(channel.pk, post, who is LUMEN, judge(text))], timezone.now())
    return Post.objects.get(pk=rows[post_id].id)


def test_a_post_becomes_a_case_of_its_author_owned_by_who_made_it(channel: Channel, dario: Agent) -> None:
    made = make_case(overheard(channel), by=dario)
    case = Case.objects.get()
    assert made.opened
    assert made.case == case
    assert (case.customer.handle, case.owner, case.status, case.unanswered) == ("nina_okafor", dario, "open", 1)
    assert case.waiting_since is not None
    events = [(event.kind, event.agent, event.detail.get("reason", "")) for event in case.events.order_by("pk")]
    assert events == [("opened", dario, "by hand"), ("assigned", dario, "")]


def test_it_joins_the_open_case_of_its_author_whose_owner_stays(channel: Channel, dario: Agent) -> None:
    hear(channel, said(NINA, "@LumenHelp no signal", at=minutes_ago(30)))
    case, mara = Case.objects.get(), agent("mara")
    assert case.assign(mara, by=mara, taken_from=None)
    made = make_case(overheard(channel), by=dario)
    case.refresh_from_db()
    assert (made.opened, made.case, case.owner, case.unanswered) == (False, case, mara, 2)
    assert case.events.get(kind="brought_in").agent == dario


def test_a_post_that_is_in_a_case_leads_there_and_changes_nothing(channel: Channel, dario: Agent) -> None:
    post = overheard(channel)
    first = make_case(post, by=dario)
    again = make_case(post, by=agent("mara"))
    assert (again.case, again.opened) == (first.case, False)
    assert Case.objects.get().owner == dario
    assert first.case.events.count() == 2


def test_who_spoke_under_anothers_case_gets_a_case_of_their_own(channel: Channel, dario: Agent) -> None:
    root = next_id()
    hear(channel, said(TOMAS, "@LumenHelp no signal", id=root))
    made = make_case(overheard(channel, "same here", root=root, reply_to=root), by=dario)
    assert made.opened
    assert Message.objects.get(case=made.case).role == "customer"


def test_what_looks_like_spam_is_a_case_all_the_same_when_an_agent_says_so(channel: Channel, dario: Agent) -> None:
    text = "Guaranteed returns! DM me on WhatsApp to double your bitcoin"
    assert judge(text).spam
    assert make_case(overheard(channel, text), by=dario).case.status == "open"


def test_an_ignored_post_that_becomes_a_case_is_ignored_no_longer(channel: Channel, dario: Agent) -> None:
    post = overheard(channel)
    Post.objects.update(ignored_at=timezone.now(), ignored_by=dario)
    make_case(post, by=dario)
    post.refresh_from_db()
    assert (post.ignored_at, post.ignored_by) == (None, None)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"reposts": "17"}, "carries on another"),
        ({"who": LUMEN}, "our own post"),
    ],
)
def test_some_posts_never_become_a_case_and_it_is_said_what_to_do(
    channel: Channel, dario: Agent, fields: dict[str, str], says: str
) -> None:
    with pytest.raises(NotForACase, match=says):
        make_case(overheard(channel, **fields), by=dario)
    assert not Case.objects.exists()


def test_a_deleted_post_never_becomes_a_case(channel: Channel, dario: Agent) -> None:
    post = overheard(channel)
    Post.objects.update(deleted_at=timezone.now())
    with pytest.raises(NotForACase, match="deleted"):
        make_case(post, by=dario)


def test_the_case_is_answered_by_another_channel_when_the_one_that_heard_it_is_gone(
    channel: Channel, dario: Agent
) -> None:
    post = overheard(channel)
    other = brand(account_id="9000000002", handle="LumenDE")
    channel.delete()
    assert make_case(post, by=dario).case.channel == other
    Case.objects.all().delete()
    other.delete()
    with pytest.raises(NotForACase, match="Link one"):
        make_case(Post.objects.get(pk=post.pk), by=dario)


def test_a_post_that_is_being_deleted_becomes_no_case(transactional_db: None) -> None:
    post, dario, begun = overheard(brand()), agent(), threading.Event()

    def delete() -> None:
        with transaction.atomic():
            take_turns(forgetting=True)
            forget("x", [post.network_id], timezone.now())
            begun.set()
            # Long enough for the agent to come as far as they can.
            threading.Event().wait(0.3)

    def ask() -> None:
        assert begun.wait(10)
        make_case(post, by=dario)

    deleted, refused = at_once(delete, ask)
    assert deleted is None
    assert isinstance(refused, NotForACase)
    assert not Case.objects.exists()


def test_of_agents_who_make_a_case_at_once_one_opens_it(transactional_db: None) -> None:
    channel = brand()
    agents = [agent(f"agent{number}") for number in range(4)]
    posts = [overheard(channel), overheard(channel, "and the phone, too")]
    calls = [lambda one=one, who=who: make_case(one, by=who) for who in agents for one in posts]
    made = at_once(*calls)
    assert len({each.case.pk for each in made}) == Case.objects.count() == 1
    assert sum(each.opened for each in made) == 1
    assert Message.objects.count() == 2
    assert Case.objects.get().unanswered == 2
