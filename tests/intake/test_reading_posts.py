"""From frames to posts and cases."""

from django.apps import apps

from building import (
    LUMEN,
    NINA,
    TOMAS,
    YUKI,
    Person,
    agent,
    deletion,
    hear,
    item,
    message,
    minutes_ago,
    next_id,
    page,
    said,
)
from earful.cases.models import Case, Message
from earful.channels.models import Channel
from earful.core.language.parser import parse
from earful.posts import searching, spread
from earful.posts.models import Forewarning, Post, PostVersion
from earful.rules import book
from earful.rules.models import ListeningRule, Match


def rows() -> dict[str, int]:
    """How many rows each table of ours has."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("earful.")]
    return {model.__name__: model._default_manager.count() for model in ours}


def roles(case: Case) -> list[tuple[str, str]]:
    messages = case.messages.order_by("post__created_at").values_list("role", "post__text")
    return list(messages)


def test_a_post_that_names_us_opens_a_case_that_waits_on_us(channel: Channel) -> None:
    written = minutes_ago(5)
    tally = hear(channel, said(NINA, "@LumenHelp my router is dead", at=written))
    case = Case.objects.get()
    assert (tally.stored, tally.opened) == (1, 1)
    assert (case.customer.handle, case.subject, case.status) == ("nina_okafor", "my router is dead", "new")
    assert case.waiting_since == case.opened_at == written
    assert [event.kind for event in case.events.all()] == ["opened"]


def test_the_same_frames_again_change_nothing(channel: Channel) -> None:
    opening, ours, reply = next_id(), next_id(), next_id()
    frames = [
        said(NINA, "@LumenHelp no signal", id=opening),
        said(LUMEN, "Which street?", id=ours, answers=opening, answers_person=NINA, root=opening),
        said(TOMAS, "same here", id=reply, answers=opening, answers_person=NINA, root=opening),
        said(YUKI, "RT @nina_okafor: no signal", reposts=opening),
        message(NINA, "12 Mill Lane"),
        said(TOMAS, "@LumenHelp no signall", versions=[one := next_id()]),
        said(TOMAS, "@LumenHelp no signal", versions=[one, next_id()]),
        deletion(reply),
        deletion(next_id()),
    ]
    hear(channel, *frames)
    before, words = rows(), list(Case.objects.order_by("pk").values())
    hear(channel, *frames)
    for frame in reversed(frames):
        hear(channel, frame)
    assert rows() == before
    assert list(Case.objects.order_by("pk").values()) == words


def test_the_second_post_of_a_person_joins_their_running_case(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp no signal", at=minutes_ago(9)))
    hear(channel, said(NINA, "@LumenHelp anybody there?", at=minutes_ago(3)))
    case = Case.objects.get()
    assert case.unanswered == 2
    assert (case.subject, case.snippet) == ("no signal", "anybody there?")
    assert "2 posts without an answer" in [says for says, _ in case.reasons]


def test_posts_out_of_order_end_in_one_case_that_waits_since_the_oldest(channel: Channel) -> None:
    oldest = minutes_ago(30)
    hear(channel, said(NINA, "@LumenHelp later", at=minutes_ago(10)))
    hear(channel, said(NINA, "@LumenHelp first", at=oldest))
    assert Case.objects.get().waiting_since == oldest


def test_a_thread_in_one_batch_becomes_one_case_with_its_bystander(channel: Channel) -> None:
    root = next_id()
    hear(
        channel,
        said(TOMAS, "me too", answers=root, answers_person=NINA, root=root, at=minutes_ago(3)),
        said(NINA, "@LumenHelp no signal", id=root, at=minutes_ago(5)),
        said(NINA, "since noon", answers=root, answers_person=NINA, root=root, at=minutes_ago(4)),
    )
    case = Case.objects.get()
    assert roles(case) == [
        ("customer", "@LumenHelp no signal"),
        ("customer", "since noon"),
        ("bystander", "me too"),
    ]
    assert (case.unanswered, case.joined_in) == (2, 1)


def test_a_bystander_in_a_later_batch_joins_the_thread_and_opens_nothing(channel: Channel) -> None:
    root = next_id()
    hear(channel, said(NINA, "@LumenHelp no signal", id=root))
    tally = hear(channel, said(TOMAS, "me too", answers=root, answers_person=NINA, root=root))
    assert (tally.joined, tally.opened) == (1, 0)
    assert Case.objects.get().joined_in == 1


def test_what_strangers_say_to_each_other_is_let_go(channel: Channel) -> None:
    tally = hear(channel, said(NINA, "lovely weather"), said(TOMAS, "@nina_okafor it is", answers_person=NINA))
    assert (tally.arrivals, tally.stored) == (2, 0)
    assert not Post.objects.exists()


def test_a_listening_rule_finds_a_post_and_the_match_is_kept(channel: Channel) -> None:
    rule = ListeningRule.objects.create(name="Lumen unnamed", text="lumen broadband")
    book.look_again()
    hear(channel, said(NINA, "my lumen broadband is slow"), said(TOMAS, "my broadband is slow"))
    case = Case.objects.get()
    assert case.found_by_rule
    assert Match.objects.get().rule == rule
    assert [event.detail["reason"] for event in case.events.all()] == ["found by a listening rule"]


def test_a_rule_deleted_while_it_is_in_force_costs_no_post(channel: Channel) -> None:
    rule = ListeningRule.objects.create(name="Lumen unnamed", text="lumen broadband")
    book.look_again()
    rule.delete()
    tally = hear(channel, said(NINA, "my lumen broadband is slow"))
    assert (tally.stored, tally.aside) == (1, 0)
    assert not Match.objects.exists()


def test_spam_is_put_aside_with_a_way_back(channel: Channel) -> None:
    boss = agent()
    hear(channel, said(NINA, "@LumenHelp free crypto giveaway! whatsapp +1 555 0100 dm me to earn $5000 daily"))
    case = Case.objects.put_aside().get()
    assert [event.kind for event in case.events.all()] == ["put_aside"]
    assert not Case.objects.waiting_on_us().exists()
    case.reopen(by=boss)
    assert Case.objects.waiting_on_us().get() == case
    assert (case.status, case.unanswered) == ("open", 1)


def test_what_a_person_writes_beside_spam_is_not_put_aside_with_it(channel: Channel) -> None:
    hear(
        channel,
        said(NINA, "@LumenHelp free crypto giveaway! whatsapp +1 555 0100 dm me to earn $5000 daily"),
        said(NINA, "@LumenHelp sorry, my account was taken over. Also my router is dead."),
    )
    assert Case.objects.put_aside().count() == 1
    assert Case.objects.waiting_on_us().count() == 1


def test_our_own_posts_never_open_a_case(channel: Channel) -> None:
    tally = hear(channel, said(LUMEN, "@LumenHelp is here for you"), message(LUMEN, "hello", to=NINA))
    assert (tally.stored, tally.opened) == (2, 0)
    assert not Case.objects.exists()
    assert set(Post.objects.values_list("ours", flat=True)) == {True}


def test_an_answer_typed_on_the_network_itself_answers_the_case(channel: Channel) -> None:
    root = next_id()
    hear(channel, said(NINA, "@LumenHelp no signal", id=root, at=minutes_ago(5)))
    hear(
        channel,
        said(LUMEN, "On it.", answers=root, answers_person=NINA, root=root, at=(at := minutes_ago(1))),
    )
    case = Case.objects.get()
    assert (case.status, case.waiting_since, case.unanswered) == ("waiting", None, 0)
    assert case.first_answered_at == at
    assert [event.kind for event in case.events.order_by("pk")] == ["opened", "answered"]


def test_an_answer_heard_after_the_customers_next_word_leaves_them_waiting(channel: Channel) -> None:
    root = next_id()
    again = minutes_ago(1)
    hear(channel, said(NINA, "@LumenHelp no signal", id=root, at=minutes_ago(9)))
    hear(channel, said(NINA, "and now it smells", answers=root, answers_person=NINA, root=root, at=again))
    hear(channel, said(LUMEN, "On it.", answers=root, answers_person=NINA, root=root, at=minutes_ago(5)))
    case = Case.objects.get()
    assert (case.category, case.waiting_since, case.unanswered) == ("open", again, 1)


def test_a_private_message_opens_a_private_case(channel: Channel) -> None:
    hear(channel, message(NINA, "my account number is 4711"))
    case = Case.objects.get()
    assert (case.private, case.subject) == (True, "my account number is ••••")


def test_the_stream_and_a_poll_with_the_same_post_make_one(channel: Channel) -> None:
    post = item(NINA, "@LumenHelp no signal")
    tally = hear(channel, said(NINA, post["text"], id=post["id"]), page((NINA, post)))
    hear(channel, page((NINA, post)))
    assert (tally.arrivals, tally.stored) == (2, 1)
    assert Message.objects.count() == Case.objects.count() == 1


def test_an_edit_shows_the_new_words_and_keeps_the_old(channel: Channel) -> None:
    first, second = next_id(), next_id()
    hear(channel, said(NINA, "@LumenHelp my wifi", versions=[first]))
    hear(channel, said(NINA, "@LumenHelp my router", versions=[first, second]))
    post = Post.objects.get()
    assert (post.network_id, post.version, post.text) == (first, second, "@LumenHelp my router")
    assert post.edited_at is not None
    assert [(version.version, version.text) for version in post.versions.all()] == [(first, "@LumenHelp my wifi")]
    assert Case.objects.get().subject == "my router"


def test_an_edit_that_takes_our_name_out_is_heard_all_the_same(channel: Channel) -> None:
    first = next_id()
    hear(channel, said(NINA, "@LumenHelp my wifi", versions=[first]))
    hear(channel, said(NINA, "my wifi is fine again", versions=[first, next_id()]))
    assert Post.objects.get().text == "my wifi is fine again"
    assert Case.objects.get().subject == "my wifi is fine again"


def test_an_edit_ahead_of_its_post_stands(channel: Channel) -> None:
    first = next_id()
    hear(channel, said(NINA, "@LumenHelp my router", versions=[first, next_id()]))
    hear(channel, said(NINA, "@LumenHelp my wifi", versions=[first]))
    assert Post.objects.get().text == "@LumenHelp my router"
    assert Case.objects.get().subject == "my router"
    assert PostVersion.objects.get().text == "@LumenHelp my wifi"


def test_older_edits_after_newer_ones_change_nothing(channel: Channel) -> None:
    first, second, third = next_id(), next_id(), next_id()
    hear(channel, said(NINA, "@LumenHelp one", versions=[first]))
    hear(channel, said(NINA, "@LumenHelp three", versions=[first, second, third]))
    hear(channel, said(NINA, "@LumenHelp two", versions=[first, second]))
    assert Post.objects.get().text == "@LumenHelp three"


def test_a_deletion_takes_the_words_from_post_versions_and_case(channel: Channel) -> None:
    first = next_id()
    hear(channel, said(NINA, "@LumenHelp my secret", versions=[first]))
    hear(channel, said(NINA, "@LumenHelp my secret 4711", versions=[first, next_id()]))
    hear(channel, deletion(first))
    post, case = Post.objects.get(), Case.objects.get()
    assert (post.text, post.versions.count()) == ("", 0)
    assert searching.search(parse("secret", "stored")).hits == []
    assert post.deleted_at is not None
    assert (case.subject, case.snippet) == ("Deleted by its author", "Deleted by its author")


def test_a_deletion_leaves_the_case_with_the_words_that_are_still_there(channel: Channel) -> None:
    gone = next_id()
    hear(
        channel,
        said(NINA, "@LumenHelp my secret", id=gone, at=minutes_ago(5)),
        said(NINA, "@LumenHelp my router", at=minutes_ago(4)),
    )
    hear(channel, deletion(gone))
    case = Case.objects.get()
    assert (case.subject, case.snippet) == ("my router", "my router")


def test_a_picture_without_words_is_not_called_deleted(channel: Channel) -> None:
    ours, gone = next_id(), next_id()
    hear(channel, said(LUMEN, "Send us a picture.", id=ours))
    hear(channel, said(NINA, "", answers=ours, answers_person=LUMEN, root=ours, at=minutes_ago(5)))
    hear(channel, said(NINA, "see?", id=gone, answers=ours, answers_person=LUMEN, root=ours))
    hear(channel, deletion(gone))
    assert Case.objects.get().subject == "(no words)"


def test_a_post_whose_deletion_came_first_is_born_without_words(channel: Channel) -> None:
    post = next_id()
    hear(channel, deletion(post))
    assert Forewarning.objects.get().network_id == post
    hear(channel, said(NINA, "@LumenHelp my secret", id=post))
    assert Post.objects.get().text == ""
    assert Case.objects.get().subject == "Deleted by its author"


def test_a_deletion_in_the_batch_of_its_post_wins_in_either_order(channel: Channel) -> None:
    one, two = next_id(), next_id()
    hear(
        channel,
        said(NINA, "@LumenHelp secret", id=one),
        deletion(one),
        deletion(two),
        said(TOMAS, "@LumenHelp secret", id=two),
    )
    assert set(Post.objects.values_list("text", flat=True)) == {""}
    assert set(Case.objects.values_list("subject", "snippet")) == {("Deleted by its author",) * 2}


def test_an_edit_of_a_deleted_post_brings_no_words_back(channel: Channel) -> None:
    first = next_id()
    hear(channel, said(NINA, "@LumenHelp secret", versions=[first]), deletion(first))
    hear(channel, said(NINA, "@LumenHelp secret 2", versions=[first, next_id()]))
    assert Post.objects.get().text == ""
    assert not PostVersion.objects.exists()


def test_reposts_count_as_spread_once_and_are_never_work(channel: Channel) -> None:
    root = next_id()
    repost = said(TOMAS, "RT @nina_okafor: @LumenHelp no signal", reposts=root)
    hear(channel, said(NINA, "@LumenHelp no signal", id=root))
    hear(channel, repost)
    hear(channel, repost, said(YUKI, "RT @nina_okafor: @LumenHelp no signal", reposts=root))
    carried = Post.objects.get(network_id=root)
    assert spread.of([carried])[carried.pk].reposts == 2
    assert Case.objects.count() == Message.objects.count() == 1


def test_a_person_is_kept_as_last_seen_and_what_a_frame_leaves_out_is_not_forgotten(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp one"))
    renamed = Person(NINA.id, "nina_o", "Nina O.", followers=5_000)
    hear(channel, said(renamed, "@LumenHelp two"))
    hear(channel, said(Person(NINA.id, "", "", followers=5_000), "@LumenHelp three"))
    customer = Case.objects.get().customer
    assert (customer.handle, customer.name, customer.followers) == ("nina_o", "Nina O.", 5_000)
