"""A post made ready to be asked: its text folded and split once, however many rules look at it."""

from collections import defaultdict
from functools import cached_property

import regex

from earful.core.language.dialects import DIALECTS, Dialect, DialectName
from earful.core.post import Post
from earful.core.text import GLUE, Accents, Origins, Span, Token, fold, origins, spaced, spans_of, tokens

# twitter-text: a cashtag begins the text or follows a space, and ends where the word ends.
_CASHTAG = regex.compile(r"(?<!\S)\$([a-z]{1,6}(?:[._][a-z]{1,2})?)(?![\p{L}\p{M}\p{N}_])")


class Page:
    """One text a rule looks at: a post's own or that of the post it quotes ("" where words do not count)."""

    def __init__(self, post: Post, accents: Accents, *, readable: bool = True, quoted: bool = False) -> None:
        self.post = post
        self.accents = accents
        self.quoted = quoted
        self.text = post.text if readable else ""

    @cached_property
    def folded(self) -> str:
        return fold(self.text, self.accents)

    @cached_property
    def spaced(self) -> str:
        return spaced(self.folded)

    @cached_property
    def loose(self) -> str:
        return self.spaced.replace(GLUE, "")

    @cached_property
    def tokens(self) -> list[Token]:
        return tokens(self.folded)

    @cached_property
    def words(self) -> list[str]:
        return [token.text for token in self.tokens]

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each word stands, as numbers of tokens: however many words are looked for, the text is read once."""
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.words):
            places[word].append(place)
        return dict(places)

    @cached_property
    def nearby(self) -> dict[tuple[str, int], list[int]]:
        """What was found already of words near each other, by their text and distance."""
        return {}

    @cached_property
    def hashtags(self) -> frozenset[str]:
        return frozenset(map(fold, self.post.hashtags))

    @cached_property
    def cashtags(self) -> frozenset[str]:
        return frozenset(_CASHTAG.findall(fold(self.post.text)))

    def original(self, spans: list[Span]) -> tuple[Span, ...]:
        """Spans of the folded text as spans of what was written."""
        if not spans or self.text.isascii():
            return tuple(spans)
        return tuple(spans_of(self._origins, self.text, spans))

    @cached_property
    def _origins(self) -> Origins | None:
        return origins(self.text, self.accents)


class Candidate:
    """A post, and the post it quotes if that is known: what a rule is asked of, in one dialect."""

    def __init__(self, post: Post, quoted: Post | None = None, dialect: DialectName = "stream") -> None:
        self.post = post
        self.dialect: Dialect = DIALECTS[dialect]
        readable = self.dialect.reposts or not post.reposts  # search finds no reposts by their words
        self.pages = [Page(post, self.dialect.accents, readable=readable)]
        if quoted is not None and self.dialect.quotes:
            self.pages.append(Page(quoted, self.dialect.accents, quoted=True))
