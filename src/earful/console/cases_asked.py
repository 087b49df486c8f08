"""Which cases of a view a page asks for: words, what triage told, and the address that says the same again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.http import urlencode

from earful.cases.models import UNSURE
from earful.console.asked import words_asked
from earful.console.heads_shown import NOT_SURE, SHOWN
from earful.triage.topics import answers, in_words


@dataclass(frozen=True, slots=True)
class CasesAsked:
    """What is asked for: `words`, and an answer of each of `heads` (UNSURE: the head doubts)."""

    words: str = ""
    heads: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """The same as a query string; "" when everything is wanted."""
        return urlencode({"q": self.words, **self.heads} if self.words else self.heads)

    @property
    def in_words(self) -> str:
        """As in: Intent: complaint · Urgency: not sure."""
        return " · ".join(f"{SHOWN[head].title}: {_says(head, says)}" for head, says in self.heads.items())


@dataclass(frozen=True, slots=True)
class HeadOffered:
    """A head as a filter: its answers with the one that is asked for."""

    name: str
    title: str
    options: list[tuple[str, str, bool]]


def cases_asked(query: QueryDict) -> CasesAsked:
    """What an address asks for; what it cannot mean is as if it were not there."""
    heads = {head: query.get(head, "") for head in SHOWN}
    return CasesAsked(words_asked(query), {head: says for head, says in heads.items() if _is_one(head, says)})


def offered(asked: CasesAsked) -> list[HeadOffered]:
    """Every head as a filter."""
    return [HeadOffered(head.name, head.title, _options(head.name, asked)) for head in SHOWN.values()]


def _options(head: str, asked: CasesAsked) -> list[tuple[str, str, bool]]:
    wanted = asked.heads.get(head, "")
    return [(says, _says(head, says), says == wanted) for says in (*answers(head), UNSURE)]


def _is_one(head: str, says: str) -> bool:
    return says == UNSURE or says in answers(head)


def _says(head: str, says: str) -> str:
    return NOT_SURE if says == UNSURE else in_words(head, says)
