"""Whether a post satisfies a rule, and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from earful.core.language.candidate import Candidate, Page
from earful.core.language.languages import same_language
from earful.core.language.printer import show
from earful.core.language.tree import And, Leaf, Not, Operator, Or, Phrase, Tree, Word
from earful.core.text import Accents, Span, fold, spaced, words


@dataclass(frozen=True, slots=True)
class Reason:
    """A word or operator of the rule that the post satisfies.

    `term` is written as in a rule; `spans` are where it stands in the text (character offsets into the
    original, end excluded), or empty for what is not in the text; `quoted` says that the text is that of the
    quoted post.
    """

    term: str
    spans: tuple[Span, ...] = ()
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A post satisfies a rule, for these reasons. Exclusions that held are not listed."""

    reasons: tuple[Reason, ...]


def match(tree: Tree, candidate: Candidate) -> Match | None:
    """Why the candidate satisfies the rule, or None if it does not."""
    return Match(tuple(dict.fromkeys(_reasons(tree, candidate)))) if holds(tree, candidate) else None


def holds(tree: Tree, candidate: Candidate) -> bool:
    """Whether the candidate satisfies the rule: `match` without the reasons, and several times quicker."""
    if isinstance(tree, Word):
        wanted = _word(tree.text, candidate.dialect.accents)
        return any(wanted in page.spaced for page in candidate.pages)
    if isinstance(tree, Operator):
        return HOLDS[tree.name](_value(tree.value), candidate)
    if isinstance(tree, And):
        return all(holds(part, candidate) for part in tree.parts)
    if isinstance(tree, Or):
        return any(holds(part, candidate) for part in tree.parts)
    if isinstance(tree, Not):
        return not holds(tree.part, candidate)
    return any(_holds_phrase(tree, page) for page in candidate.pages)


def _holds_phrase(phrase: Phrase, page: Page) -> bool:
    if phrase.near:
        return any(_near(phrase, page))
    return f" {' '.join(_phrase(phrase.text, page.accents))} " in page.loose


def _near(phrase: Phrase, page: Page) -> Iterator[tuple[int, ...]]:
    """Where (token numbers) the words are close enough: N tokens in order, N - 2 in any other order."""
    wanted = _phrase(phrase.text, page.accents)
    texts = [token.text for token in page.tokens]
    for start, text in enumerate(texts):
        if text in wanted:
            window = texts[start : start + phrase.near + 1]
            found = _in_order(wanted, window) or _in_any_order(wanted, window[: phrase.near - 1])
            if found:
                yield tuple(start + place for place in found)


def _in_order(wanted: tuple[str, ...], window: list[str]) -> list[int]:
    places: list[int] = []
    for place, text in enumerate(window):
        if len(places) < len(wanted) and text == wanted[len(places)]:
            places.append(place)
    return places if len(places) == len(wanted) else []


def _in_any_order(wanted: tuple[str, ...], window: list[str]) -> list[int]:
    left = list(wanted)
    places = []
    for place, text in enumerate(window):
        if text in left:
            left.remove(text)
            places.append(place)
    return [] if left else places


@lru_cache(maxsize=65536)
def _word(text: str, accents: Accents) -> str:
    return spaced(fold(text, accents))


@lru_cache(maxsize=65536)
def _phrase(text: str, accents: Accents) -> tuple[str, ...]:
    return tuple(words(fold(text, accents)))


@lru_cache(maxsize=65536)
def _value(value: str) -> str:
    return fold(value)


def _links(candidate: Candidate) -> list[str]:
    return [
        address
        for page in candidate.pages
        for link in page.post.links
        for address in (link.address, link.short, link.shown)
        if address
    ]


def _in_addresses(value: str, candidate: Candidate) -> bool:
    wanted = f" {' '.join(words(value))} "
    return any(wanted in f" {' '.join(words(fold(address)))} " for address in _links(candidate))


def _in_range(value: str, count: int | None) -> bool:
    low, _, high = value.partition("..")
    return count is not None and int(low) <= count and (not high or count <= int(high))


def _is_user(value: str, handle: str, user_id: str) -> bool:
    return value == fold(handle) or (value == user_id and value.isdigit())


def _has_media(*kinds: str) -> Callable[[Candidate], bool]:
    return lambda candidate: any(media.kind in kinds for media in candidate.post.media)


IS: dict[str, Callable[[Candidate], bool]] = {
    "retweet": lambda candidate: bool(candidate.post.reposts),
    "reply": lambda candidate: bool(candidate.post.reply_to),
    "quote": lambda candidate: bool(candidate.post.quotes),
    "verified": lambda candidate: candidate.post.author.verified,
    "nullcast": lambda candidate: False,  # posts shown only as advertisements never reach a desk
}

HAS: dict[str, Callable[[Candidate], bool]] = {
    "links": lambda candidate: bool(candidate.post.links),
    "mentions": lambda candidate: bool(candidate.post.mentions),
    "hashtags": lambda candidate: bool(candidate.post.hashtags),
    "cashtags": lambda candidate: bool(candidate.pages[0].cashtags),
    "media": lambda candidate: bool(candidate.post.media),
    "images": _has_media("photo", "image"),
    "videos": _has_media("video"),
    "video_link": _has_media("video"),
}

HOLDS: dict[str, Callable[[str, Candidate], bool]] = {
    "@": lambda value, candidate: any(value in page.post.mentions for page in candidate.pages),
    "#": lambda value, candidate: any(value in page.hashtags for page in candidate.pages),
    "$": lambda value, candidate: any(value in page.cashtags for page in candidate.pages),
    "from": lambda value, one: _is_user(value, one.post.author.handle, one.post.author.id),
    "to": lambda value, one: _is_user(value, one.post.reply_to_handle, one.post.reply_to_author),
    "url": _in_addresses,
    "url_contains": lambda value, candidate: any(value in fold(address) for address in _links(candidate)),
    "conversation_id": lambda value, candidate: value == candidate.post.root,
    "in_reply_to_tweet_id": lambda value, candidate: value == candidate.post.reply_to,
    "in_reply_to_status_id": lambda value, candidate: value == candidate.post.reply_to,
    "retweets_of_tweet_id": lambda value, candidate: value == candidate.post.reposts,
    "quotes_of_tweet_id": lambda value, candidate: value == candidate.post.quotes,
    "min_followers": lambda value, candidate: _in_range(value, candidate.post.author.followers),
    "followers_count": lambda value, candidate: _in_range(value, candidate.post.author.followers),
    "lang": lambda value, candidate: same_language(value, candidate.post.lang),
    "is": lambda value, candidate: IS[value](candidate),
    "has": lambda value, candidate: HAS[value](candidate),
}


def _reasons(tree: Tree, candidate: Candidate) -> list[Reason]:
    if isinstance(tree, And | Or):
        held = [part for part in tree.parts if isinstance(tree, And) or holds(part, candidate)]
        return [reason for part in held for reason in _reasons(part, candidate)]
    if isinstance(tree, Not):
        return []
    found = [Reason(show(tree), spans, page.quoted) for page in candidate.pages if (spans := _where(tree, page))]
    return found or [Reason(show(tree))]


def _where(leaf: Leaf, page: Page) -> tuple[Span, ...]:
    """Where a leaf stands in a page's own text."""
    if isinstance(leaf, Operator):
        return _where_sign(leaf, page) if leaf.name in "@#$" else ()
    if isinstance(leaf, Phrase) and leaf.near:
        places = {place for found in _near(leaf, page) for place in found}
        return page.original([page.tokens[place][1:3] for place in sorted(places)])
    return _where_words(leaf, page)


def _where_words(leaf: Word | Phrase, page: Page) -> tuple[Span, ...]:
    wanted = _phrase(leaf.text, page.accents)
    texts = [token.text for token in page.tokens]
    spans = []
    for at in range(len(texts) - len(wanted) + 1):
        if tuple(texts[at : at + len(wanted)]) == wanted:
            start, end = page.tokens[at].start, page.tokens[at + len(wanted) - 1].end
            if isinstance(leaf, Phrase) or page.folded[start:end] == "".join(wanted):
                spans.append((start, end))
    return page.original(spans)


def _where_sign(leaf: Operator, page: Page) -> tuple[Span, ...]:
    wanted = fold(leaf.name + leaf.value, page.accents)
    spans = []
    at = page.folded.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not (page.folded[end : end + 1].isalnum() or page.folded[end : end + 1] == "_"):
            spans.append((at, end))
        at = page.folded.find(wanted, end)
    return page.original(spans)
