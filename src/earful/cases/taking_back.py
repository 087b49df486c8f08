"""Taking back what an agent has just corrected: the posts say what they said before, and so does the case."""

from django.db import transaction

from earful.cases.models import Case, Message
from earful.core.conversation import Role
from earful.people.models import Agent
from earful.posts.models import Post
from earful.triage.taking_back import NotTheLastWord, take_back

__all__ = ["NotTheLastWord", "take_back_in_case", "take_back_of_post"]


@transaction.atomic
def take_back_in_case(case: Case, head: str, first: int, by: Agent) -> None:
    """Take back what this agent said for `head` of the case's posts, from the correction `first` on. Raises
    NotTheLastWord.
    """
    posts = case.messages.filter(role=Role.CUSTOMER).values_list("post", flat=True)
    take_back(first, head, list(posts), by)
    case.say_anew()
    case.took_back(head, by=by)


@transaction.atomic
def take_back_of_post(post: Post, head: str, first: int, by: Agent) -> None:
    """Take back what this agent said of one post, and bring the case that it stands in up to it. Raises
    NotTheLastWord.
    """
    take_back(first, head, [post.pk], by)
    message = Message.objects.select_related("case__customer").filter(post=post, role=Role.CUSTOMER).first()
    if message is not None:
        message.case.say_anew()
        message.case.took_back(head, by=by)
