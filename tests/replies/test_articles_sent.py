"""Which articles went out is known from what the network took, and the suggestions learn from it."""

from datetime import timedelta

import pytest
from django.utils import timezone

import scripted
from building import LUMEN, NINA, TOMAS, YUKI, agent, brand, hear, minutes_ago, next_id, said
from earful.cases.models import Case
from earful.core.articles.weights import Weights
from earful.knowledge.keeping import keep, retire
from earful.knowledge.models import Article
from earful.people.models import Agent
from earful.posts import consent
from earful.posts.models import Post
from earful.replies import by_hand, library, outbox, writing
from earful.replies.models import ArticleSent, Reply
from earful.replies.suggesting import Suggested, suggested
from scripted import Network

RESET, BILL = "https://lumen.example/help/reset", "https://lumen.example/help/bill"


@pytest.fixture
def admin(db: None) -> Agent:
    return agent("ana", is_staff=True)


@pytest.fixture
def reset(admin: Agent) -> Article:
    return keep(Article(title="Reset your router", address=RESET), admin)


def work(network: Network) -> None:
    Reply.objects.exclude(due_at=None).update(due_at=timezone.now(), leased_until=None)
    outbox.deliver_due(network.wire().run, limit=1)


def echo(text: str, **changed: str) -> bytes:
    root = Post.objects.order_by("pk")[0].network_id
    return said(LUMEN, text, answers_person=NINA, **({"answers": root, "root": root} | changed))


def offers(case: Case, who: Agent) -> list[Suggested]:
    library.look_again()
    found = suggested(case, who, timezone.now())
    assert found is not None
    return found


def test_an_article_counts_when_the_network_took_the_reply_and_not_before(
    case: Case, dario: Agent, reset: Article, network: Network
) -> None:
    reply = writing.send(case, dario, "public", f"Here is how: {RESET}", seen_reply=0)
    assert not ArticleSent.objects.exists()
    work(network)
    sent = ArticleSent.objects.get()
    assert (sent.article, sent.case, sent.reply) == (reset, case, reply)


def test_a_refused_reply_sends_no_article(case: Case, dario: Agent, reset: Article, network: Network) -> None:
    writing.send(case, dario, "public", f"Here is how: {RESET}", seen_reply=0)
    network.faults = [scripted.answers(403, {"detail": "not permitted"})]
    work(network)
    assert not ArticleSent.objects.exists()


def test_a_reply_whose_answer_was_lost_counts_once_when_it_is_heard(
    case: Case, dario: Agent, reset: Article, network: Network
) -> None:
    reply = writing.send(case, dario, "public", f"Here is how: {RESET}", seen_reply=0)
    network.faults = [scripted.lost_after]
    work(network)
    assert not ArticleSent.objects.exists()
    heard = echo(f"Here is how: {RESET}", id=network.posted[0]["id"])
    hear(case.channel, heard)
    hear(case.channel, heard)
    work(network)
    assert list(ArticleSent.objects.values_list("reply", flat=True)) == [reply.pk]


def test_a_reply_sent_by_hand_counts_when_it_is_heard(case: Case, dario: Agent, reset: Article) -> None:
    by_hand.answer_by_hand(case, dario, "public", f"Here is how: {RESET}")
    assert not ArticleSent.objects.exists()
    hear(case.channel, echo(f"Here: {RESET}", id=next_id()))
    assert ArticleSent.objects.get().reply == Reply.objects.get()


def test_what_we_said_without_the_desk_counts_as_well_and_once(case: Case, reset: Article) -> None:
    heard = echo(f"Here is how: {RESET}", id=next_id())
    hear(case.channel, heard)
    hear(case.channel, heard)
    assert list(ArticleSent.objects.values_list("article", "reply")) == [(reset.pk, None)]


def test_what_was_sent_is_suggested_for_a_post_like_it(
    case: Case, dario: Agent, admin: Agent, reset: Article, network: Network
) -> None:
    bill = keep(Article(title="Read your bill", address=BILL), admin)
    hear(case.channel, said(TOMAS, "@LumenHelp all lights blink", at=minutes_ago(3)))
    writing.send(case, dario, "public", f"See {BILL}", seen_reply=0)
    work(network)
    assert {each.article.pk for each in offers(case, dario)} == {reset.pk, bill.pk}
    tomas = Case.objects.exclude(pk=case.pk).get()
    writing.send(tomas, dario, "public", f"See {RESET}", seen_reply=0)
    work(network)
    hear(case.channel, said(YUKI, "@LumenHelp why do all the lights blink?"))
    asked = Case.objects.order_by("-pk")[0]
    best = offers(asked, dario)[0]
    assert best.article == reset
    assert best.reasons[0] == "sent for a post like this: “@LumenHelp all lights blink”"


def test_words_that_were_taken_back_are_quoted_no_more(
    case: Case, dario: Agent, reset: Article, network: Network
) -> None:
    writing.send(case, dario, "public", f"See {RESET}", seen_reply=0)
    work(network)
    hear(case.channel, said(YUKI, "@LumenHelp my router is dead"))
    asked = Case.objects.order_by("-pk")[0]
    assert "“@LumenHelp my router is dead”" in offers(asked, dario)[0].reasons[0]
    Post.objects.filter(message__case=case, ours=False).update(text="", deleted_at=timezone.now())
    found = suggested(asked, dario, timezone.now())
    assert found is not None
    assert found[0].reasons[0] == "sent for a post like this"


def test_what_is_personal_in_another_case_is_not_quoted(
    case: Case, dario: Agent, reset: Article, network: Network
) -> None:
    hear(case.channel, said(NINA, "@LumenHelp my router is dead, write to nina@okafor.example", at=minutes_ago(1)))
    writing.send(case, dario, "public", f"See {RESET}", seen_reply=0)
    work(network)
    hear(case.channel, said(YUKI, "@LumenHelp my router is dead"))
    reasons = offers(Case.objects.order_by("-pk")[0], dario)[0].reasons
    assert "router is dead" in reasons[0]
    assert "okafor" not in " ".join(reasons)


def test_a_channel_without_articles_or_with_retired_ones_gets_none(case: Case, dario: Agent, admin: Agent) -> None:
    assert offers(case, dario) == []
    other = brand(account_id="77", handle="OtherHelp")
    keep(Article(title="Router of others", address=RESET, channel=other), admin)
    kept = keep(Article(title="My router", address=BILL), admin)
    assert [each.article for each in offers(case, dario)] == [kept]
    retire(kept, admin)
    assert offers(case, dario) == []


def test_the_library_follows_what_changes_beside_the_work(case: Case, dario: Agent, admin: Agent) -> None:
    library.look_again()
    before = library._keeper._version
    keep(Article(title="My router", address=BILL), admin)
    assert library._version() != before
    case.delete()


def test_weights_are_learned_where_an_administrator_allowed_it(case: Case, admin: Agent, reset: Article) -> None:
    bill = keep(Article(title="Read your bill", address=BILL), admin)
    at = timezone.now()
    for number in range(60):
        which = reset if number % 3 else bill
        ArticleSent.objects.create(article=which, case=case, said=str(number), at=at - timedelta(seconds=number))
    assert learned_weights() == Weights()
    consent.decide("x", granted=True, grounds="Our agreement says so.", by=admin)
    assert learned_weights() != Weights()
    consent.decide("x", granted=False, grounds="", by=admin)
    assert learned_weights() == Weights()


def learned_weights() -> Weights:
    library.look_again()
    known = library.in_force()
    assert known is not None
    return known.weights


def test_a_conversation_of_the_past_is_what_was_said_before(case: Case, dario: Agent, reset: Article) -> None:
    ArticleSent.objects.create(article=reset, case=case, said="1", at=timezone.now() - timedelta(minutes=2))
    hear(case.channel, said(NINA, "@LumenHelp thanks, it works", at=minutes_ago(1)))
    library.look_again()
    known = library.in_force()
    assert known is not None
    assert [each.text for each in known.shelves[0].sent] == ["@LumenHelp my router is dead"]
