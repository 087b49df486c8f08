"""Files on a draft: attached, described, taken off again; looked at before, so that no network refuses them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from earful.cases.models import Case
from earful.connectors.registry import connector_for
from earful.core.lifecycle import DeliveryState
from earful.core.media import Kind, MediaRules, NotMedia, Seen, look, problems, together
from earful.people.models import Agent
from earful.replies import keeping
from earful.replies.models import File, Reply, Route

# A draft that nobody came back to, and a refused answer: after this long their files go, their words stay.
ABANDONED: Final = timedelta(days=30)
# A file without a row is one whose page ended between the two.
ORPHANED: Final = timedelta(days=1)
_OVER: Final = (DeliveryState.SENT, DeliveryState.CONFIRMED)
_LONGEST_NAME: Final = 120


class NotAttachable(Exception):
    """This file cannot go with the message; the message says why, and what could."""


def attach(case: Case, agent: Agent, route: str, name: str, chunks: Iterable[bytes]) -> File:
    """Put a file on the agent's draft, which is begun if there is none. Raises NotAttachable."""
    kept = keeping.put(chunks)
    try:
        seen = _seen(kept)
        _check(case, route, seen)
        with transaction.atomic():
            draft = _draft(case, agent, route)
            _check_beside(case, route, [*(file.kind for file in draft.files.all()), seen.kind])
            file = File(reply=draft, name=_shown(name, seen), kept=kept)
            file.remember(seen)
            file.save()
            return file
    except BaseException:
        keeping.drop(kept)
        raise


def describe(file: File, alt: str) -> None:
    """Keep the description of a file for those who do not see it, as long as it is on a draft."""
    longest = rules_of(file.reply.case, file.reply.route).alt
    drafts = File.objects.filter(pk=file.pk, reply__state=DeliveryState.DRAFT)
    drafts.update(alt=" ".join(alt.split())[:longest], uploading={})


def take_off(file: File) -> None:
    """Take a file off its draft."""
    gone, _ = File.objects.filter(pk=file.pk, reply__state=DeliveryState.DRAFT).delete()
    if gone:
        keeping.drop(file.kept)


def rules_of(case: Case, route: str) -> MediaRules:
    """What files the case's network takes on a route."""
    return connector_for(case.channel.network).capabilities.media(private=route == Route.PRIVATE)


def wrong_together(case: Case, route: str, kinds: Sequence[str]) -> str:
    """Why these files cannot go in one message; "" if they can."""
    known: list[Kind] = [kind for kind in ("picture", "animation", "film") for each in kinds if each == kind]
    return together(known, rules_of(case, route), connector_for(case.channel.network).name)


def clear(reply: Reply) -> None:
    """Take away the bytes of a reply's files, which are out now; what they were stays."""
    kept = list(reply.files.exclude(kept="").values_list("kept", flat=True))
    reply.files.update(kept="")
    transaction.on_commit(lambda: _drop_all(kept))


def sweep() -> int:
    """Take away what nobody came back to, and what belongs to nothing; how many files."""
    now = timezone.now()
    left = File.objects.exclude(kept="").filter(reply__state__in=_OVER)
    left |= File.objects.exclude(kept="").filter(
        reply__state__in=[DeliveryState.DRAFT, DeliveryState.REFUSED], reply__changed_at__lt=now - ABANDONED
    )
    swept = [*left.values_list("kept", flat=True)]
    left.update(kept="")
    lying = keeping.older_than(now - ORPHANED)
    known = set(File.objects.filter(kept__in=lying).values_list("kept", flat=True))
    swept += [name for name in lying if name not in known and name not in swept]
    _drop_all(swept)
    return len(swept)


def _drop_all(names: Iterable[str]) -> None:
    for name in names:
        keeping.drop(name)


def _seen(kept: str) -> Seen:
    try:
        with keeping.mapped(kept) as content:
            return look(content)
    except NotMedia as error:
        raise NotAttachable(str(error)) from error
    except ValueError as error:
        raise NotAttachable("This file is empty.") from error


def _check(case: Case, route: str, seen: Seen) -> None:
    found = problems(seen, rules_of(case, route), connector_for(case.channel.network).name)
    if found:
        raise NotAttachable(found[0])


def _check_beside(case: Case, route: str, kinds: Sequence[str]) -> None:
    if wrong := wrong_together(case, route, kinds):
        raise NotAttachable(wrong)


def _draft(case: Case, agent: Agent, route: str) -> Reply:
    """The agent's draft, its row locked, so that of several files attached at once each sees those before it."""
    drafts = Reply.objects.select_for_update()
    draft, _ = drafts.get_or_create(case=case, agent=agent, route=Route(route), state=DeliveryState.DRAFT)
    return draft


def _shown(name: str, seen: Seen) -> str:
    """The name that a file came with, as people see it: without its folders and what no screen shows."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(sign for sign in last if sign.isprintable()).strip()
    return clean[-_LONGEST_NAME:] or seen.kind
