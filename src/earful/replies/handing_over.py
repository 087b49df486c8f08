"""Handing a reply's files over to the network before it goes: step by step, each kept before the next is taken.

Nobody sees a file before a message carries it. So whatever crashes in between, the way goes on from the last step that
was kept, and nothing is handed over twice; what the network lost hold of, or kept too long, is handed over anew.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from earful.core.connector import Account, Connector, Refused, Stale, Talk, TryLater
from earful.core.delivering import Uploading
from earful.replies import keeping
from earful.replies.models import File, Reply

MOST_ANEW = 2
Wire = Callable[[Account, Talk[Any]], Any]


def ready(reply: Reply, now: datetime) -> bool:
    """Whether a message can carry the files of this reply: the network has them, described, and for long enough."""
    return all(_done(file, now) for file in reply.files.all())


def media_of(reply: Reply) -> tuple[str, ...]:
    """The network's ids of the files of a reply that are ready, in their order."""
    return tuple(file.so_far.id for file in reply.files.order_by("pk"))


def hand_over(reply: Reply, account: Account, connector: Connector, wire: Wire, still_ours: Callable[[], None]) -> None:
    """Bring every file of a reply to where a message can carry it. `still_ours` is called before each step and raises
    when another worker took over.

    Raises TryLater while the network works on one, Refused when it will not have it.
    """
    for file in reply.files.order_by("pk"):
        while not _done(file, timezone.now()):
            still_ours()
            _step(file, reply, account, connector, wire)


def forget(reply: Reply) -> None:
    """The network does not have the files any more, though it should: hand them over anew. Raises Refused when that
    helped often enough already.
    """
    for file in reply.files.all():
        _begin_anew(file, "The network lost hold of the files again and again.")


def _step(file: File, reply: Reply, account: Account, connector: Connector, wire: Wire) -> None:
    now, so_far = timezone.now(), _going_on(file)
    if so_far.ask_at is not None and so_far.ask_at > now:
        raise TryLater(f"{connector.name} is still working on {file.name}.", at=so_far.ask_at)
    rules = connector.capabilities.media(private=reply.private)
    try:
        piece = keeping.piece(file.kept, so_far.sent, rules.piece) if so_far.id and so_far.sent < file.size else b""
    except FileNotFoundError as gone:
        raise Refused(f"{file.name} is not in the desk’s data folder any more. Attach it again.") from gone
    attachment = file.attachment(private=reply.private)
    try:
        file.so_far = wire(account, connector.upload(account, attachment, so_far, piece))
    except Stale as lost:
        _begin_anew(file, lost.reason)
        return
    file.save(update_fields=["uploading"])


def _going_on(file: File) -> Uploading:
    """From where to go on; from the beginning once the network keeps it no longer."""
    so_far = file.so_far
    return Uploading() if so_far.until is not None and so_far.until <= timezone.now() else so_far


def _begin_anew(file: File, reason: str) -> None:
    file.uploading, file.anew = {}, file.anew + 1
    file.save(update_fields=["uploading", "anew"])
    if file.anew > MOST_ANEW:
        raise Refused(reason)


def _done(file: File, now: datetime) -> bool:
    so_far = file.so_far
    kept = so_far.until is not None and so_far.until > now
    return kept and so_far.ready and (so_far.described or not file.alt)
