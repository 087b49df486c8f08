"""A case whose posts are carried on weighs more: counted beside the reader, and never more than what is urgent."""

import pytest

from building import NINA, TOMAS, brand, hear, said
from earful.cases.models import Case
from earful.cases.spreading import catch_up
from earful.channels.models import Channel
from earful.posts.models import Carried, Post


@pytest.fixture
def channel(db: None) -> Channel:
    return brand()


def carried(post: Post, reposts: int) -> None:
    kept = {"reposts": reposts, "quotes": 0, "reach": 0}
    Carried.objects.update_or_create(network=post.network, network_id=post.network_id, defaults=kept)


def test_a_case_that_was_carried_on_weighs_more_and_says_so(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp hello"), said(TOMAS, "@LumenHelp hello too"))
    carried(Post.objects.get(author__handle=NINA.handle), 140)
    assert catch_up()
    case = Case.objects.get(customer__handle=NINA.handle)
    assert (case.spread, case.reasons[0]) == (140, ["carried on 140 times", 9])
    assert Case.objects.get(customer__handle=TOMAS.handle).spread == 0


def test_what_is_known_already_is_not_weighed_again(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp hello"))
    post = Post.objects.get()
    carried(post, 100)
    catch_up()
    for reposts in (100, 109):
        carried(post, reposts)
        assert not catch_up()
    carried(post, 110)
    assert catch_up()


def test_a_case_keeps_how_far_it_went_when_its_customer_writes_again(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp hello", id="71"))
    carried(Post.objects.get(), 1_000)
    catch_up()
    hear(channel, said(NINA, "@LumenHelp hello?", id="72"))
    case = Case.objects.get()
    assert case.spread == 1_000
    assert ["carried on 1,000 times", 12] in case.reasons


def test_what_was_said_in_private_goes_nowhere(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp hello"))
    carried(Post.objects.get(), 140)
    Post.objects.update(private=True)
    assert not catch_up()
