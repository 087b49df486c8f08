"""What a network no longer shows is gone here wherever it went, and that it is gone stays known."""

import json

import pytest
from django.db import transaction
from django.utils import timezone

from building import LUMEN, NINA, TOMAS, agent, deletion, hear, item, message, next_id, said
from earful.cases.models import Case, Note
from earful.channels.models import Channel
from earful.core.connector import Gone
from earful.core.language.parser import parse
from earful.core.quoting import TAKEN_OUT
from earful.intake import forgetting
from earful.intake.models import Frame
from earful.people.models import Identity
from earful.posts.models import Post, Removal
from earful.posts.searching import search
from earful.posts.store import take_turns
from earful.replies import writing

SAID = "@LumenHelp my secret kettle exploded and nobody answers the phone"


def gone(*persons: Gone) -> None:
    with transaction.atomic():
        take_turns(forgetting=True)
        forgetting.forget("x", [], persons, timezone.now(), Removal.Learned.ASKED)


def test_a_draft_and_a_note_lose_the_words_that_they_quote(channel: Channel) -> None:
    root = next_id()
    hear(channel, said(NINA, SAID, id=root))
    case, dario = Case.objects.get(), agent()
    writing.keep_draft(case, dario, "public", 'You wrote "my secret kettle exploded and" so: sorry!')
    case.note(f"She says: {SAID}", by=dario)
    hear(channel, deletion(root))
    draft = writing.draft_of(case, dario, "public")
    assert draft is not None
    assert draft.text == f"You wrote {TAKEN_OUT} so: sorry!"
    assert "secret" not in Note.objects.get().text


def test_a_frame_put_aside_goes_with_the_post_in_it_and_others_stay(channel: Channel) -> None:
    root = next_id()
    hear(channel, said(NINA, SAID, id=root))
    bodies = [b'{"odd": {"id": "%s", "text": "secret"}}' % root.encode(), b'{"odd": 1}']
    hear(channel, *bodies)
    assert Frame.objects.exclude(aside_at=None).count() == 2
    hear(channel, deletion(root))
    assert [bytes(frame.body) for frame in Frame.objects.all()] == [bodies[1]]


def test_a_deletion_is_written_down_without_the_words(channel: Channel) -> None:
    root = next_id()
    hear(channel, said(NINA, SAID, id=root))
    hear(channel, deletion(root), deletion(next_id()))
    removal = Removal.objects.get()
    assert (removal.network_id, removal.subject, removal.why, removal.learned) == (root, "post", "deleted", "told")


@pytest.mark.parametrize("why", ["suspended", "gone"])
def test_everything_of_an_account_that_is_gone_goes(channel: Channel, why: str) -> None:
    hear(channel, said(NINA, SAID), message(NINA, "the secret is 12"), said(TOMAS, "@LumenHelp hello"))
    gone(Gone(NINA.id, why))
    assert sorted(Post.objects.filter(deleted_at=None).values_list("text", flat=True)) == ["@LumenHelp hello"]
    assert not search(parse("kettle", "stored")).hits
    nina = Identity.objects.get(account_id=NINA.id)
    assert (nina.name, nina.handle) == ("", "" if why == "gone" else NINA.handle)
    assert Removal.objects.get().posts == 2


def test_who_protects_their_posts_keeps_the_private_talk_with_us(channel: Channel) -> None:
    hear(channel, said(NINA, SAID), message(NINA, "my number is 12"))
    gone(Gone(NINA.id, "protected"))
    assert list(Post.objects.filter(deleted_at=None).values_list("text", flat=True)) == ["my number is 12"]
    assert Identity.objects.get(account_id=NINA.id).protected


def test_our_own_words_stay_whatever_becomes_of_our_account(channel: Channel) -> None:
    hear(channel, said(NINA, SAID), said(LUMEN, "@nina_okafor we are sorry"))
    gone(Gone(LUMEN.id, "suspended"))
    assert Post.objects.filter(text__contains="sorry", deleted_at=None).exists()


def test_a_place_is_forgotten_and_the_words_stay(channel: Channel) -> None:
    point = {"coordinates": {"type": "Point", "coordinates": [4.4, 51.9]}}
    hear(channel, json.dumps({"data": item(NINA, SAID) | {"geo": point}}).encode())
    assert "point" in Post.objects.get().facts
    gone(Gone(NINA.id, "place"))
    post = Post.objects.get()
    assert post.text == SAID
    assert not {"place", "point"} & set(post.facts)


def test_an_account_event_of_the_stream_takes_the_posts_away_at_once(channel: Channel) -> None:
    hear(channel, said(NINA, SAID))
    hear(channel, b'{"data": {"user_suspend": {"user": {"id": "%s"}}}}' % NINA.id.encode())
    assert not Post.objects.filter(deleted_at=None).exists()
    assert Removal.objects.get().learned == "told"


def test_what_was_unprotected_is_heard_again(channel: Channel) -> None:
    hear(channel, said(NINA, SAID))
    gone(Gone(NINA.id, "protected"))
    hear(channel, b'{"data": {"user_unprotect": {"user": {"id": "%s"}}}}' % NINA.id.encode())
    assert not Identity.objects.get(account_id=NINA.id).protected
