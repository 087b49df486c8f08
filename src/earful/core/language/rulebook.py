"""Many rules asked of many posts at once.

Every rule is known by its anchors. Those in the text are found by one automaton in one pass over the folded
texts of the whole batch; those outside it (author, mention …) by one look-up each. Only for the few posts
that have an anchor of a rule is that rule's tree evaluated, so the price of a batch hardly grows with the
number of rules.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar

from daachorse import CharwiseDoubleArrayAhoCorasick

from earful.core.language.anchors import EVERY, LINKED, anchors
from earful.core.language.candidate import Candidate
from earful.core.language.dialects import DIALECTS, DialectName
from earful.core.language.errors import RuleError
from earful.core.language.matcher import Match, holds, match
from earful.core.language.parser import parse
from earful.core.language.tree import Tree
from earful.core.post import Post
from earful.core.text import fold

Id = TypeVar("Id", bound=Hashable)
Asked = list[list[int]]
"""For each post of a batch, the numbers of the rules worth asking, in any order and perhaps repeated."""


class Found(NamedTuple, Generic[Id]):
    """A rule that a post satisfies, and why."""

    rule: Id
    match: Match


class Rulebook(Generic[Id]):
    """Rules compiled together. Immutable: make a new one when a rule changes, and swap it whole."""

    def __init__(self, rules: Iterable[tuple[Id, Tree]], dialect: DialectName = "stream") -> None:
        self._dialect = dialect
        self._rules = tuple(rules)
        by_kind: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, (_, tree) in enumerate(self._rules):
            for kind, value in anchors(tree, DIALECTS[dialect].accents)[1]:
                by_kind[kind][value].append(number)
        texts: dict[str, list[int]] = by_kind.pop("text", defaultdict(list))
        self._pieces = list(texts)
        self._askers = list(texts.values())
        self._automaton = CharwiseDoubleArrayAhoCorasick(self._pieces) if texts else None
        self._every = by_kind.pop(EVERY[0], defaultdict(list))[EVERY[1]]
        self._keyed = [(KEYS[kind], dict(by_value)) for kind, by_value in by_kind.items()]

    @classmethod
    def compile(cls, rules: Iterable[tuple[Id, str]], dialect: DialectName = "stream") -> "Rulebook[Id]":
        """A rulebook from texts. Raises RuleError for the first unusable one, with its id as a note."""
        return cls([(rule, _parsed(rule, text, dialect)) for rule, text in rules], dialect)

    def __len__(self) -> int:
        return len(self._rules)

    def find(self, posts: Sequence[Post], quoted: Sequence[Post | None] | None = None) -> list[list[Id]]:
        """For each post the ids of the rules it satisfies, in the order of the rulebook.

        `quoted` holds, for each post, the post it quotes, where that is known.
        """
        rules = self._rules
        return [
            [rules[number][0] for number in sorted(set(numbers)) if holds(rules[number][1], candidate)]
            if candidate
            else []
            for candidate, numbers in self._candidates(posts, quoted)
        ]

    def find_with_reasons(
        self, posts: Sequence[Post], quoted: Sequence[Post | None] | None = None
    ) -> list[list[Found[Id]]]:
        """For each post the rules it satisfies, each with the words and operators that say so."""
        return [self._found(candidate, numbers) for candidate, numbers in self._candidates(posts, quoted)]

    def _found(self, candidate: Candidate | None, numbers: Collection[int]) -> list[Found[Id]]:
        if candidate is None:
            return []
        asked = [(self._rules[number][0], match(self._rules[number][1], candidate)) for number in sorted(set(numbers))]
        return [Found(rule, why) for rule, why in asked if why]

    def _candidates(
        self, posts: Sequence[Post], quoted: Sequence[Post | None] | None
    ) -> Iterable[tuple[Candidate | None, list[int]]]:
        others = list(quoted) if quoted and DIALECTS[self._dialect].quotes else [None] * len(posts)
        asked: Asked = [list(self._every) for _ in posts] if self._every else [[] for _ in posts]
        self._ask_by_text(posts, others, asked)
        self._ask_by_key(posts, others, asked)
        return [
            (Candidate(post, other, self._dialect), numbers) if numbers else (None, numbers)
            for post, other, numbers in zip(posts, others, asked, strict=True)
        ]

    def _ask_by_text(self, posts: Sequence[Post], others: Sequence[Post | None], asked: Asked) -> None:
        if self._automaton is None:
            return
        texts = self._folded(posts, others)
        batch = "\n".join(texts)
        ends = list(accumulate((len(text) + 1 for text in texts), initial=-1))
        place = 0
        for start, stop, number in self._automaton.find_overlapping(batch):  # in order of `stop`
            if not _inside_word(batch, start, stop):
                while stop > ends[place + 1]:
                    place += 1
                asked[place].extend(self._askers[number])

    def _folded(self, posts: Sequence[Post], others: Sequence[Post | None]) -> list[str]:
        accents = DIALECTS[self._dialect].accents
        texts = [fold(post.text, accents) for post in posts]
        for place, other in enumerate(others):
            if other is not None:
                texts[place] = f"{texts[place]}\n{fold(other.text, accents)}"
        return texts

    def _ask_by_key(self, posts: Sequence[Post], others: Sequence[Post | None], asked: Asked) -> None:
        for keys, by_value in self._keyed:
            for place, post in enumerate(posts):
                for key in keys(post):
                    if key in by_value:
                        asked[place].extend(by_value[key])
            for place, other in enumerate(others):
                if other is not None:
                    asked[place].extend(number for key in keys(other) for number in by_value.get(key, ()))


def _parsed(rule: Hashable, text: str, dialect: DialectName) -> Tree:
    try:
        return parse(text, dialect)
    except RuleError as error:
        error.add_note(f"In rule {rule}.")
        raise


def _inside_word(batch: str, start: int, stop: int) -> bool:
    """Whether ASCII letters or digits go on at either edge: the piece is then part of a longer token.

    ASCII alone is asked because every ASCII letter or digit joins its neighbours; of others only the tokens
    know.
    """
    into = batch[start] in _JOINING and batch[start - 1 : start] in _JOINING
    return into or (batch[stop - 1] in _JOINING and batch[stop : stop + 1] in _JOINING)


_JOINING = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")

# The keys under which a post is looked up, by kind of anchor: every value an operator could name it by.
KEYS: dict[str, Callable[[Post], Collection[str]]] = {
    "root": lambda post: (post.root,),
    "reply_to": lambda post: (post.reply_to,),
    "reposts": lambda post: (post.reposts,),
    "quotes": lambda post: (post.quotes,),
    "from": lambda post: (fold(post.author.handle), post.author.id),
    "to": lambda post: (
        (fold(post.reply_to_handle), post.reply_to_author) if post.reply_to_handle or post.reply_to_author else ()
    ),
    "#": lambda post: [fold(tag) for tag in post.hashtags] if post.hashtags else (),
    "@": lambda post: post.mentions,
    LINKED[0]: lambda post: (LINKED[1],) if post.links else (),
}
