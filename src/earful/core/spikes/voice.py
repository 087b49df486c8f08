"""Voice: what is kept of a post while it may be part of a spike, and the keys that it counts for."""

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from earful.core.spikes.copies import READ_AT_MOST, Sketch, sketch
from earful.core.spikes.places import Named, named_places
from earful.core.spikes.terms import terms
from earful.core.triage.features import read_as, tokens

Kind = Literal["reason", "rule", "term", "channel"]
# Signs that say what a matter is about; the others say how somebody speaks of it. And a reason that is none.
MATTERS: Final = ("outage", "danger", "charged_twice", "account_taken")
NO_REASON: Final = "other"


class Key(NamedTuple):
    """What people are counted for: a contact reason, a listening rule, a term, a channel."""

    kind: Kind
    name: str


class Voice(NamedTuple):
    """A post and its author by their rows, when it was written (seconds since 1970), the thread it stands in, what it
    counts for, the places that it names, and a sketch of its text.
    """

    post: int
    author: int
    at: float
    thread: str
    keys: frozenset[Key]
    places: tuple[Named, ...]
    sketch: Sketch


def voice(
    *, post: int, author: int, at: float, thread: str, text: str, channel: int | None, rules: Iterable[int] = (),
    signals: Iterable[str] = (), reason: str = "", place: str = "",
) -> Voice:  # fmt: skip
    """The voice of a post. `reason` is its contact reason as triage says it; `place` is the network's own."""
    said = [read_as(token) for token in tokens(text)[:READ_AT_MOST]]
    keys = [Key("term", term) for term in terms(said)]
    keys += [Key("rule", str(rule)) for rule in rules]
    matters = {reason, *(sign for sign in signals if sign in MATTERS)} - {"", NO_REASON}
    keys += [Key("reason", name) for name in sorted(matters)]
    keys += [] if channel is None else [Key("channel", str(channel))]
    return Voice(post, author, at, thread, frozenset(keys), named_places(text, place), sketch(said))
