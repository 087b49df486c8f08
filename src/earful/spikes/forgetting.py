"""Forgetting deleted posts: no spike counts them, nor repeats words that too few people still say."""

from collections.abc import Collection
from typing import Any

from earful import pulse
from earful.core.spikes.places import told
from earful.core.spikes.rising import GOING_ON
from earful.core.spikes.voice import Key, Voice
from earful.posts.models import Post
from earful.spikes.hearing import voices_of
from earful.spikes.models import Counted, Spike


def forget_posts(posts: Collection[int]) -> None:
    """Take deleted posts out of all spikes; in the transaction that takes their words away."""
    counting = Counted.objects.filter(post__in=posts).values("spike")
    for spike in Spike.objects.filter(pk__in=counting).order_by("pk").select_for_update():
        gone = Counted.objects.filter(spike=spike, post__in=posts)
        writers = set(Post.objects.filter(spikes__in=gone).values_list("author", flat=True))
        gone.delete()
        _tell_less(spike, writers)


def _tell_less(spike: Spike, writers: set[int]) -> None:
    left = list(voices_of(Counted.objects.filter(spike=spike).values_list("post", flat=True)))
    spike.people = max(0, spike.people - len(writers - {voice.author for voice in left}))
    spike.terms = [term for term in spike.terms if _still_said(Key("term", term), left)]
    spike.keys = [key for key in spike.keys if key[0] != "term" or _still_said(Key("term", key[1]), left)]
    if spike.lead_kind == "term" and not _still_said(Key("term", spike.lead_name), left):
        spike.lead_name = ""
    spike.places = _still_named(spike.places, left)
    spike.save(update_fields=["people", "terms", "keys", "lead_name", "places"])
    pulse.tell("spike", [spike.pk])


def _still_said(key: Key, voices: Collection[Voice]) -> bool:
    return len({voice.author for voice in voices if key in voice.keys}) >= GOING_ON


def _still_named(places: Collection[Any], voices: Collection[Voice]) -> list[str]:
    named = told((voice.author, place) for voice in voices for place in voice.places)
    return [place for place in places if place in named]
