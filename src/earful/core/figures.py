"""Numbers as people say them, everywhere alike: what one page calls 34k, no other may call 33k."""

from typing import Final

_ORDINALS: Final = "first second third fourth fifth sixth seventh eighth ninth tenth".split()  # noqa: SIM905  a list to be read
_CARDINALS: Final = "one two three four five six seven eight nine ten".split()  # noqa: SIM905
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}


def short_number(number: int) -> str:
    """A whole number, halves rounded up: 940, 1,204, 31k, 2.4M."""
    if number < 10_000:
        return f"{number:,}"
    if number < 999_500:
        return f"{(number + 500) // 1_000}k"
    return f"{(number + 50_000) // 100_000 / 10:,.1f}M"


def ordinal(number: int) -> str:
    """Which one in a row: first, second … tenth, 11th, 22nd."""
    if 1 <= number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


def in_words(number: int) -> str:
    """How many, up to ten in words: two, ten, 11."""
    return _CARDINALS[number - 1] if 1 <= number <= len(_CARDINALS) else str(number)
