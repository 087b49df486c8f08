"""`earful triage` and topics: which lists are asked, and what they add to the heads' answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from earful.cli.trouble import Trouble
from earful.core.triage.model import Card, Probabilities
from earful.core.triage.reasons import listed, with_words
from earful.core.triage.topics import Topic, Topics, TopicsError, read_topics, shipped

REASON: Final = "reason"


def topics_of(lists: Sequence[Path]) -> Topics:
    """The topics of these files together, those of one name as one; without any file, the shipped ones."""
    if not lists:
        return shipped()
    found: dict[str, Topic] = {}
    try:
        for topic in (each for path in lists for each in read_topics(path.read_text("utf-8")).all):
            before = found.get(topic.name, topic)
            found[topic.name] = replace(before, words=tuple(dict.fromkeys([*before.words, *topic.words])))
        return Topics(found.values())
    except (TopicsError, UnicodeDecodeError) as error:
        raise Trouble(f"{' and '.join(map(str, lists))}: {error}") from error


def weighed_in(
    scores: Mapping[str, Probabilities], card: Card, texts: Sequence[str], topics: Topics
) -> dict[str, Probabilities]:
    """What the heads say, those that ask for these topics together with their word lists: that of the contact reason,
    and any that was taught the names of a desk's own.
    """
    weighed = dict(scores)
    for told in card.heads:
        if _asks_for(told.answers, topics):
            by = listed if told.several else with_words
            weighed[told.name] = by(texts, scores[told.name], told.answers, topics)
    return weighed


def _asks_for(answers: Sequence[str], topics: Topics) -> bool:
    """Whether most of the answers are topics; one or two words are shared by chance."""
    return 2 * sum(answer in topics.by_name for answer in answers) > len(answers)


def labels(row: Mapping[str, Any], text: str, topics: Topics) -> list[str]:
    """The topics whose words a text has. A row may say in `label_space`, a list or parted by "|", which it can have."""
    space = row.get("label_space") or ()
    among = space.split("|") if isinstance(space, str) else list(space)
    return [hit.topic for hit in topics.find(text) if not among or hit.topic in among]
