"""Correcting an answer: the post says it from now on, and what was said is kept to learn from."""

from django.db import transaction

from earful.core.triage.answers import from_kept, is_sure
from earful.core.triage.heads import HEADS
from earful.people.models import Agent
from earful.posts.calling import call
from earful.posts.models import Post
from earful.triage.models import Correction
from earful.triage.topics import answers


class NoSuchAnswer(ValueError):
    """A head that there is not, or an answer that it does not have; the message names what there is."""


def correct(post: Post, head: str, says: str, by: Agent, *, asked: bool = False) -> Correction:
    """Let `post` answer `says` to `head`. The post must be one that the agent may see. Raises NoSuchAnswer.

    What the model told stays beside it (`Post.verdict`): a verdict is of its time.
    """
    _must_exist(head, says)
    with transaction.atomic():
        locked = Post.objects.select_for_update().get(pk=post.pk)
        told = from_kept(locked.verdict.get("answers", {})).get(head)
        before = locked.corrected.get(head) or (told.says if told and is_sure(head, told) else "")
        locked.corrected[head] = says
        locked.save(update_fields=["corrected"])
        post.corrected = locked.corrected
        if head == "intent":
            call({locked.pk: says})
        return Correction.objects.create(
            post=locked,
            head=head,
            old=before,
            new=says,
            sure=told.sure if told else 0.0,
            model=locked.verdict.get("model", ""),
            asked=asked,
            agent=by,
        )


def _must_exist(head: str, says: str) -> None:
    if head not in HEADS:
        raise NoSuchAnswer(f"There is no head {head!r}: there are {', '.join(HEADS)}.")
    if says not in (there := answers(head)):
        raise NoSuchAnswer(f"{head} has no answer {says!r}: it has {', '.join(there)}.")
