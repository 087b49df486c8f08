"""A thread: one person who wants something, how long they wait, and in what mood an answer leaves them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from earful.sandbox.crowd.book import Comebacks, Line, Role
from earful.sandbox.crowd.said import Reply

# Nobody comes back more often than this, however the conversation goes.
MOST_TURNS = 3
NAGS = ("nag", "again", "leaving")

# How often people nag who are not told otherwise: most once, few three times.
_NAGS_BY_LOT = (0, 0, 0, 1, 1, 1, 1, 2, 2, 3)


@dataclass(slots=True)
class Thread:
    """What one person began. Times in seconds.

    `turns` counts how often they came back, `nags` how often they still would unasked, and `nagged` how often
    they did; `heard` counts the brand's answers, and `facts`
    are words for slots that must stay the same. `round` grows with every word from either side: what was due
    in an earlier round no longer is.
    """

    key: str
    handle: str
    about: str
    private: bool
    began: float
    patience: float
    nags: int
    nagged: int = 0
    turns: int = 0
    round: int = 0
    heard: int = 0
    facts: dict[str, str] = field(default_factory=dict)


def begin(key: str, handle: str, line: Line, at: float, die: Random, rules: Comebacks) -> Thread:
    """A thread for an opening line: patience and nags as the line says, or by lot."""
    patience = die.uniform(75, 200) if line.patience is None else line.patience
    nags = _nags_by_lot(line.about, die, rules) if line.nags is None else line.nags
    return Thread(key, handle, line.about, line.kind == "message", at, patience, nags)


def _nags_by_lot(about: str, die: Random, rules: Comebacks) -> int:
    nags = die.choice(_NAGS_BY_LOT)
    return 0 if about in rules.content else min(nags, 1) if about in rules.once else nags


def meant_by(reply: Reply, threads: Iterable[Thread]) -> Thread | None:
    """The thread that the brand answered: by key where known, else the person's newest of that privacy."""
    own = [thread for thread in threads if thread.handle.lower() == reply.to_handle.lower()]
    exact = [thread for thread in own if _names(reply.to_post_id, thread)]
    return max(exact or own, key=lambda thread: (thread.private == reply.private, thread.began), default=None)


def _names(post_id: str, thread: Thread) -> bool:
    return post_id == f"key:{thread.key}" or post_id.startswith(f"key:{thread.key}.")


def mood_after(text: str, thread: Thread, die: Random, rules: Comebacks) -> str:
    """The mood in which the brand's words leave this person; "" when they will not answer at all."""
    cue = _cue(text, rules)
    if thread.nagged and not thread.heard and cue in ("default", "sorry") and die.random() < 0.6:
        return "at_last"
    own = rules.reactions.get(thread.about)
    if own is not None and not own:
        return ""
    weights = (own or {}).get(cue) or _fallback(thread, cue, rules)
    return die.choices(list(weights), list(weights.values()))[0]


def _fallback(thread: Thread, cue: str, rules: Comebacks) -> dict[str, int]:
    """Those who want nothing have one answer to everything; all others take the general table."""
    table = rules.reactions[thread.about if thread.about in rules.content else "general"]
    return dict(table.get(cue) or table["default"])


def _cue(text: str, rules: Comebacks) -> str:
    folded = text.casefold().replace("’", "'")
    for name, words in rules.cues:
        if any(re.search(_word(word), folded) for word in words):
            return name
    return "default"


def _word(word: str) -> str:
    """A pattern for the whole word; a sign such as "?" has no edges to look for."""
    return rf"(?<!\w){re.escape(word)}(?!\w)" if word[0].isalpha() else re.escape(word)


def words_for(mood: str, thread: Thread, role: Role, rules: Comebacks) -> list[str]:
    """What this person can say in this mood: in their own language, else on their theme, else in general."""
    lines = rules.lines[mood]
    if role.speaks in lines:
        return list(lines[role.speaks])
    return list(lines.get(thread.about) or lines["general"])
