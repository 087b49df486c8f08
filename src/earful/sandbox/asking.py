"""What a caller asks for: query parameters checked against what the operation declares, and understood."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from earful.sandbox import numerals
from earful.sandbox.posts import Span
from earful.sandbox.problems import invalid
from earful.sandbox.snowflake import MAX_ID, first_at
from earful.sandbox.vocabulary import Vocabulary, understood

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# X describes some as 16 signs long, some as no shorter, and none as shorter than that at most.
TOKEN = re.compile("[0-9a-z]{16}")
INDEX_LAG_S = 10
MOST_VALUES = 100
HORIZON_S = 7 * 24 * 3600
# Further back than X is old.
EVER_S = 100 * 366 * 24 * 3600
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:?[0-9]{2})")

Query = Mapping[str, str]
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which fields and expansions an answer shall carry, in the tweet vocabulary."""

    fields: frozenset[str] = frozenset()
    expansions: frozenset[str] = frozenset()
    user_fields: frozenset[str] = frozenset()
    dm_fields: frozenset[str] = frozenset()
    media_fields: frozenset[str] = frozenset()
    poll_fields: frozenset[str] = frozenset()
    place_fields: frozenset[str] = frozenset()


def asked(query: Query, vocabulary: Vocabulary, expansions: frozenset[str]) -> Asked:
    """The fields and expansions that a query names. Raises RefusalError (400) for an unknown name."""

    def named(parameter: str) -> frozenset[str]:
        allowed = expansions if parameter == "expansions" else vocabulary.lists[parameter]
        return understood(listed(query, parameter, allowed), vocabulary.name)

    return Asked(
        fields=named(vocabulary.post_fields),
        expansions=_expansions(named("expansions")),
        user_fields=named("user.fields"),
        dm_fields=named("dm_event.fields"),
        media_fields=named("media.fields"),
        poll_fields=named("poll.fields"),
        place_fields=named("place.fields"),
    )


def listed(query: Query, parameter: str, allowed: frozenset[str]) -> frozenset[str]:
    """The comma-separated names of one parameter. Raises RefusalError (400) for one that is not allowed."""
    names = frozenset(filter(None, query.get(parameter, "").split(",")))
    for name in sorted(names - allowed):
        words = f"The `{parameter}` query parameter value [{name}] is not one of [{','.join(sorted(allowed))}]"
        raise invalid(words, **{parameter: name})
    return names


def refuse_undeclared(query: Query, declared: frozenset[str]) -> None:
    """Raises RefusalError (400) when a query names a parameter that the operation does not have."""
    for name in query:
        if name not in declared:
            allowed = ",".join(sorted(declared))
            words = f"The query parameter [{name}] is not one of [{allowed}]"
            raise invalid(words, **{name: query[name]})


def span(query: Query, smallest: int, largest: int, usual: int) -> Span:
    """The posts that a query means: ids, times and page together. Raises RefusalError (400) for nonsense."""
    return bounds(query, size(query, smallest, largest, usual))


def bounds(query: Query, size: int) -> Span:
    """The stretch that ids, times and a page's token mean. Raises RefusalError (400) for nonsense."""
    after = max(snowflake(query, "since_id", 0), _time(query, "start_time", 0) - 1)
    before = min(snowflake(query, "until_id", MAX_ID), _time(query, "end_time", MAX_ID), page_token(query))
    return Span(max(after, 0), before, size)


def end_in_the_past(query: Query, now: float, horizon: float = HORIZON_S) -> None:
    """X's rules for the times of a search: within seven days (or another `horizon`), and ending ten seconds ago or
    earlier (`now` in seconds since 1970). Raises RefusalError (400).
    """
    if "end_time" in query and _time(query, "end_time", 0) > first_at(now - INDEX_LAG_S):
        words = "Invalid 'end_time': it must be a minimum of 10 seconds prior to the request time."
        raise invalid(words, end_time=query["end_time"])
    if "start_time" in query and _time(query, "start_time", 0) < first_at(now - horizon):
        words = "Invalid 'start_time': it must be within the last seven days."
        raise invalid(words, start_time=query["start_time"])
    if "start_time" in query and _time(query, "start_time", 0) >= _time(query, "end_time", MAX_ID):
        raise invalid("Invalid 'start_time': it must be before 'end_time'.", start_time=query["start_time"])


def size(query: Query, smallest: int, largest: int, usual: int) -> int:
    """`max_results`. Raises RefusalError (400) outside its bounds."""
    return whole(query, "max_results", smallest, largest, usual)


def whole(query: Query, parameter: str, smallest: int, largest: int, usual: int) -> int:
    """A whole number in a query. Raises RefusalError (400) outside its bounds."""
    given = query.get(parameter, str(usual))
    number = numerals.whole(given, largest)
    if number is None or number < smallest:
        words = f"The `{parameter}` query parameter value [{given}] is not between {smallest} and {largest}"
        raise invalid(words, **{parameter: given})
    return number


def snowflake(query: Query, parameter: str, usual: int) -> int:
    """An id in a query. Raises RefusalError (400) unless it is 1 to 19 digits."""
    given = query.get(parameter)
    return usual if given is None else identifier(given, parameter)


def several(query: Query, parameter: str, most: int = MOST_VALUES) -> list[str]:
    """The values of a list, each once. Raises RefusalError (400) for none, or too many."""
    given = [one for one in query.get(parameter, "").split(",") if one]
    if not 1 <= len(given) <= most:
        words = f"The number of values in the `{parameter}` query parameter list [{len(given)}]"
        raise invalid(f"{words} is not between 1 and {most}", **{parameter: query.get(parameter, "")})
    return list(dict.fromkeys(given))


def identifier(given: str, parameter: str) -> int:
    """A written id as a number. Raises RefusalError (400) unless it is 1 to 19 digits."""
    number = numerals.identifier(given)
    if number is None:
        raise invalid(f"The `{parameter}` parameter value [{given}] is not valid", **{parameter: given})
    return number


def page_token(query: Query, first: int = MAX_ID) -> int:
    """Where a page begins: everything before this id, or from this place of a list on, whose `first` is 0. Raises
    RefusalError (400) for a token we never gave.
    """
    given = query.get("pagination_token", query.get("next_token"))
    if given is None:
        return first
    if not TOKEN.fullmatch(given):
        raise invalid(f"The `pagination_token` query parameter value [{given}] is not valid", pagination_token=given)
    return min(int(given, 36), MAX_ID)


def token_for(place: int) -> str:
    """The token of the page that follows an id, or that begins at a place of a list."""
    letters = ""
    while place:
        place, digit = divmod(place, 36)
        letters = DIGITS[digit] + letters
    return letters.rjust(16, "0")


def leaf(query: Query, every: Sequence[One], largest: int, usual: int) -> tuple[Sequence[One], dict[str, Any]]:
    """The page of a list that a query means, and what `meta` tells of it. Raises RefusalError (400) for nonsense."""
    most = size(query, 1, largest, usual)
    start = page_token(query, first=0)
    shown = every[start : start + most]
    more = {"next_token": token_for(start + most)} if len(every) > start + most else {}
    return shown, {"result_count": len(shown)} | more


def _time(query: Query, parameter: str, usual: int) -> int:
    given = query.get(parameter)
    if given is None:
        return usual
    try:
        at = datetime.fromisoformat(given) if TIME.fullmatch(given) else None
    except ValueError:
        at = None
    if at is None:
        words = f"The `{parameter}` query parameter value [{given}] is not a valid date-time"
        raise invalid(words, **{parameter: given})
    return first_at(at.timestamp())


def _expansions(names: frozenset[str]) -> frozenset[str]:
    # Asking for the author of a referenced post means asking for that post: X does the same.
    reached = {name for name in names if name.startswith("referenced_tweets.id.")}
    return names | ({"referenced_tweets.id"} if reached else set())
