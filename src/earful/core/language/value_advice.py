"""What was meant where an operator has a value that it does not take."""

import re
from collections.abc import Callable
from difflib import get_close_matches

from earful.core.language.errors import Replacement, RuleError, shortened, write_instead
from earful.core.language.geo import GeoError, box, circle
from earful.core.language.language_names import language_code
from earful.core.language.lexer import Lexeme, quoted
from earful.core.language.operators import VALUES, OperatorRow, ValueKind
from earful.core.text import fold, words

_CHOICES = {
    "is": {
        "repost": "retweet", "reposts": "retweet", "reposted": "retweet", "rt": "retweet", "rts": "retweet",
        "nativeretweets": "retweet", "replies": "reply", "answer": "reply", "answers": "reply", "comment": "reply",
        "comments": "reply",
        "quoted": "quote", "blue": "verified", "blue_verified": "verified",
    },
    "has": {
        "photo": "images", "photos": "images", "picture": "images", "pictures": "images", "pic": "images",
        "pics": "images", "screenshot": "images", "screenshots": "images", "url": "links", "urls": "links",
        "film": "videos", "films": "videos", "movie": "videos", "native_video": "video_link", "gif": "media",
        "gifs": "media", "attachment": "media", "attachments": "media", "tag": "hashtags", "tags": "hashtags",
        "ticker": "cashtags", "tickers": "cashtags", "location": "geo", "place": "geo", "handle": "mentions",
    },
}  # fmt: skip
_TAKES = {"@": "an account's handle", "lang": "the code of one language"}
_EXAMPLES = {"lang": "en"}
# Codes that people write and that ISO 3166-1 has otherwise.
_COUNTRIES = {"UK": "GB", "EN": "GB", "EL": "GR"}
_LONGEST = 60
_EDGES = ".,;:!?…'’\"“”"
_PROFILE = re.compile(r"(?:https?://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/@?(\w+)/?(?:\?.*)?")
_STATUS = re.compile(r"/status/([0-9]{1,20})")
_COUNT = re.compile(r"[>≥=]{0,2}([0-9]{1,3}(?:[,.'_][0-9]{3})+|[0-9]+)([kKmM]?)\+?")
_BETWEEN = re.compile(r"\.{2,4}|[-–—…]")


def wrong_value(rule: str, lexeme: Lexeme, row: OperatorRow) -> RuleError:
    """A value that is not of its operator's kind, with the one that was probably meant."""
    message = f"{row.written} takes {_TAKES.get(row.name, VALUES[row.takes].words)}."
    if not lexeme.text:
        return _empty(message, rule, lexeme, row)
    if 0 < len(lexeme.text) <= _LONGEST and (meant := _meant(rule, lexeme, row)):
        return write_instead(message, rule, *meant)
    whole = rule[slice(*lexeme.span)]
    if row.name in "@#$" and words(fold(whole, "drop")) and len(whole) < _LONGEST:
        return RuleError(
            message,
            rule,
            lexeme.span,
            f"To look for the sign itself, quote it: {quoted(whole)}.",
            (lexeme.span, quoted(whole)),
        )
    example = _EXAMPLES.get(row.name) or VALUES[row.takes].example or row.choices[0]
    return RuleError(message, rule, lexeme.span, f"Write it like {row.written}{example}.")


def wrong_choice(rule: str, lexeme: Lexeme, row: OperatorRow) -> RuleError:
    """A value that an operator with a fixed list does not know."""
    message = f"{row.name}: does not know “{shortened(lexeme.text)}”."
    if choice := choice_meant(row, lexeme.text):
        return write_instead(message, rule, lexeme.span, f"{row.name}:{choice}")
    near = get_close_matches(lexeme.text.lower(), row.choices, 1, 0.6) if len(lexeme.text) < _LONGEST else []
    if near:
        right = f"{row.name}:{near[0]}"
        return RuleError(message, rule, lexeme.span, f"Did you mean {right}?", (lexeme.span, right))
    known = "Write a language's code, such as lang:en or lang:de."
    return RuleError(message, rule, lexeme.span, known if row.name == "lang" else f"It takes {_listed(row.choices)}.")


def wrong_language(rule: str, lexeme: Lexeme, code: str) -> RuleError:
    """A language by a code that X has replaced, or kept older than others have."""
    return write_instead(f"X calls this language {code}.", rule, lexeme.span, f"lang:{code}")


def wrong_country(rule: str, lexeme: Lexeme) -> RuleError | None:
    """A country by two letters that are not its code; None where the letters may be one."""
    code = _COUNTRIES.get(lexeme.text.upper())
    if code is None:
        return None
    return write_instead(f"The code of this country is {code}.", rule, lexeme.span, f"{lexeme.name}:{code}")


def wrong_region(rule: str, lexeme: Lexeme, error: GeoError) -> RuleError:
    """A circle or a box that is none; one with commas, or with a blank before its unit, is put right."""
    tidied = re.sub(r"(?i)(\d)\s+(km|mi)\b", r"\1\2", re.sub(r"\s*,\s*", " ", lexeme.text))
    try:
        (circle if lexeme.name == "point_radius" else box)(tidied)
    except GeoError:
        return RuleError(error.message, rule, lexeme.span, error.suggestion)
    return write_instead(error.message, rule, lexeme.span, f"{lexeme.name}:{tidied}")


def choice_meant(row: OperatorRow, value: str) -> str:
    """The choice that goes by another name, "" if none does."""
    if row.name == "lang":
        return language_code(value) if len(value) < _LONGEST else ""
    return _CHOICES.get(row.name, {}).get(value.lower(), "")


def _empty(message: str, rule: str, lexeme: Lexeme, row: OperatorRow) -> RuleError:
    end = lexeme.span[1]
    after = len(rule) - len(rule[end:].lstrip())
    behind = f"Write it directly after the {'colon' if row.name.isidentifier() else row.name}."
    closing = after in (end, len(rule)) or rule[after] in '()"'
    return RuleError(message, rule, lexeme.span, behind, None if closing else ((end, after), ""))


def _meant(rule: str, lexeme: Lexeme, row: OperatorRow) -> Replacement | None:
    """The value put right, or several of them, where what results is of the operator's kind."""
    values = [_tidied(row, each) for each in lexeme.text.split(",")]
    fitting = [value for value in values if _fits(row, value)]
    whole = _tidied(row, lexeme.text)
    if whole != lexeme.text and _fits(row, whole):
        return lexeme.span, f"{row.written}{whole}"
    if len(fitting) < 2 or len(fitting) < len(values):
        return None
    start, end = lexeme.span
    if rule.endswith("-", 0, start):
        return (start - 1, end), " ".join(f"-{row.written}{value}" for value in fitting)
    return lexeme.span, f"({' OR '.join(f'{row.written}{value}' for value in fitting)})"


def _fits(row: OperatorRow, value: str) -> bool:
    known = not row.choices or value.lower() in map(str.lower, row.choices)
    return known and VALUES[row.takes].pattern.fullmatch(value) is not None


def _tidied(row: OperatorRow, value: str) -> str:
    """A value without what people put around it."""
    tidy = _TIDY.get(row.takes)
    return tidy(value) if tidy else (choice_meant(row, value) or value)


def _account(text: str) -> str:
    profile = _PROFILE.fullmatch(text)
    return profile[1] if profile else text.strip(_EDGES).lstrip("@")


def _number(text: str) -> str:
    if found := _STATUS.search(text):
        return found[1]
    count = _COUNT.fullmatch(text)
    thousands = {"": 0, "k": 1, "m": 2}[count[2].lower()] if count else 0
    return re.sub(r"\D", "", count[1]) + "000" * thousands if count else ""


def _range(text: str) -> str:
    """Of two numbers or of one: "1k-5k" is 1000..5000, "<500" is 0..500, "1000.." is 1000."""
    if text.startswith(("<", "≤")):
        text = f"..{text.lstrip('<≤=')}"
    low, *more = _BETWEEN.split(text)
    high = _number(more[0]) if len(more) == 1 else ""
    return f"{_number(low) or 0}..{high}" if high else _number(low)


_TIDY: dict[ValueKind, Callable[[str], str]] = {
    "user": _account,
    "tag": lambda text: text.strip(f"{_EDGES}#"),
    "cashtag": lambda text: text.strip(f"{_EDGES}$"),
    "number": _number,
    "range": _range,
    "percent": lambda text: text.removesuffix("%"),
}


def _listed(choices: tuple[str, ...]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}"
