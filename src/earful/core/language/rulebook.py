"""Many rules asked of many posts at once.

Every rule is known by its anchors. Those in the text are found by one automaton in one pass over the folded
texts of the whole batch; those outside it (author, mention, language …) by one look-up each. Only for the few
posts that have an anchor of a rule is that rule's tree evaluated, so the price of a batch hardly grows with the
number of rules.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from earful.core.language.anchors import EVERY, anchors
from earful.core.language.candidate import Candidate
from earful.core.language.dialects import DIALECTS, DialectName
from earful.core.language.errors import RuleError
from earful.core.language.keys import ALSO_QUOTED
from earful.core.language.lookups import Asked, LookUp, look_up
from earful.core.language.matcher import Match, holds, match
from earful.core.language.parser import parse
from earful.core.language.pieces import Pieces
from earful.core.language.tree import Tree
from earful.core.post import Post
from earful.core.text import Accents, fold

Id = TypeVar("Id", bound=Hashable)
Quoted = Sequence[Post | None]


class Found(NamedTuple, Generic[Id]):
    """A rule that a post satisfies, and why."""

    rule: Id
    match: Match


class Rulebook(Generic[Id]):
    """Rules compiled together. Immutable: make a new one when a rule changes, and swap it whole."""

    def __init__(self, rules: Iterable[tuple[Id, Tree]], dialect: DialectName = "stream") -> None:
        self._dialect = DIALECTS[dialect]
        self._rules = tuple(rules)
        index = _index((tree for _, tree in self._rules), self._dialect.accents)
        self._every = index.pop(EVERY[0], {}).get(EVERY[1], [])
        texts = index.pop("text", None)
        self._pieces = Pieces(texts) if texts else None
        look_ups = {kind: look_up(kind, by_value, self._dialect.accents) for kind, by_value in index.items()}
        self._look_ups = list(look_ups.values())
        self._look_ups_of_quoted = [look for kind, look in look_ups.items() if kind in ALSO_QUOTED]

    @classmethod
    def compile(cls, rules: Iterable[tuple[Id, str]], dialect: DialectName = "stream") -> "Rulebook[Id]":
        """A rulebook from texts. Raises RuleError for the first unusable one, with its id as a note."""
        return cls([(rule, _parsed(rule, text, dialect)) for rule, text in rules], dialect)

    def __len__(self) -> int:
        return len(self._rules)

    def find(self, posts: Sequence[Post], quoted: Quoted | None = None) -> list[list[Id]]:
        """For each post the ids of the rules it satisfies, in the order of the rulebook.

        `quoted` holds, for each post, the post it quotes, where that is known.
        """
        return self.find_folded(posts, self._folded(posts), quoted)

    def find_folded(
        self,
        posts: Sequence[Post],
        folded: Sequence[str],
        quoted: Quoted | None = None,
        folded_quoted: Sequence[str] | None = None,
    ) -> list[list[Id]]:
        """The same where the texts are folded already, with the accents of the rulebook's dialect."""
        found: list[list[Id]] = [[] for _ in posts]
        for place, candidate, numbers in self._worth_asking(posts, folded, quoted, folded_quoted):
            asked = map(self._rules.__getitem__, numbers)
            found[place] = [rule for rule, tree in asked if holds(tree, candidate)]
        return found

    def find_with_reasons(self, posts: Sequence[Post], quoted: Quoted | None = None) -> list[list[Found[Id]]]:
        """For each post the rules it satisfies, each with the words and operators that say so."""
        found: list[list[Found[Id]]] = [[] for _ in posts]
        for place, candidate, numbers in self._worth_asking(posts, self._folded(posts), quoted, None):
            asked = map(self._rules.__getitem__, numbers)
            found[place] = [Found(rule, why) for rule, tree in asked if (why := match(tree, candidate))]
        return found

    def _folded(self, posts: Quoted) -> list[str]:
        accents = self._dialect.accents
        texts = [post.text if post else "" for post in posts]
        return [text.lower() if text.isascii() else fold(text, accents) for text in texts]

    def _worth_asking(
        self, posts: Sequence[Post], folded: Sequence[str], quoted: Quoted | None, folded_quoted: Sequence[str] | None
    ) -> Iterator[tuple[int, Candidate, list[int]]]:
        """Each post that has an anchor, by its place, with the numbers of the rules to ask, in order."""
        others = quoted if quoted and self._dialect.quotes else [None] * len(posts)
        texts = folded_quoted if quoted and folded_quoted else self._folded(others)
        asked: defaultdict[int, set[int]] = defaultdict(set)
        if self._every:
            asked.update((place, set(self._every)) for place in range(len(posts)))
        for place, numbers in self._anchored(posts, folded, self._look_ups):
            asked[place].update(numbers)
        heard = [(place, other) for place, other in enumerate(others) if other]
        theirs, said = [other for _, other in heard], [texts[place] for place, _ in heard]
        for index, numbers in self._anchored(theirs, said, self._look_ups_of_quoted):
            asked[heard[index][0]].update(numbers)
        for place, wanted in asked.items():
            candidate = Candidate(posts[place], others[place], self._dialect.name)
            _hand_over(candidate, folded[place], texts[place])
            yield place, candidate, sorted(wanted)

    def _anchored(self, posts: Sequence[Post], folded: Sequence[str], look_ups: Iterable[LookUp]) -> Asked:
        if self._pieces:
            yield from self._pieces.asked(folded)
        for look in look_ups:
            yield from look(posts)


def _index(trees: Iterable[Tree], accents: Accents) -> dict[str, dict[str, list[int]]]:
    """The numbers of the rules by kind and value of their anchors."""
    index: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, tree in enumerate(trees):
        for kind, value in anchors(tree, accents)[1]:
            index[kind][value].append(number)
    return {kind: dict(by_value) for kind, by_value in index.items()}


def _hand_over(candidate: Candidate, folded: str, folded_quoted: str) -> None:
    """Spares the candidate folding again. A page without text stays so: its words do not count."""
    for page in candidate.pages:
        if page.text:
            page.folded = folded_quoted if page.quoted else folded


def _parsed(rule: Hashable, text: str, dialect: DialectName) -> Tree:
    try:
        return parse(text, dialect)
    except RuleError as error:
        error.add_note(f"In rule {rule}.")
        raise
