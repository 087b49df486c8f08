"""Drafts and notes that quote a customer's words, when the customer takes those words back.

What was sent stays as it was sent: it is ours, and out. What still lies here must not keep alive what its author
deleted, nor carry it out again.
"""

from collections.abc import Mapping, Sequence

from earful import pulse
from earful.cases.models import Note
from earful.core.lifecycle import DeliveryState
from earful.core.quoting import without
from earful.posts.models import Post
from earful.replies.models import Reply


def quotable(network: str, network_ids: Sequence[str]) -> dict[int, list[str]]:
    """The words of posts that are about to be taken away, by the cases in which they stand."""
    posts = Post.objects.filter(network=network, network_id__in=network_ids, deleted_at=None, message__isnull=False)
    words: dict[int, list[str]] = {}
    for case_id, text in posts.exclude(text="").values_list("message__case", "text"):
        words.setdefault(case_id, []).append(text)
    return words


def take_out(words: Mapping[int, Sequence[str]]) -> int:
    """Take these words (by case) out of the drafts and notes of their cases; how many of those held some."""
    changed = 0
    for reply in Reply.objects.select_for_update().filter(case__in=words, state=DeliveryState.DRAFT).order_by("pk"):
        changed += _cleaned(reply, words[reply.case_id])
    for note in Note.objects.select_for_update().filter(case__in=words).order_by("pk"):
        changed += _cleaned(note, words[note.case_id])
    return changed


def _cleaned(kept: Reply | Note, words: Sequence[str]) -> bool:
    left = without(kept.text, *words)
    if left == kept.text:
        return False
    kept.text = left
    kept.save(update_fields=["text"])
    pulse.tell("case", [kept.case_id])
    return True
