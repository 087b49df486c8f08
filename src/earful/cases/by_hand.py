"""A case made by hand of a post that was heard without becoming one, by the same rules by which posts are filed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone

from earful import pulse
from earful.cases.filing import Arrived, file
from earful.cases.models import Case, Message
from earful.channels.models import Channel
from earful.people.models import Agent, Identity
from earful.posts.models import Post
from earful.posts.remembering import remembered
from earful.posts.store import take_turns
from earful.triage.remembering import verdict_of


class NotForACase(Exception):
    """This post cannot become a case; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Made:
    """The case that the post is in now, and whether it was opened for it (else the post joined it, or was in it)."""

    case: Case
    opened: bool


def make_case(post: Post, *, by: Agent) -> Made:
    """Open a case for `post`, owned by `by`; or let it join the case that its author has with us already.

    Of two agents who do it at once, and a reader beside them, one opens it and the others find it. Raises NotForACase.
    """
    with transaction.atomic():
        # As the readers do, and in their order: when nobody is forgetting, first the person, then their cases.
        take_turns(forgetting=False)
        Identity.objects.select_for_update().get(pk=post.author_id)
        fresh = Post.objects.select_related("author", "channel").get(pk=post.pk)
        there = Case.objects.filter(messages__post=fresh).first()
        return Made(there, opened=False) if there else _file(fresh, by)


def _file(post: Post, by: Agent) -> Made:
    own = frozenset(Channel.objects.filter(network=post.network).values_list("account_id", flat=True))
    if refused := next((why for never, why in _NEVER if never(post, own)), ""):
        raise NotForACase(refused)
    filed = file(post.network, [_arrived(post, by)], own, timezone.now())
    case = Message.objects.select_related("case__customer").get(post=post).case
    if filed.opened:
        case.assign(by, by=by, taken_from=None)
    Post.objects.filter(pk=post.pk).update(ignored_at=None, ignored_by=None)
    pulse.tell("post", [post.pk])
    return Made(case, opened=bool(filed.opened))


_NEVER: Final[Sequence[tuple[Callable[[Post, frozenset[str]], bool], str]]] = (
    (lambda post, own: post.deleted_at is not None, "Its author deleted this post. There is nothing left to answer."),
    (
        lambda post, own: post.ours or post.author.account_id in own,
        "This is our own post. Make a case of what was said to it.",
    ),
    (lambda post, own: bool(post.reposts), "This only carries on another’s post. Make a case of the post itself."),
)


def _arrived(post: Post, by: Agent) -> Arrived:
    """The post as filing takes it. It counts as one that calls us: whoever joined in under another's case gets their
    own, because an agent asked for it.
    """
    heard, _ = remembered(post)
    return Arrived(
        row=post.pk,
        author=post.author_id,
        channel=_channel(post),
        post=heard,
        verdict=verdict_of(post),
        corrected=post.corrected,
        calls_us=True,
        opens=True,
        by=by.pk,
        told=bool(heard.author.handle),
    )


def _channel(post: Post) -> int:
    """The channel that heard it, or another of ours on its network; raises NotForACase when there is none."""
    if post.channel_id is not None:
        return post.channel_id
    others = Channel.objects.filter(network=post.network).order_by("-enabled", "pk")
    if (first := others.first()) is None:
        raise NotForACase("No channel is linked to this network any more. Link one, then make the case.")
    return first.pk
