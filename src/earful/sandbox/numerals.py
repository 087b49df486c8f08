"""Numbers as strangers write them, read in this one way.

Python itself reads too kindly: `int()` takes the digits of every alphabet, signs, spaces and underscores, `float()`
takes "nan", and some thousands of digits are an error by themselves. Numbers in JSON have the kinds below, because the
store holds no more than 63 bits, and no clock goes on for ever.
"""

import re
from typing import Annotated

import msgspec

from earful.sandbox.snowflake import MAX_ID

# As many digits as the largest id has.
LONGEST = 19
WHOLE = re.compile(f"[0-9]{{1,{LONGEST}}}")
DECIMAL = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
MOST_SECONDS = 100 * 366 * 24 * 3600

Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)]
Some = Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=MOST_SECONDS)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


def whole(given: str, most: int = MAX_ID) -> int | None:
    """A whole number from 0 to `most`; None for what is none."""
    number = int(given) if WHOLE.fullmatch(given) else None
    return number if number is not None and number <= most else None


def decimal(given: str, most: float) -> float | None:
    """A number from 0 to `most`, perhaps with a fraction; None for what is none."""
    number = float(given) if DECIMAL.fullmatch(given) else None
    return number if number is not None and number <= most else None


def identifier(given: str) -> int | None:
    """An id. One of 19 digits that the store cannot hold is an id all the same, which nothing here has."""
    number = whole(given, 10**LONGEST - 1)
    return None if number is None else min(number, MAX_ID)
