"""What is true of replies as they stand: whether all of one was heard on the network, and whether a case has one that
needs somebody.
"""

from earful import pulse
from earful.cases.models import Case
from earful.core.lifecycle import DeliveryMove, DeliveryState
from earful.posts.models import Post
from earful.replies.models import Reply


def say_whether_unsent(case_id: int) -> None:
    """Keep with the case whether an answer in it was refused and still needs somebody."""
    refused = Reply.objects.filter(case_id=case_id, state=DeliveryState.REFUSED).exists()
    Case.objects.filter(pk=case_id).exclude(unsent=refused).update(unsent=refused)


def seen_whole(reply: Reply) -> bool:
    """Every part of it has been heard on the network."""
    ids = [part["id"] for part in reply.sent]
    return Post.objects.filter(network=reply.case.channel.network, network_id__in=ids).count() == len(ids)


def confirm(reply: Reply) -> None:
    reply.move(DeliveryMove.CONFIRM)
    reply.save()
    pulse.tell("case", [reply.case_id])
