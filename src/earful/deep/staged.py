"""Both stages as one model: the second one's answers for the heads that it has, the first one's for the others."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from earful.core.triage.model import Card, Model, Probabilities
from earful.deep.model import Deep


@dataclass(frozen=True)
class Staged:
    """The first stage, and those of the second: a later one stands for an earlier one's heads of the same name."""

    first: Model
    second: tuple[Deep, ...]

    @property
    def card(self) -> Card:
        """All heads; what answers each says how sure it may be."""
        cards = (self.first.card, *(each.card for each in self.second))
        heads = {told.name: told for card in cards for told in card.heads}
        return msgspec.structs.replace(self.first.card, heads=tuple(heads.values()))

    def score(self, texts: Sequence[str]) -> dict[str, Probabilities]:
        """For each head a row for each text, with the probability of each answer."""
        found = self.first.score(texts)
        for each in self.second:
            found |= each.score(texts)
        return found

    def words(self, text: str) -> dict[str, list[tuple[str, float]]]:
        """How much each word speaks for a head's likeliest answer: where both stages give the same answer, as the first
        says it, whose sums are words; where they differ, by leaving out one word after the other.
        """
        said, likeliest = self.first.words(text), _likeliest(self.first, text)
        for each in self.second:
            if differ := {name for name, answer in _likeliest(each, text).items() if likeliest.get(name) != answer}:
                words = each.words(text)
                said |= {name: words[name] for name in differ}
        return said


def _likeliest(model: Model | Deep, text: str) -> dict[str, str]:
    scores = model.score([text])
    return {told.name: told.answers[int(scores[told.name][0].argmax())] for told in model.card.heads}
