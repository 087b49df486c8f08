"""The watch over what the reader stored: told once, by whom and how many; nothing that one voice can make."""

import pytest
from django.utils import timezone

from building import Person, at_once, brand, deletion, hear, said
from earful.cases.models import Case
from earful.core.spikes.states import SpikeState
from earful.core.spikes.voice import Key
from earful.posts.models import Post
from earful.spikes.hearing import voices_of
from earful.spikes.models import Counted, Spike
from earful.spikes.watching import Watch
from spikes.storm import DOWN, later, storm

pytestmark = pytest.mark.django_db


def look(minutes: float = 0) -> None:
    Watch().look(later(minutes))


def test_a_storm_is_told_with_its_words_its_place_and_the_posts_that_it_counts() -> None:
    storm(brand())
    look()
    spike = Spike.objects.get()
    assert (spike.state, spike.people, spike.terms[0], spike.places) == ("suspected", 14, "no internet", ["Leeds"])
    assert Counted.objects.filter(spike=spike).count() == 14


def test_a_storm_is_told_once_however_often_it_is_looked_at() -> None:
    storm(brand())
    watch = Watch()
    for minute in range(5):
        watch.look(later(minute))
    look(5)
    assert Spike.objects.count() == 1


def test_an_ordinary_hour_is_no_spike() -> None:
    storm(brand(), ["my bill looks odd", "where is my parcel", "love the new app", "how do I move house"])
    look()
    assert not Spike.objects.exists()


def test_one_person_who_shouts_is_no_spike() -> None:
    channel, loud = brand(), Person("7001", "loud", "Loud")
    hear(channel, *(said(loud, f"@LumenHelp {text}") for text in DOWN))
    look()
    assert not Spike.objects.exists()


def test_a_text_that_many_copy_is_no_spike() -> None:
    text = "Sign the petition to keep the Harbour Street shop open, Lumen must listen to its customers now"
    storm(brand(), [f"{text} {number}" for number in range(30)])
    look()
    assert not Spike.objects.exists()


def test_a_post_that_many_carry_on_is_no_spike() -> None:
    channel, first = brand(), Person("7001", "first", "First")
    hear(channel, said(first, "@LumenHelp day nine without a line, ticket closed", id="88001"))
    for number in range(30):
        person = Person(str(7100 + number), f"q{number}", f"Q {number}")
        hear(channel, said(person, f"look at this line, ticket closed {DOWN[number % 14][:9]}", quotes="88001",
                           quotes_person=first) )  # fmt: skip
    look()
    assert not Spike.objects.exists()


def test_it_fades_when_nobody_speaks_of_it_any_more_and_is_not_told_again() -> None:
    storm(brand())
    for minutes in (0, 20, 45, 50):
        look(minutes)
    assert [spike.state for spike in Spike.objects.all()] == [SpikeState.OVER]


def test_what_grows_is_told_by_its_greatest_number() -> None:
    channel = brand()
    storm(channel, DOWN[:7])
    look()
    storm(channel, DOWN[7:], first=8000)
    look()
    assert Spike.objects.get().people == 14


def test_who_said_not_one_is_not_told_again(django_user_model: type) -> None:
    channel = brand()
    storm(channel, DOWN[:7])
    look()
    Spike.objects.get().dismiss(by=django_user_model.objects.create(username="ines"))
    storm(channel, DOWN[7:], first=8000)
    look()
    assert Spike.objects.get().state == SpikeState.DISMISSED


def test_an_incident_stays_until_somebody_says_that_it_is_over(django_user_model: type) -> None:
    storm(brand())
    look()
    lead = django_user_model.objects.create(username="ines")
    Spike.objects.get().confirm(by=lead)
    look(50)
    assert Spike.objects.get().state == SpikeState.CONFIRMED
    Spike.objects.get().end(by=lead)
    assert Spike.objects.get().ended_by == lead


def test_deleted_posts_vanish_from_it_and_with_the_last_of_them_its_words() -> None:
    channel = brand()
    storm(channel)
    look()
    ids = list(Post.objects.values_list("network_id", flat=True))
    hear(channel, *(deletion(post) for post in ids[:12]))
    spike = Spike.objects.get()
    assert (spike.people, spike.terms, spike.places, spike.keys) == (2, [], [], spike.keys)
    assert not any(kind == "term" for kind, _ in spike.keys)
    assert Counted.objects.count() == 2


def test_a_post_deleted_before_the_look_is_not_counted() -> None:
    channel = brand()
    storm(channel)
    hear(channel, *(deletion(post) for post in Post.objects.values_list("network_id", flat=True)))
    look()
    assert not Spike.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_watch_at_once_one_tells() -> None:
    storm(brand())
    now = timezone.now()
    at_once(lambda: Watch().look(now), lambda: Watch().look(now))
    look()
    assert Spike.objects.count() == 1


def test_cases_of_an_incident_weigh_more_until_it_is_over(django_user_model: type) -> None:
    channel, lead = brand(), django_user_model.objects.create(username="ines")
    storm(channel)
    look()
    before = dict(Case.objects.values_list("pk", "points"))
    Spike.objects.get().confirm(by=lead)
    assert all(case.points > before[case.pk] for case in Case.objects.all())
    assert any("incident" in says for says, _ in Case.objects.first().reasons)
    Spike.objects.get().end(by=lead)
    assert dict(Case.objects.values_list("pk", "points")) == before


def test_who_writes_again_still_belongs_to_the_incident(django_user_model: type) -> None:
    channel = brand()
    storm(channel)
    look()
    Spike.objects.get().confirm(by=django_user_model.objects.create(username="ines"))
    hear(channel, said(Person("7000", "p7000", "Person 7000"), "@LumenHelp and again: still nothing here"))
    written = Case.objects.get(customer__account_id="7000")
    assert (written.incident, any("incident" in says for says, _ in written.reasons)) == (True, True)


def test_posts_count_for_the_contact_reason_that_somebody_corrected() -> None:
    storm(brand(), ["where is my parcel", "love the new app", "how do I move house"])
    Post.objects.update(corrected={"reason": "baggage"})
    voices = voices_of(Post.objects.values_list("pk", flat=True))
    assert all(Key("reason", "baggage") in voice.keys for voice in voices)
