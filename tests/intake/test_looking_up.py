"""People of whom a case came are looked up, in hundreds, once a day; nobody else is, and cases look right meanwhile."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from building import LUMEN, NINA, TOMAS, Person, brand, hear, item, next_id, said
from building import _frame as frame
from earful.cases.models import Case, Stranger
from earful.channels.models import Channel
from earful.core.connector import Account, Request, Response
from earful.core.language.parser import parse
from earful.core.spending import Purpose
from earful.intake.looking_up import look_up
from earful.ledger.models import Entry, Rest
from earful.people.models import Identity
from earful.posts import searching
from earful.posts.models import Post
from earful.posts.remembering import remembered
from earful.rules import book
from earful.rules.models import ListeningRule, Match
from earful.wire import Exchange
from scripted import reply

AT_ONCE = timedelta(0)
OTHER = Person("77", "Other", "Another account of ours")


class Register(Exchange):
    """A network that knows these people; what it was asked for is written down."""

    def __init__(self, *people: Person) -> None:
        super().__init__()
        self.people = {person.id: person for person in people}
        self.asked: list[list[str]] = []
        self.refusal: Response | None = None

    def ask(self, account: Account, request: Request) -> Response:
        assert (request.path, request.token) == ("/2/users", "user")
        ids = request.params["ids"].split(",")
        self.asked.append(ids)
        return self.refusal or reply(200, {"data": [_user(self.people[one]) for one in ids if one in self.people]})


def _user(person: Person) -> dict[str, Any]:
    metrics = {"followers_count": person.followers, "tweet_count": 9}
    told = {"description": "A doctor", "receives_your_dm": True, "public_metrics": metrics}
    return {"id": person.id, "username": person.handle, "name": person.name, **told}


def alone(person: Person, text: str, **fields: Any) -> bytes:
    """A line of the stream as it is asked for: without the people around it."""
    return frame({"data": item(person, text, **fields)})


def look(network: Register) -> bool:
    return look_up(network.run, gather=AT_ONCE)


def crowd(count: int) -> list[Person]:
    return [Person(str(70_000 + n), f"person_{n}", f"Person {n}") for n in range(count)]


def test_somebody_with_a_new_case_gets_their_name_and_the_case_its_priority(channel: Channel) -> None:
    famous = replace(NINA, followers=2_000_000)
    hear(channel, alone(famous, "@LumenHelp my router is dead"))
    case = Case.objects.get()
    before = case.points
    assert (case.customer.shown_name, case.customer.handle) == ("Someone on X", "")
    assert look(Register(famous))
    case = Case.objects.get()
    assert (case.customer.shown_name, case.customer.handle) == ("Nina Okafor", "nina_okafor")
    assert case.points > before
    assert any("follow" in reason for reason, _ in case.reasons)


def test_who_writes_without_a_case_is_not_looked_up(channel: Channel) -> None:
    ListeningRule.objects.create(name="quiet", text="lumen", opens_cases=False)
    book.look_again()
    hear(channel, alone(TOMAS, "lumen lumen"))
    assert Post.objects.count() == 1
    assert not look(Register(TOMAS))


def test_a_hundred_share_a_question(channel: Channel) -> None:
    people = crowd(150)
    hear(channel, *[alone(person, "@LumenHelp help") for person in people])
    network = Register(*people)
    while look(network):
        pass
    assert [len(ids) for ids in network.asked] == [100, 50]
    assert not Identity.objects.filter(handle="", cases__isnull=False).exists()
    assert Entry.objects.filter(kind="user", purpose=Purpose.ENRICHMENT).count() == 150


def test_nobody_is_looked_up_twice_on_a_day(channel: Channel) -> None:
    network = Register(NINA)
    hear(channel, alone(NINA, "@LumenHelp one"))
    look(network)
    Case.objects.update(status="closed")
    hear(channel, alone(NINA, "@LumenHelp two"))
    assert Case.objects.count() == 2
    assert not look(network)


def test_on_another_day_a_new_case_has_them_looked_up_again(channel: Channel) -> None:
    hear(channel, alone(NINA, "@LumenHelp one"))
    look(Register(NINA))
    Stranger.objects.update(looked_up_on=datetime.now(UTC).date() - timedelta(days=1))
    Case.objects.update(status="closed")
    hear(channel, alone(NINA, "@LumenHelp two"))
    renamed = replace(NINA, handle="nina_o")
    assert look(Register(renamed))
    assert Identity.objects.get(account_id=NINA.id).handle == "nina_o"


def test_who_was_told_along_is_not_looked_up(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp help"))
    assert not look(Register(NINA))


def test_who_is_gone_from_the_network_stays_someone_and_is_not_asked_for_again(channel: Channel) -> None:
    hear(channel, alone(NINA, "@LumenHelp help"))
    network = Register()
    assert look(network)
    assert not look(network)
    assert Case.objects.get().customer.shown_name == "Someone on X"


def test_trouble_puts_it_off_and_nobody_is_lost(channel: Channel) -> None:
    hear(channel, alone(NINA, "@LumenHelp help"))
    network = Register(NINA)
    network.refusal = reply(503, {})
    assert look(network)
    assert not look(network)
    Stranger.objects.update(due_at=timezone.now())
    network.refusal = None
    assert look(network)
    assert Case.objects.get().customer.handle == NINA.handle


def test_whoever_the_desk_stumbled_over_keeps_nobody_of_another_channel_waiting(channel: Channel) -> None:
    def stumbles(*asked: Any) -> Any:
        raise KeyError("unforeseen")

    hear(channel, alone(NINA, "@LumenHelp help"))
    hear(brand(account_id="77", handle="Other"), alone(TOMAS, "@Other help", answers=next_id(), answers_person=OTHER))
    with pytest.raises(KeyError):
        look_up(stumbles, gather=AT_ONCE)
    network = Register(NINA, TOMAS)
    assert look(network)
    assert network.asked == [[TOMAS.id]]


def test_while_the_budget_stops_it_nobody_is_looked_up_and_nobody_is_forgotten(channel: Channel) -> None:
    rest = Rest.objects.create(channel=channel, purpose=Purpose.ENRICHMENT, spent=9_000_000, budget=10_000_000)
    hear(channel, alone(NINA, "@LumenHelp help"))
    network = Register(NINA)
    look(network)
    assert network.asked == []
    Rest.objects.filter(pk=rest.pk).update(until=timezone.now())
    Stranger.objects.update(due_at=timezone.now())
    assert look(network)
    assert Case.objects.get().customer.handle == NINA.handle


def test_posts_know_their_author_afterwards_and_are_found_by_them(channel: Channel) -> None:
    hear(channel, alone(NINA, "@LumenHelp my router is dead"))
    look(Register(NINA))
    post, _ = remembered(Post.objects.select_related("author").get())
    assert (post.author.handle, post.author.bio, post.author.takes_messages) == (NINA.handle, "A doctor", True)
    found = searching.search(parse("router from:nina_okafor bio:doctor"), size=10).hits
    assert [hit.post.text for hit in found] == ["@LumenHelp my router is dead"]


def test_whom_the_desk_knows_is_recognised_without_being_told(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp help"))
    ListeningRule.objects.create(name="not hers", text="lumen -from:nina_okafor", opens_cases=False)
    book.look_again()
    hear(channel, alone(NINA, "lumen again"), alone(TOMAS, "lumen as well"))
    assert list(Match.objects.values_list("post__text", flat=True)) == ["lumen as well"]


def test_our_own_account_is_known_without_being_told(channel: Channel) -> None:
    ListeningRule.objects.create(name="others", text="lumen -from:LumenHelp", opens_cases=False)
    book.look_again()
    hear(channel, alone(LUMEN, "lumen is back"))
    assert not Match.objects.exists()
    assert Identity.objects.get(account_id=LUMEN.id).handle == "LumenHelp"


def test_whom_a_post_answers_is_named_by_the_handles_that_it_carries(channel: Channel) -> None:
    root = alone(NINA, "@LumenHelp help")
    hear(channel, root)
    first = Post.objects.get().network_id
    answer = item(TOMAS, "@nina_okafor same here @LumenHelp", answers=first, answers_person=NINA, root=first)
    answer["entities"]["mentions"][0]["id"] = NINA.id
    hear(channel, frame({"data": answer}))
    post, _ = remembered(Post.objects.select_related("author").get(author__account_id=TOMAS.id))
    assert (post.reply_to_author, post.reply_to_handle) == (NINA.id, "nina_okafor")


@pytest.mark.parametrize("ids", [[], ["1"], ["1", "2"]])
def test_nothing_is_asked_for_a_channel_that_is_off(db: None, ids: Sequence[str]) -> None:
    channel = brand()
    hear(channel, *[alone(Person(each, f"p{each}", "P"), "@LumenHelp help") for each in ids])
    Channel.objects.update(enabled=False)
    assert not look(Register())
