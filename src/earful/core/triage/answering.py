"""What can be asked about posts: a model of the first stage, or both stages together."""

from collections.abc import Sequence
from typing import Protocol

from earful.core.triage.model import Card, Probabilities


class Answering(Protocol):
    """Heads that answer."""

    @property
    def card(self) -> Card: ...
    def score(self, texts: Sequence[str]) -> dict[str, Probabilities]: ...
