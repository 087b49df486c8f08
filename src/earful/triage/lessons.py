"""What people taught this desk: of each post and head the newest correction, with what may be done with it."""

from django.db.models import F, Q

from earful.core.triage.relearning import Lesson
from earful.posts.consent import may_train
from earful.posts.models import Post
from earful.triage.models import Correction


def lessons() -> dict[str, list[Lesson]]:
    """By head. Deleted words teach nothing, nor do words that were edited since; what a network's terms keep from
    being learned from is asked about, and never taught.
    """
    permitted, found = _Permitted(), dict[str, list[Lesson]]()
    rows = (
        Correction.objects.filter(post__deleted_at=None)
        .filter(Q(post__edited_at=None) | Q(post__edited_at__lt=F("at")))
        .order_by("post", "head", "-at", "-pk")
        .distinct("post", "head")
        .values_list("head", "new", "post__text", "post__network", "post__network_id", "post__channel__practice")
    )
    for head, new, text, network, network_id, practice in rows.iterator():
        may_be_taught = bool(practice) or permitted[network]
        found.setdefault(head, []).append(Lesson(f"{network} {network_id}", text, new, may_be_taught))
    return found


def teaches(post: Post) -> bool:
    """Whether what is said of a post may be learned from: on the pretend network always, else by permission."""
    return bool(post.channel and post.channel.practice) or may_train(post.network)


class _Permitted(dict[str, bool]):
    """Whether a network's posts may be learned from, each asked once."""

    def __missing__(self, network: str) -> bool:
        self[network] = may_train(network)
        return self[network]
