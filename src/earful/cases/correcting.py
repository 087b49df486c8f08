"""Correcting what triage told of a case: the post that told it is corrected, and the case says so from now on."""

from django.db import transaction

from earful.cases.models import Case, Message
from earful.core.conversation import Role
from earful.core.triage.answers import from_kept
from earful.core.triage.casewise import told_by
from earful.people.models import Agent
from earful.posts.models import Post
from earful.triage.correcting import correct
from earful.triage.models import Correction


class NothingToCorrect(Exception):
    """Its customer took all words back."""


def correct_case(case: Case, head: str, says: str, by: Agent) -> Correction:
    """Correct the newest post of its customer that told what the case says (the newest of all, if none did). Posts that
    told the same are corrected with it where the case would not change otherwise. Raises NoSuchAnswer or
    NothingToCorrect.
    """
    with transaction.atomic():
        correction = correct(post_that_told(case, head), head, says, by)
        case.say_anew()
        for _ in range(case.messages.count()):
            if case.answers.get(head) == says:
                break
            correct(post_that_told(case, head), head, says, by)
            case.say_anew()
        case.corrected(head, says, by=by)
    return correction


def correct_post(post: Post, head: str, says: str, by: Agent, *, asked: bool = False) -> Correction:
    """Correct one post, and the case that it stands in. Raises NoSuchAnswer."""
    with transaction.atomic():
        correction = correct(post, head, says, by, asked=asked)
        message = Message.objects.select_related("case__customer").filter(post=post, role=Role.CUSTOMER).first()
        if message is not None and correction.old != says:
            message.case.say_anew()
            message.case.corrected(head, says, by=by)
    return correction


def post_that_told(case: Case, head: str) -> Post:
    """The newest post of its customer that says what the case says to this head; the newest of all where none does."""
    posts = Post.objects.filter(message__case=case, message__role=Role.CUSTOMER, deleted_at=None)
    newest_first = list(posts.order_by("-created_at", "-pk"))
    if not newest_first:
        raise NothingToCorrect("Its customer deleted what they wrote: there is nothing to correct.")
    told = case.answers.get(head)
    return next((post for post in newest_first if told is not None and _told(post).get(head) == told), newest_first[0])


def _told(post: Post) -> dict[str, str]:
    return told_by(from_kept(post.verdict.get("answers", {})), post.corrected)
