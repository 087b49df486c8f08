"""The articles of a brand and the conversations in which each was sent, ready to be asked: what speaks for which."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from earful.core.articles.matching import Bm25, Likeness, Numbers, Places, bm25, likeness
from earful.core.articles.meaning import meaning
from earful.core.articles.reading import address_words, pieces, stem, surface, words

DAY: Final = 86_400.0
# Two ways of being recent: the same trouble right now, and what is sent this month.
HOURS, DAYS = DAY / 4, 14 * DAY
_LONG_AGO: Final = 8 * DAYS


@dataclass(frozen=True)
class Article:
    """Something to send. `used` is how often it was sent as far as others counted: what stands on the shelf as sent is
    not in it.
    """

    id: str
    title: str = ""
    text: str = ""
    address: str = ""
    used: float = 0.0

    @cached_property
    def named(self) -> list[str]:
        """The words of its title and of its address, each once, in their order."""
        return list(dict.fromkeys((*surface(self.title), *surface(" ".join(address_words(self.address))))))


@dataclass(frozen=True)
class Sent:
    """An article that was sent: which, for what was said before, in which reply, and when (seconds; None: unknown)."""

    article: str
    text: str
    reply: str = ""
    at: float | None = None

    @cached_property
    def words(self) -> Counter[str]:
        """Of what the customer had said."""
        return Counter(words(self.text))

    @cached_property
    def all_words(self) -> Counter[str]:
        """Of that, and of the reply."""
        return self.words + Counter(words(self.reply))


@dataclass(frozen=True, slots=True)
class Asked:
    """For what an article is looked for: what was said, and the time it is."""

    text: str
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What speaks for each article before it is weighed.

    Of each past conversation: which article was `given`, how `alike` it is, and how recent by `hours` and by `days` (1
    is now; 0 long ago, to come, or unknown). Of each article: how often it was `used`, and in `says`, a column each,
    what the conversations in which it was sent have of these words, what itself has, how alike its name is spelt, and
    how near it is in meaning.
    """

    past: Places
    given: Places
    alike: Numbers
    hours: Numbers
    days: Numbers
    used: Numbers
    says: Numbers


@dataclass(frozen=True)
class Shelf:
    """Articles, and what was sent of them, compared with one another once. Of each article `own` are the words that it
    says, `sent_for` those of the conversations in which it was sent.
    """

    articles: Sequence[Article]
    sent: Sequence[Sent]
    given: Places
    at: Numbers
    used: Numbers
    own: Sequence[Counter[str]]
    sent_for: Sequence[Counter[str]]
    alike: Likeness
    heard: Bm25
    says: Bm25
    spelt: Likeness
    means: NDArray[np.float32]

    def parts(self, asked: Asked, *, without: Sequence[int] = ()) -> Parts:
        """What speaks for each article; `without` some of what was sent, as if that had never been."""
        stems = words(asked.text)
        past = np.delete(np.arange(len(self.sent)), np.asarray(without, np.int64))
        hours, days = self._recent(asked.at, past)
        says = [self._heard(stems, without), self.says.scores(stems), self.spelt.scores(pieces(stems))]
        says.append(np.maximum(self.means @ meaning(surface(asked.text)), 0.0))
        alike = self.alike.scores(stems)[past]
        return Parts(past, self.given[past], alike, hours, days, self.used, np.stack(says, axis=1))

    def _heard(self, stems: Sequence[str], without: Sequence[int]) -> Numbers:
        scores = self.heard.scores(stems)
        for article in {int(self.given[number]) for number in without}:
            rest = self.sent_for[article].copy()
            for number in without:
                rest -= self.sent[number].all_words if self.given[number] == article else Counter()
            scores[article] = self.heard.of(rest, stems)
        return scores

    def _recent(self, at: float | None, past: Places) -> tuple[Numbers, Numbers]:
        if at is None:
            return np.zeros(len(past)), np.zeros(len(past))
        age = at - self.at[past]
        # Not a number, where the time is not known, is no age either; what is long ago weighs nothing.
        lately = np.flatnonzero((age >= 0) & (age < _LONG_AGO))
        recent = np.zeros((2, len(past)))
        recent[0, lately], recent[1, lately] = np.exp(-age[lately] / HOURS), np.exp(-age[lately] / DAYS)
        return recent[0], recent[1]


def shelf(articles: Iterable[Article], sent: Iterable[Sent]) -> Shelf:
    """Make them ready to be asked. What was sent of an article that is not there is left out."""
    articles = list(articles)
    places = {article.id: place for place, article in enumerate(articles)}
    known = [each for each in sent if each.article in places]
    given = np.fromiter((places[each.article] for each in known), np.int64, len(known))
    own, sent_for = [_said_by(article) for article in articles], _sent_for(len(articles), known, given)
    return Shelf(
        articles,
        known,
        given,
        np.fromiter((np.nan if each.at is None else each.at for each in known), float, len(known)),
        np.fromiter((article.used for article in articles), float, len(articles)),
        own,
        sent_for,
        likeness([each.words for each in known]),
        bm25(sent_for),
        bm25(own),
        likeness([Counter(pieces(map(stem, article.named))) for article in articles]),
        np.array([meaning(article.named) for article in articles]).reshape(len(articles), len(meaning([]))),
    )


def _sent_for(many: int, sent: Sequence[Sent], given: Places) -> list[Counter[str]]:
    """For each article the words of all conversations in which it was sent."""
    found: list[Counter[str]] = [Counter() for _ in range(many)]
    for place, each in zip(given, sent, strict=True):
        found[place].update(each.all_words)
    return found


def _said_by(article: Article) -> Counter[str]:
    """What it says; its name counts twice."""
    named = Counter(map(stem, article.named))
    return named + named + Counter(words(article.text))
