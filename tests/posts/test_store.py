"""Storing by batches: each post once, its author as last seen, its words searchable."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.utils import timezone

from building import brand
from earful.channels.models import Channel
from earful.core.post import Author, Link, Media
from earful.core.post import Post as Said
from earful.core.triage import judge
from earful.people.models import Identity
from earful.posts.models import Forewarning, Post, Searched
from earful.posts.store import Heard, forget, gone, keep_edits, store

WRITTEN = datetime(2026, 5, 4, 12, tzinfo=UTC)
NINA = Author("501", "nina_okafor", "Nina Okafor", followers=50)


@pytest.fixture
def channel(db: None) -> Channel:
    return brand()


def heard(channel: Channel, text: str = "hello", *, edited: bool = False, **fields: Any) -> Heard:
    known = {"network": "x", "id": "1", "version": "1", "author": NINA, "created_at": WRITTEN}
    post = Said(text=text, **{**known, **fields})
    return Heard(channel.pk, post, ours=False, verdict=judge(text), edited=edited)


def test_a_new_post_is_told_with_its_row_and_a_known_one_is_not(channel: Channel) -> None:
    first = store([heard(channel), heard(channel, id="2")], timezone.now())
    again = store([heard(channel, "other words"), heard(channel, id="3")], timezone.now())
    assert (set(first), set(again)) == ({"1", "2"}, {"3"})
    kept = Post.objects.get(network_id="1")
    assert (kept.pk, kept.author_id, kept.text) == (first["1"].id, first["1"].author_id, "hello")


def test_no_post_is_no_work(channel: Channel) -> None:
    assert store([], timezone.now()) == {}
    assert forget("x", [], timezone.now()) == ([], [])


def test_the_same_id_on_two_networks_is_two_posts_of_two_people(channel: Channel) -> None:
    store([heard(channel)], timezone.now())
    store([heard(channel, network="bluesky")], timezone.now())
    assert Post.objects.count() == Identity.objects.count() == 2


def test_everything_that_a_post_says_is_kept(channel: Channel) -> None:
    links = (Link("https://t.co/a", "https://example.com/\x00", "example.com"),)
    media = (Media("photo", "https://pic.example/1", alt="a router"),)
    store([heard(channel, "Rück\x00ruf", links=links, media=media, mentions=("lumenhelp",))], timezone.now())
    kept = Post.objects.get()
    assert (kept.text, kept.mentions) == ("Rück\ufffdruf", ["lumenhelp"])
    assert kept.links[0] | {"short": "https://t.co/a", "address": "https://example.com/\ufffd"} == kept.links[0]
    assert kept.media == msgspec.to_builtins(list(media))
    assert (kept.created_at, kept.channel) == (WRITTEN, channel)


def test_unknown_followers_do_not_wipe_known_ones(channel: Channel) -> None:
    store([heard(channel)], timezone.now())
    store([heard(channel, id="2", author=Author("501"))], timezone.now())
    known = Identity.objects.get()
    assert (known.handle, known.followers) == ("nina_okafor", 50)


def test_of_two_sights_of_a_person_in_one_batch_the_one_that_tells_more_is_kept(channel: Channel) -> None:
    later = WRITTEN + timedelta(minutes=1)
    store([heard(channel, id="2", author=Author("501"), created_at=later), heard(channel)], timezone.now())
    assert Identity.objects.get().handle == "nina_okafor"


def test_versions_are_compared_as_numbers(channel: Channel) -> None:
    store([heard(channel, "ninth", version="9")], timezone.now())
    store([heard(channel, "tenth", version="10", edited=True)], timezone.now())
    assert keep_edits(timezone.now()) == [Post.objects.get().pk]
    store([heard(channel, "ninth again", version="9", edited=True)], timezone.now())
    assert keep_edits(timezone.now()) == []
    assert Post.objects.get().text == "tenth"


def test_a_deletion_is_told_once(channel: Channel) -> None:
    rows = store([heard(channel)], timezone.now())
    assert forget("x", ["1", "1", "2"], timezone.now()).posts == [rows["1"].id]
    assert forget("x", ["1", "2"], timezone.now()) == ([], [])
    assert Forewarning.objects.get().network_id == "2"


def test_an_edit_brings_along_all_that_a_rule_asks(channel: Channel) -> None:
    store([heard(channel, "@lumenhelp hi", mentions=("lumenhelp",), lang="en")], timezone.now())
    store([heard(channel, "hallo", version="2", edited=True, lang="de", hashtags=("neu",))], timezone.now())
    keep_edits(timezone.now())
    kept = Post.objects.get()
    assert (kept.mentions, kept.lang, kept.facts["tags"]) == ([], "de", ["neu"])


def test_a_deletion_takes_away_all_that_the_post_said(channel: Channel) -> None:
    store([heard(channel, "secret", hashtags=("secret",))], timezone.now())
    forget("x", ["1"], timezone.now())
    kept = Post.objects.get()
    assert (kept.text, kept.facts) == ("", {})
    assert not Searched.objects.exists()


def test_a_forewarned_post_is_told_as_gone(channel: Channel) -> None:
    forget("x", ["1"], timezone.now())
    assert store([heard(channel, "secret")], timezone.now())["1"].gone
    kept = Post.objects.get()
    assert (kept.text, kept.facts, kept.links, kept.media) == ("", {}, [], [])
    assert kept.deleted_at is not None
    assert not Searched.objects.exists()


def test_a_deletion_takes_the_words_away_wherever_they_were_carried(channel: Channel) -> None:
    store([heard(channel, "secret"), heard(channel, "RT @nina_okafor: secret", id="2", reposts="1")], timezone.now())
    quote = heard(channel, "look", id="3", quotes="1")._replace(quoted=heard(channel, "secret").post)
    rows = store([quote, heard(channel, "my own secret", id="4", quotes="9")], timezone.now())
    gone = forget("x", ["1"], timezone.now())
    assert (len(gone.posts), gone.quoting) == (2, [rows["3"].id])
    assert dict(Post.objects.values_list("network_id", "text")) == {"1": "", "2": "", "3": "look", "4": "my own secret"}
    assert not Post.objects.filter(facts__has_key="quoted").exists()
    found = Searched.objects.values_list("post", flat=True)
    assert sorted(found) == sorted([rows["3"].id, rows["4"].id])
    assert not Searched.objects.found_by("""'"secret'""").exists()
    assert list(Searched.objects.found_by("look").values_list("post", flat=True)) == [rows["3"].id]


def test_it_is_known_which_posts_are_gone(channel: Channel) -> None:
    store([heard(channel), heard(channel, id="2")], timezone.now())
    forget("x", ["2", "3"], timezone.now())
    assert gone("x", ["1", "2", "3", "4"]) == {"2", "3"}
    assert gone("elsewhere", ["2", "3"]) == gone("x", []) == set()


def test_an_edit_brings_its_own_verdict(channel: Channel) -> None:
    store([heard(channel, "lumen is down, this is terrible, nothing works!")], timezone.now())
    store([heard(channel, "thank you lumen, you are great", version="2", edited=True)], timezone.now())
    keep_edits(timezone.now())
    kept, said = Post.objects.get(), judge("thank you lumen, you are great")
    assert (kept.intent, kept.signals) == (said.intent, list(said.signals))
    assert kept.intent != judge("lumen is down, this is terrible, nothing works!").intent
