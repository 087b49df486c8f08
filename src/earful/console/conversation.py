"""A case's conversation, in the order in which it happened: posts, our answers, notes, and what was done.

An answer of ours comes twice: as the reply that an agent wrote and as our own post, heard on the network. It
is shown once, as the reply, and the post is the proof that it can be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Final

from earful.cases.models import Case, CaseEvent, Message, Note
from earful.connectors.registry import CONNECTORS
from earful.console.deeds_shown import DeedsShown, Offer
from earful.console.delivery import Standing, standing
from earful.console.events import TOLD_BY_THE_CONVERSATION, in_words
from earful.console.files_shown import FileShown, files_shown
from earful.console.folding import fold
from earful.console.found_by import FoundBy, found_by, matches_of
from earful.console.marking import from_there
from earful.console.permalinks import permalink
from earful.console.pieces import Piece, pieces, safe_address
from earful.console.portraits import portrait
from earful.console.rows import initial, network_name
from earful.console.spread_shown import spread_in_words
from earful.console.why_heard import matched_spans
from earful.core.conversation import Role
from earful.core.lifecycle import DeliveryState
from earful.core.triage.personal import dotted, personal
from earful.posts import spread
from earful.posts.models import Post
from earful.posts.spread import Spread
from earful.replies.models import Reply
from earful.rules.models import Match

# A page with more would be slow to draw and is never read to its beginning; the rest comes on demand.
SHOWN_AT_ONCE: Final = 150


@dataclass(frozen=True, slots=True)
class Earlier:
    """How an edited post read before."""

    text: str
    until: datetime


@dataclass(frozen=True)
class Entry:
    """One thing in the conversation. `kind`: customer, bystander, ours, reply, note or events.

    `key` names it on the page and never changes, so that the page can be brought up to date in place. `beyond` are the
    words of a long post below its fold, and `fold` says what opens it; `portrait`, `profile` and `mark` are its
    author's picture and page on the network, and the sign by which that is known; `found_by` are the rules that found
    it. `deed` says how far is what we do to it on the network, and `offers` what can be done; `gone_by` deleted it, if
    we did.
    """

    key: str
    kind: str
    at: datetime
    name: str = ""
    handle: str = ""
    words: tuple[Piece, ...] = ()
    beyond: tuple[Piece, ...] = ()
    fold: str = ""
    lang: str = ""
    private: bool = False
    link: str = ""
    portrait: str = ""
    profile: str = ""
    mark: str = ""
    gone: bool = False
    edited: bool = False
    earlier: tuple[Earlier, ...] = ()
    media: tuple[str, ...] = ()
    post: int = 0
    spread: str = ""
    found_by: Sequence[FoundBy] = ()
    reply: int = 0
    standing: Standing | None = None
    told: tuple[str, ...] = ()
    files: Sequence[FileShown] = ()
    deed: str = ""
    offers: Sequence[Offer] = ()
    gone_by: str = ""

    @cached_property
    def initial(self) -> str:
        return initial(self.name)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The entries to show, oldest first, and how many older ones there are."""

    entries: Sequence[Entry]
    hidden: int = 0


@dataclass(slots=True)
class _Ours:
    """Our posts by the network's id, taken out when a reply turns out to be the same thing."""

    posts: dict[str, Post] = field(default_factory=dict)

    def all_of(self, reply: Reply) -> bool:
        """Whether every part of `reply` was heard back; what was heard is not to be shown again."""
        ids = [part["id"] for part in reply.sent]
        heard = [self.posts.pop(network_id, None) is not None for network_id in ids]
        return bool(heard) and all(heard) and len(ids) >= len(reply.parts)


def conversation(case: Case, now: datetime, *, whole: bool = False) -> Conversation:
    """The conversation of `case`, whose channel and customer must be loaded. Thirteen questions."""
    messages = _messages(case)
    posts = [message.post for message in messages]
    spreads, matches = spread.of(posts), matches_of(posts)
    ours = _Ours({message.post.network_id: message.post for message in messages if message.role == Role.OURS})
    done = DeedsShown(case, network_name(case.channel.network))
    replies = [_reply(reply, ours, case, now, done) for reply in _replies(case)]
    entries = [
        *(
            _post(message, case, spreads, matches.get(message.post_id, []), done)
            for message in messages
            if _still_to_show(message, ours)
        ),
        *replies,
        *(_note(note) for note in case.notes.select_related("agent")),
    ]
    return _cut(_with_events(entries, _events(case)), whole)


def _messages(case: Case) -> list[Message]:
    messages = case.messages.select_related("post__author").prefetch_related("post__versions")
    return list(messages.order_by("post__created_at", "pk"))


def _replies(case: Case) -> list[Reply]:
    written = case.replies.exclude(state=DeliveryState.DRAFT)
    replies = list(written.select_related("agent", "answers").prefetch_related("files"))
    for reply in replies:
        reply.case = case
    return replies


def _events(case: Case) -> list[CaseEvent]:
    return list(case.events.exclude(kind__in=TOLD_BY_THE_CONVERSATION).select_related("agent").order_by("at", "pk"))


def _still_to_show(message: Message, ours: _Ours) -> bool:
    return message.role != Role.OURS or message.post.network_id in ours.posts


def _earlier(post: Post) -> tuple[Earlier, ...]:
    """How it read before, oldest first; they need not have been heard in their order."""
    in_order = sorted(post.versions.all(), key=lambda version: (len(version.version), version.version))
    return tuple(Earlier(dotted(version.text), version.until) for version in in_order)


def _post(
    message: Message, case: Case, spreads: Mapping[int, Spread], matches: Sequence[Match], done: DeedsShown
) -> Entry:
    post, network = message.post, network_name(message.post.network)
    gone = post.deleted_at is not None
    marks = matched_spans(matches)
    folded = fold(post.text, marks)
    return Entry(
        key=f"post-{post.pk}",
        kind=message.role,
        at=post.created_at,
        name=post.author.shown_name,
        handle=post.author.handle,
        words=() if gone else tuple(_said(post, 0, folded.at, marks)),
        beyond=() if gone else tuple(_said(post, folded.at, len(post.text), from_there(marks, folded.at))),
        fold=folded.says,
        lang=post.lang,
        private=post.private,
        link="" if gone or post.private else permalink(case.channel, post.network_id, post.author.handle),
        portrait=portrait(post.network, post.author.avatar),
        profile=profile(case, post.author.handle),
        mark=network[:1],
        gone=gone,
        edited=post.edited_at is not None and not gone,
        earlier=() if gone else _earlier(post),
        media=() if gone else tuple(picture(item) for item in post.media),
        post=post.pk,
        spread=spread_in_words(spreads[post.pk], network),
        found_by=found_by(matches, network),
        deed="" if gone else done.standing(post.network_id),
        offers=() if gone else done.offers(post.network_id),
        gone_by=done.deleted_by(post.network_id),
    )


def _said(post: Post, begin: int, end: int, marks: Sequence[Sequence[int]]) -> list[Piece]:
    """A stretch of what they wrote. What they gave away of themselves is masked; our own words are not."""
    found = () if post.ours else personal(post.text)
    hide = [replace(each, start=each.start - begin, stop=each.stop - begin) for each in found]
    return pieces(post.text[begin:end], post.links, marks, through=_through(post), hide=hide)


def _through(post: Post) -> bool:
    return post.network in CONNECTORS and CONNECTORS[post.network].capabilities.leads_through


def profile(case: Case, handle: str) -> str:
    """Somebody's page on the case's network; "" where nothing tells their handle."""
    return f"{case.channel.site}/{handle}" if handle and safe_address(case.channel.site) else ""


def picture(item: Mapping[str, str]) -> str:
    """A picture in words: none is loaded from elsewhere, so the description that came with it must do."""
    kind = item.get("kind", "").replace("_", " ") or "attachment"
    return f"{kind}: {item['alt']}" if item.get("alt") else kind


def _reply(reply: Reply, ours: _Ours, case: Case, now: datetime, done: DeedsShown) -> Entry:
    seen, out = ours.all_of(reply), [str(part["id"]) for part in reply.sent]
    gone_by = done.deleted_by(*out)
    network = network_name(case.channel.network)
    return Entry(
        key=f"reply-{reply.pk}",
        kind="reply",
        at=reply.sent_at or reply.approved_at or reply.created_at,
        name=reply.agent.shown_name if reply.agent else case.channel.handle,
        handle=case.channel.handle,
        words=tuple(pieces(reply.text)),
        private=reply.private,
        reply=reply.pk,
        standing=None if gone_by else standing(reply, network=network, seen=seen, now=now),
        files=files_shown(reply.files.all()),
        deed="" if gone_by else done.standing(*out),
        offers=done.offers(*out),
        gone=bool(gone_by),
        gone_by=gone_by,
    )


def _note(note: Note) -> Entry:
    return Entry(
        key=f"note-{note.pk}",
        kind="note",
        at=note.at,
        name=note.agent.shown_name if note.agent else "somebody",
        words=tuple(pieces(note.text)),
    )


def _with_events(entries: Iterable[Entry], events: Sequence[CaseEvent]) -> list[Entry]:
    """Everything in time order; events that follow one another become one small line."""
    alone = [Entry(f"event-{event.pk}", "events", event.at, told=(in_words(event),)) for event in events]
    ordered = sorted([*entries, *alone], key=lambda entry: entry.at)
    folded: list[Entry] = []
    for entry in ordered:
        before = folded[-1] if folded else None
        if before is not None and entry.kind == before.kind == "events":
            folded[-1] = Entry(before.key, "events", before.at, told=(*before.told, *entry.told))
        else:
            folded.append(entry)
    return folded


def _cut(entries: list[Entry], whole: bool) -> Conversation:
    if whole or len(entries) <= SHOWN_AT_ONCE:
        return Conversation(entries)
    return Conversation(entries[-SHOWN_AT_ONCE:], len(entries) - SHOWN_AT_ONCE)
