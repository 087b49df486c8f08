"""Entries of the ledger as they are shown: each with the post, the person or the answer that it was for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from earful.cases.models import Case
from earful.channels.models import Channel
from earful.console.amounts import price_in_words
from earful.console.asked import number_asked
from earful.console.costs_shown import entry_kind
from earful.console.dates_asked import day_asked, day_named, month_asked
from earful.console.permalinks import permalink
from earful.console.posts_shown import link_to
from earful.core.spending import IN_WORDS, Purpose
from earful.core.triage.personal import dotted
from earful.ledger.models import Entry
from earful.ledger.spent import month_of
from earful.people.models import Agent, Identity
from earful.posts.models import Post
from earful.replies.models import Delivery, Reply
from earful.rules.models import ListeningRule


@dataclass(frozen=True, slots=True)
class AskedFor:
    """Which entries are asked for, and how that is said."""

    title: str
    query: str
    entries: QuerySet[Entry]


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry. `says` is who or what it was for; it leads to `case` or, on the network, to `link`, where it does."""

    at: datetime
    kind: str
    purpose: str
    price: str
    says: str
    case: int | None = None
    link: str = ""
    sure: bool = True


def asked_for(query: QueryDict) -> AskedFor:
    """The entries of a month or a day; of one channel, purpose or rule. What is no month or day raises Http404, what
    else cannot be understood is passed over.
    """
    month, day = month_asked(query), day_asked(query)
    since, until = (day, day + timedelta(days=1)) if day else month_of(month)
    kept: dict[str, str] = {"month": f"{month:%Y-%m}"} | ({"day": day.isoformat()} if day else {})
    found, named = Entry.objects.filter(day__gte=since, day__lt=until), [f"{day:%d %B %Y}" if day else f"{month:%B %Y}"]
    for name, narrow in _NARROW.items():
        value = query.get(name, "")
        if narrowed := narrow(found, value):
            found, words = narrowed
            kept[name] = value
            named.append(words)
    return AskedFor(", ".join(named[1:] + named[:1]), urlencode(kept), found)


def shown(asked: AskedFor, after: str, most: int, agent: Agent) -> tuple[list[EntryShown], str]:
    """A page of entries as `agent` may see them, and the `after` of the next one ("" at the end). Found by key, however
    many there are.
    """
    rows = asked.entries.order_by("-day", "-app", "-kind", "-of", "-resource")
    if key := _key(after):
        rows = rows.filter(pk__lt=key)
    found = list(rows.select_related("channel")[: most + 1])
    page = found[:most]
    behind = _Behind(page, agent)
    more = "\x1f".join(map(str, page[-1].pk)) if len(found) > most else ""
    return [behind.shown(entry) for entry in page], more


class _Behind:
    """What stands behind a page of entries: a question for each kind of thing. What was written in private is read in
    its case alone; whoever may not see the case is not told of it, nor who wrote.
    """

    def __init__(self, entries: Sequence[Entry], agent: Agent) -> None:
        by_kind: dict[str, set[str]] = {}
        for entry in entries:
            by_kind.setdefault(entry.kind, set()).add(entry.resource)
        posts = by_kind.get("post", set()) | {f"dm-{one}" for one in by_kind.get("dm_event", set())}
        found = Post.objects.filter(network_id__in=posts).select_related("author", "message")
        self._posts = {(post.network, post.network_id): post for post in found.select_related("channel")}
        people = Identity.objects.filter(account_id__in=by_kind.get("user", set()))
        self._people = {(person.network, person.account_id): person for person in people}
        self._replies = _sent_as({one for kind, ids in by_kind.items() if kind.endswith(_SENDS) for one in ids})
        cases = {reply.case_id for reply in self._replies.values()} | {_case_of(post) for post in self._posts.values()}
        self._cases = set(Case.objects.visible_to(agent).filter(pk__in=cases - {0}).values_list("pk", flat=True))

    def shown(self, entry: Entry) -> EntryShown:
        says, case, link = self._what(entry)
        purpose = IN_WORDS[Purpose(entry.purpose)].name
        price = price_in_words(entry.price)
        leads = case if case in self._cases else None
        return EntryShown(entry.at, entry_kind(entry.kind), purpose, price, says, leads, link, entry.sure)

    def _what(self, entry: Entry) -> tuple[str, int, str]:
        """What it was for, in words, its case (0: none), and where it stands on the network."""
        network, resource = entry.channel.network, entry.resource
        post = self._posts.get((network, f"dm-{resource}" if entry.kind == "dm_event" else resource))
        if entry.kind in ("post", "dm_event") and post is not None:
            return self._said(post), _case_of(post), link_to(post)
        person = self._people.get((network, resource)) if entry.kind == "user" else None
        if person is not None:
            return person.shown_name + (f" (@{person.handle})" if person.handle and person.name else ""), 0, ""
        if reply := self._replies.get((network, resource)):
            return "A private answer" if reply.private else f"Our answer: {_short(reply.text)}", reply.case_id, ""
        if entry.of == "request":
            return "", 0, ""
        return f"not kept here: {resource}", 0, _link(entry)

    def _said(self, post: Post) -> str:
        if post.private:
            return f"{post.author.shown_name}, in private" if _case_of(post) in self._cases else "A private message"
        return f"{post.author.shown_name}: {'deleted by its author' if post.deleted_at else _short(dotted(post.text))}"


_SENDS = ("_create", "_summoned", "_with_url")


def _case_of(post: Post) -> int:
    message = getattr(post, "message", None)
    return message.case_id if message else 0


def _link(entry: Entry) -> str:
    return permalink(entry.channel, entry.resource, "") if entry.kind == "post" else ""


def _sent_as(ids: set[str]) -> dict[tuple[str, str], Reply]:
    """Replies by their network and its ids of their parts. Whatever was billed has an attempt that says so, and to go
    through the attempts once is cheaper than to look into the parts of every reply for each id.
    """
    if not ids:
        return {}
    attempts = Delivery.objects.filter(network_id__in=ids).select_related("reply__case__channel")
    return {(each.reply.case.channel.network, each.network_id): each.reply for each in attempts}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"


def _of_channel(found: QuerySet[Entry], value: str) -> tuple[QuerySet[Entry], str] | None:
    number = number_asked(value)
    channel = None if number is None else Channel.objects.filter(pk=number).first()
    return (found.filter(channel=channel), f"@{channel.handle}") if channel else None


def _of_purpose(found: QuerySet[Entry], value: str) -> tuple[QuerySet[Entry], str] | None:
    if value not in list(Purpose):
        return None
    return found.filter(purpose=value), IN_WORDS[Purpose(value)].name


def _of_rule(found: QuerySet[Entry], value: str) -> tuple[QuerySet[Entry], str] | None:
    if (number := number_asked(value)) is None:
        return None
    rule = ListeningRule.objects.filter(pk=number).first()
    return found.filter(rule=number), rule.name if rule else f"rule {value}"


_NARROW: Mapping[str, Any] = {"channel": _of_channel, "purpose": _of_purpose, "rule": _of_rule}


def _key(after: str) -> tuple[Any, ...] | None:
    day, *rest = after.split("\x1f")
    found = day_named(day)
    return (found, *rest) if found and len(rest) == 4 and "\0" not in after else None
