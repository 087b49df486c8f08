"""Taking corrections back: a slip of the finger is no correction, and nothing is to be learned from it."""

from collections.abc import Collection

from django.db import transaction

from earful.core.triage import judge
from earful.core.triage.answers import from_kept, is_sure
from earful.people.models import Agent
from earful.posts.calling import call
from earful.posts.models import Post
from earful.triage.models import Correction


class NotTheLastWord(Exception):
    """There is nothing of theirs to take back, or somebody has said otherwise since."""


@transaction.atomic
def take_back(first: int, head: str, posts: Collection[int], by: Agent) -> list[Post]:
    """Take back what this agent said for `head` of these posts (rows), from the correction `first` on; the posts that
    it was said of. What was said before it holds again. Raises NotTheLastWord.
    """
    since = Correction.objects.filter(pk__gte=first, head=head, post__in=posts)
    told = list(Post.objects.select_for_update().filter(pk__in=since.values("post")).order_by("pk"))
    mine = since.filter(agent=by)
    if not mine.filter(pk=first).exists() or since.exclude(agent=by).exists():
        raise NotTheLastWord("That is not the last word any more. Look again before you change it.")
    mine.delete()
    for post in told:
        _as_before(post, head)
    return told


def _as_before(post: Post, head: str) -> None:
    said = post.corrections.filter(head=head)
    if post.edited_at is not None:
        # What was said of other words does not come back.
        said = said.filter(at__gt=post.edited_at)
    before = said.order_by("-pk").first()
    post.corrected.pop(head, None)
    if before is not None:
        post.corrected[head] = before.new
    post.save(update_fields=["corrected"])
    if head == "intent":
        call({post.pk: post.corrected.get("intent") or judged_intent(post)})


def judged_intent(post: Post) -> str:
    """What triage called it: as its head says where that is sure, else by its words (see core.triage.judging)."""
    told = from_kept(post.verdict.get("answers", {})).get("intent")
    return told.says if told and is_sure("intent", told) else judge(post.text).intent
