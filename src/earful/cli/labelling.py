"""`earful triage` and topics: which lists are asked, and what they add to the heads' answers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from earful.cli.trouble import Trouble
from earful.core.triage.model import Card, Probabilities
from earful.core.triage.reasons import with_words
from earful.core.triage.topics import Topics, TopicsError, read_topics, shipped

REASON: Final = "reason"


def topics_of(lists: Sequence[Path]) -> Topics:
    """The topics of these files together; without any, the shipped ones."""
    if not lists:
        return shipped()
    try:
        return Topics(topic for path in lists for topic in read_topics(path.read_text("utf-8")).all)
    except (TopicsError, UnicodeDecodeError) as error:
        raise Trouble(f"{' and '.join(map(str, lists))}: {error}") from error


def weighed_in(
    scores: Mapping[str, Probabilities], card: Card, texts: Sequence[str], topics: Topics
) -> dict[str, Probabilities]:
    """What the heads say, that of the contact reason together with the word lists."""
    answers = next((told.answers for told in card.heads if told.name == REASON), None)
    if answers is None:
        return dict(scores)
    return {**scores, REASON: with_words(texts, scores[REASON], answers, topics)}


def labels(row: Mapping[str, Any], text: str, topics: Topics) -> list[str]:
    """The topics whose words a text has. A row may say in `label_space`, a list or parted by "|", which it can have."""
    space = row.get("label_space") or ()
    among = space.split("|") if isinstance(space, str) else list(space)
    return [hit.topic for hit in topics.find(text) if not among or hit.topic in among]
