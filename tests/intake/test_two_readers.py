"""Two readers at once, on one journal."""

from building import NINA, TOMAS, Person, at_once, brand, carried, item, minutes_ago, next_id, page, said
from earful.cases.models import Case, Message
from earful.channels.models import Channel
from earful.intake import journal
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.reader import Reader
from earful.posts import spread
from earful.posts.models import Post
from earful.rules import book


def read_all(most: int) -> int:
    """Read what is on the belt, `most` frames a batch; how many posts were stored."""
    reader, stored = Reader(PostgresBelt()), 0
    while (tally := reader.read_batch(most)).frames:
        stored += tally.stored
    return stored


def put(channel: Channel, frames: list[bytes]) -> None:
    book.look_again()
    PostgresBelt().put(carried(channel, frames))


def test_every_post_is_stored_once_and_every_person_has_one_running_case(transactional_db: None) -> None:
    people = [Person(str(600 + number), f"person_{number}", f"Person {number}") for number in range(30)]
    posts = [
        (
            people[number % 30],
            item(people[number % 30], f"@LumenHelp no {number}", at=minutes_ago(number / 60)),
        )
        for number in range(150)
    ]
    streamed = [said(person, post["text"], id=post["id"]) for person, post in posts]
    polled = [page(post) for post in posts]
    both = [frame for pair in zip(streamed, reversed(polled), strict=True) for frame in pair]
    put(brand(), both)
    results = at_once(*[lambda: read_all(17)] * 2)
    assert sum(results) == Post.objects.count() == Message.objects.count() == 150
    assert Case.objects.count() == Case.objects.values("customer").distinct().count() == 30
    assert set(Case.objects.values_list("unanswered", flat=True)) == {5}
    assert not journal.waiting().exists()
    assert not journal.aside().exists()


def test_reposts_are_counted_once_each_by_readers_in_any_order(transactional_db: None) -> None:
    channel = brand()
    originals = [next_id() for _ in range(8)]
    put(channel, [said(NINA, "@LumenHelp no signal", id=post) for post in originals])
    read_all(100)
    one_way = [said(TOMAS, "RT", reposts=post) for post in originals]
    other_way = [said(NINA, "RT", reposts=post) for post in reversed(originals)]
    put(channel, one_way + other_way)
    results = at_once(*[lambda: read_all(8)] * 2)
    assert sum(results) == 16
    spreads = spread.of(list(Post.objects.filter(network_id__in=originals)))
    assert [(each.reposts, each.reach) for each in spreads.values()] == [(2, NINA.followers + TOMAS.followers)] * 8
