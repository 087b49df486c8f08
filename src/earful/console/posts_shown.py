"""A post as the posts page shows it: everything in words, worked out once, so that the template only prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import prefetch_related_objects
from django.utils.safestring import SafeString

from earful.cases.models import Message
from earful.channels.models import Channel
from earful.console.answers_shown import AnswerShown, of_posts
from earful.console.conversation import picture
from earful.console.folding import fold
from earful.console.found_by import FoundBy, found_by, matches_of
from earful.console.marking import from_there, marked
from earful.console.permalinks import permalink
from earful.console.portraits import portrait
from earful.console.rows import Chip, initial, network_name
from earful.console.spread_shown import spread_in_words
from earful.console.why_heard import matched_spans, spans, why_heard
from earful.core.language.matcher import Match as Said
from earful.core.triage import points_of
from earful.core.triage.personal import dotted
from earful.people.models import Agent
from earful.posts import spread
from earful.posts.models import Post
from earful.posts.remembering import remembered
from earful.rules.models import Match

# From here on a reason is shown in the warning colour, as on the rows of the inbox.
_GRAVE: Final = 15


@dataclass(frozen=True, slots=True)
class Words:
    """Foreign words as markup, what was found in them marked. `beyond` stands below the fold, `fold` says what opens
    it; both are "" for words that are not folded.
    """

    shown: SafeString
    beyond: SafeString
    fold: str


@dataclass(frozen=True, slots=True)
class PostShown:
    """A post of the list. `words` has the hits of the search marked, or without a search what the rules found; `heard`
    says why it was heard where no rule found it; `case` is the case it is in (0: none); `may_case` says that one can be
    made of it. `quoted` are the words that it quotes, as far as the network told them along, and `quoted_from` whose
    they are.
    """

    id: int
    initial: str
    portrait: str
    mark: str
    network: str
    name: str
    handle: str
    at: datetime
    reposted: bool
    words: Words
    quoted: Words
    quoted_from: str
    lang: str
    media: tuple[str, ...]
    link: str
    gone: bool
    edited: bool
    found_by: list[FoundBy]
    heard: str
    answers: list[AnswerShown]
    chips: list[Chip]
    spread: str
    case: int
    may_case: bool
    ignored: str


@dataclass(slots=True)
class _Known:
    """What is known around the posts of a page: matches, cases, spread, our own accounts, corrections: six asked."""

    matches: dict[int, list[Match]] = field(default_factory=dict)
    cases: dict[int, int] = field(default_factory=dict)
    spreads: Mapping[int, spread.Spread] = field(default_factory=dict)
    own: dict[tuple[str, str], str] = field(default_factory=dict)
    answers: Mapping[int, list[AnswerShown]] = field(default_factory=dict)

    @classmethod
    def around(cls, posts: Sequence[Post], agent: Agent) -> _Known:
        known = cls(spreads=spread.of(posts))
        prefetch_related_objects(posts, "ignored_by")
        known.matches = matches_of(posts)
        known.cases = dict(Message.objects.filter(post__in=posts).values_list("post", "case"))
        known.answers = of_posts(posts)
        accounts = Channel.objects.values_list("network", "account_id", "handle")
        known.own = {(network, account): handle for network, account, handle in accounts}
        return known


def posts_shown(found: Sequence[tuple[Post, Said | None]], agent: Agent) -> list[PostShown]:
    """These posts as `agent` sees them, each with what a search found in it (None: it was not searched for). Their
    authors and channels must be loaded.
    """
    known = _Known.around([post for post, _ in found], agent)
    return [_shown(post, said, known, agent) for post, said in found]


def _shown(post: Post, said: Said | None, known: _Known, agent: Agent) -> PostShown:
    author, network = post.author, network_name(post.network)
    matches, gone = known.matches.get(post.pk, []), post.deleted_at is not None
    case = known.cases.get(post.pk, 0)
    quoted = remembered(post)[1] if post.quotes and not gone else None
    return PostShown(
        id=post.pk,
        initial=initial(author.shown_name),
        portrait=portrait(post.network, author.avatar),
        mark=network[:1],
        network=network,
        name=author.shown_name,
        handle=author.handle,
        at=post.created_at,
        reposted=bool(post.reposts),
        words=_words(post.text, spans(said) if said else matched_spans(matches)),
        quoted=_words(quoted.text if quoted else "", spans(said, True) if said else matched_spans(matches, True)),
        quoted_from=quoted.author.handle if quoted else "",
        lang=post.lang,
        media=() if gone else tuple(picture(item) for item in post.media),
        link=link_to(post),
        gone=gone,
        edited=post.edited_at is not None and not gone,
        found_by=found_by(matches, network),
        heard="" if matches else why_heard(post, known.own),
        answers=[] if gone else known.answers.get(post.pk, []),
        chips=[] if gone else _chips(post),
        spread=spread_in_words(known.spreads[post.pk], network),
        case=case,
        may_case=not (case or gone or post.ours or post.reposts),
        ignored=_ignored(post, agent),
    )


def _words(text: str, marks: Sequence[Sequence[int]]) -> Words:
    folded, text = fold(text, marks), dotted(text)
    beyond = marked(text[folded.at :], from_there(marks, folded.at))
    return Words(marked(text[: folded.at], marks), beyond, folded.says)


@dataclass(frozen=True, slots=True)
class CarrierShown:
    """Somebody who carried a post on: by what, when, and with how many followers (None: not known)."""

    name: str
    handle: str
    how: str
    followers: int | None
    at: datetime
    link: str


def carriers_shown(post: Post) -> list[CarrierShown]:
    """Who carried `post` on, the newest first."""
    return [
        CarrierShown(
            name=carrier.author.shown_name,
            handle=carrier.author.handle,
            how="quoted it" if carrier.quotes else "reposted it",
            followers=carrier.author.followers,
            at=carrier.at,
            link=link_to(carrier.post),
        )
        for carrier in spread.carriers(post)
    ]


def link_to(post: Post) -> str:
    """Where people see a post; "" for one that is private or gone, and when its network or the channel that heard it is
    not known any more.
    """
    if post.private or post.deleted_at is not None:
        return ""
    return permalink(post.channel, post.network_id, post.author.handle)


def _chips(post: Post) -> list[Chip]:
    """Beside what it is: that it looks like spam, and the strongest sign of urgency in its words."""
    chips = [Chip("looks like spam")] if "spam" in post.signals else []
    signs = sorted(points_of(post.signals), key=lambda sign: -sign[1])
    return chips + [Chip(says, "grave" if points >= _GRAVE else "") for says, points in signs[:1] if points > 0]


def _ignored(post: Post, agent: Agent) -> str:
    """Who put it aside, in words; "" when nobody did."""
    if post.ignored_at is None:
        return ""
    if post.ignored_by_id == agent.pk:
        return "Ignored by you"
    return f"Ignored by {post.ignored_by.shown_name}" if post.ignored_by else "Ignored"
