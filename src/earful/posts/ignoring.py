"""Putting posts aside that nobody needs to look at, and taking them back."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from earful import pulse
from earful.people.models import Agent
from earful.posts.models import Post


def ignore(ids: Iterable[int], *, by: Agent) -> int:
    """Put posts aside that `by` may see and nobody put aside yet; how many those were."""
    return _change(list(ids), by, was=False, ignored_at=timezone.now(), ignored_by=by)


def put_back(ids: Iterable[int], *, by: Agent) -> int:
    """Take posts back that were put aside; how many those were."""
    return _change(list(ids), by, was=True, ignored_at=None, ignored_by=None)


def _change(ids: list[int], by: Agent, *, was: bool, **fields: Any) -> int:
    """In one guarded statement for all, so that of two agents the first one's word stands."""
    with transaction.atomic():
        changed = Post.objects.visible_to(by).filter(pk__in=ids, ignored_at__isnull=not was).update(**fields)
        pulse.tell("post", ids)
    return changed
