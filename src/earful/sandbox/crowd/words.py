"""Words: slots filled, and a person's way of typing put on. All luck comes from `dice`, so it comes again."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random
from typing import Any

from earful.sandbox.crowd.book import Role

# Under the 280 that X counts, since it counts an emoji as two (twitter-text, configuration version 3).
LONGEST = 260

_SLOT = re.compile(r"\{(\w+)\}")
_HANDLE = re.compile(r"(@\w+)")
# Slots whose words are kept once somebody has said them: by what they look like, and by their own list.
_WRITTEN = {
    "order": r"LM-\d{5}",
    "account": r"LM \d{4} \d{4} \d\d",
    "phone": r"07700 900\d{3}",
    "amount": r"£\d+\.\d\d",
    "code": r"E-\d{3}",
    "gate": r"(?<=gate )\d+",
    "age": r"(?<=\()[789]\d\b|(?<=\bis )[789]\d\b|(?<=, )[789]\d(?=[,.])",
}
_LISTED = ("agent", "country", "relative", "street", "light")

_WAYS: Mapping[str, Callable[[str], str]] = {"plain": str, "lower": str.lower, "caps": str.upper}


def dice(seed: int, *step: object) -> Random:
    """A die for one step. It depends on the seed and the step alone, not on what was thrown before."""
    name = ":".join(map(str, (seed, *step)))
    return Random(name)  # noqa: S311  # nosec B311 - invented small talk, no secret hangs on it


def fresh_text(options: Sequence[str], die: Random, slots: Mapping[str, Any], taken: Callable[[str], bool]) -> str:
    """One of the options, filled, not `taken` yet; "" when luck finds none: better silent than a parrot."""
    for _ in range(60):
        text = fill(die.choice(options), die, slots)
        if len(text) <= LONGEST and not taken(text):
            return text
    return ""


def fill(text: str, die: Random, slots: Mapping[str, Any]) -> str:
    """The text with every {slot} replaced, slots within slots too, and the gaps of empty slots closed.

    Raises KeyError for a slot that nobody knows.
    """
    drawn: dict[str, str] = {}
    while _SLOT.search(text):
        text = _SLOT.sub(lambda found: _draw(found[1], die, slots, drawn), text)
    return re.sub(r"\s+", " ", text).strip()


def _draw(name: str, die: Random, slots: Mapping[str, Any], drawn: dict[str, str]) -> str:
    """The word for a slot: drawn once for a text, so that it is the same bill and the same day throughout."""
    if name.endswith("_cap"):
        word = _draw(name.removesuffix("_cap"), die, slots, drawn)
        return word[:1].upper() + word[1:]
    if name.endswith("_low"):
        return _draw(name.removesuffix("_low"), die, slots, drawn).lower()
    if name not in drawn:
        choice = slots[name] if name in slots else slots[name.rstrip("23")]
        drawn[name] = _another(choice, die, drawn.values())
    return drawn[name]


def _another(choice: Any, die: Random, others: Collection[str]) -> str:
    """A word unlike the others in the same text, as far as there are such."""
    words = [_one_of(choice, die) for _ in range(4)]
    return next((word for word in words if word not in others), words[0])


def _one_of(choice: Any, die: Random) -> str:
    """A fixed word, one of a list, or a number from a range: {from, to, as, by}."""
    if isinstance(choice, str):
        return choice
    if isinstance(choice, Mapping):
        number = die.randint(choice["from"], choice["to"])
        return str(choice["as"].format(number / choice["by"] if "by" in choice else number))
    return str(die.choice(choice))


def typed_by(role: Role, text: str) -> str:
    """The text as this person types it. Handles keep their case, so that they stay recognisable."""
    way = _WAYS[role.types]
    return "".join(part if part.startswith("@") else way(part) for part in _HANDLE.split(text))


def facts_in(text: str, slots: Mapping[str, Any]) -> dict[str, str]:
    """What a person has committed to: words for slots that must not change in what they say next."""
    written = {name: re.search(sign, text, re.IGNORECASE) for name, sign in _WRITTEN.items()}
    found = {name: match[0] for name, match in written.items() if match}
    for name in _LISTED:
        named = [word for word in slots[name] if _names(text, word)]
        # The longest, as "angry red" is also "red".
        found |= {name: max(named, key=len)} if named else {}
    return found


def _names(text: str, word: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(word.removeprefix('my '))}(?!\w)", text, re.IGNORECASE))
