"""The table of operators: what each takes, where it may be used, whether it may stand alone or be negated.

After docs.x.com: "Operators" of the filtered stream and of search, and the changes of 3 August 2022
(aliases), 19 January 2026 and 4 May 2026. A row that is not `evaluated` is known to X and refused here in so
many words.
"""

from dataclasses import dataclass
from typing import Literal

import regex

from earful.core.language.dialects import DialectName
from earful.core.language.languages import LANGUAGES

ValueKind = Literal["user", "tag", "cashtag", "number", "range", "text", "choice", "percent", "list"]
_BOTH: tuple[DialectName, ...] = ("stream", "search")
_STREAM: tuple[DialectName, ...] = ("stream",)
_SEARCH: tuple[DialectName, ...] = ("search",)


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """One operator: `name` without its colon, or its sign.

    `partner` means that it needs a standalone operator beside it; `negated` whether it may, must or cannot
    carry "-". `choices` are the values allowed where `takes` is "choice", those in `pending` not being
    evaluated yet.
    """

    name: str
    takes: ValueKind
    dialects: tuple[DialectName, ...] = _BOTH
    partner: bool = False
    negated: Literal["may", "never"] = "may"
    evaluated: bool = True
    choices: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()


_ROWS = (
    OperatorRow("@", "user"),
    OperatorRow("#", "tag"),
    OperatorRow("$", "cashtag"),
    OperatorRow("from", "user"),
    OperatorRow("to", "user"),
    OperatorRow("url", "text"),
    OperatorRow("url_contains", "text", _STREAM),
    OperatorRow("conversation_id", "number"),
    OperatorRow("in_reply_to_tweet_id", "number"),
    OperatorRow("in_reply_to_status_id", "number"),
    OperatorRow("retweets_of_tweet_id", "number"),
    OperatorRow("quotes_of_tweet_id", "number", _SEARCH),
    OperatorRow("min_followers", "number", _STREAM),
    OperatorRow("followers_count", "range", _STREAM),
    OperatorRow("lang", "choice", partner=True, choices=LANGUAGES),
    OperatorRow("is", "choice", partner=True, choices=("retweet", "reply", "quote", "verified", "nullcast")),
    OperatorRow(
        "has",
        "choice",
        partner=True,
        choices=(
            "links",
            "mentions",
            "hashtags",
            "cashtags",
            "media",
            "images",
            "videos",
            "video_link",
            "geo",
        ),
        pending=("geo",),
    ),
    OperatorRow("sample", "percent", _STREAM, partner=True, negated="never", evaluated=False),
    OperatorRow("embedding", "text", _STREAM, negated="never", evaluated=False),
    OperatorRow("embedding_threshold", "text", _STREAM, partner=True, evaluated=False),
    OperatorRow("retweets_of", "user", evaluated=False),
    OperatorRow("from_affiliate_of", "user", _STREAM, evaluated=False),
    OperatorRow("to_affiliate_of", "user", _STREAM, evaluated=False),
    OperatorRow("url_title", "text", _STREAM, evaluated=False),
    OperatorRow("url_description", "text", _STREAM, evaluated=False),
    OperatorRow("context", "text", evaluated=False),
    OperatorRow("entity", "text", evaluated=False),
    OperatorRow("list", "number", _SEARCH, evaluated=False),
    OperatorRow("bio", "text", _STREAM, evaluated=False),
    OperatorRow("bio_name", "text", _STREAM, evaluated=False),
    OperatorRow("bio_location", "text", _STREAM, evaluated=False),
    OperatorRow("place", "text", evaluated=False),
    OperatorRow("place_country", "text", evaluated=False),
    OperatorRow("point_radius", "list", evaluated=False),
    OperatorRow("bounding_box", "list", evaluated=False),
    OperatorRow("tweets_count", "range", _STREAM, evaluated=False),
    OperatorRow("following_count", "range", _STREAM, evaluated=False),
    OperatorRow("listed_count", "range", _STREAM, evaluated=False),
    OperatorRow("min_likes", "number", _SEARCH, evaluated=False),
    OperatorRow("min_replies", "number", _SEARCH, evaluated=False),
    OperatorRow("min_reposts", "number", _SEARCH, evaluated=False),
    OperatorRow("source", "text", _STREAM, evaluated=False),
)

OPERATORS: dict[str, OperatorRow] = {row.name: row for row in _ROWS}


@dataclass(frozen=True, slots=True)
class Value:
    """What a kind of value looks like: a pattern for the whole of it, and the words for people."""

    pattern: regex.Pattern[str]
    words: str


# A handle may belong to any network: name, name.example.com, name@example.com. Hashtags and cashtags are
# twitter-text's: a hashtag holds at least one letter, a cashtag one to six and perhaps a class of shares.
VALUES: dict[ValueKind, Value] = {
    "user": Value(
        regex.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.@-]*[A-Za-z0-9_])?"),
        "an account's handle without @, or its numeric id",
    ),
    "tag": Value(regex.compile(r"[\p{N}_]*[\p{L}\p{M}][\p{L}\p{M}\p{N}_·・]*"), "a hashtag, with at least one letter"),
    "cashtag": Value(regex.compile(r"[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?"), "a ticker of one to six letters"),
    "number": Value(regex.compile(r"[0-9]{1,20}"), "a whole number"),
    "range": Value(regex.compile(r"[0-9]{1,12}(?:\.\.[0-9]{1,12})?"), "a number, or a range such as 1000..20000"),
    "percent": Value(regex.compile(r"[1-9][0-9]?|100"), "a percentage from 1 to 100"),
    "list": Value(regex.compile(r"\[[^\[\]]*\]"), "numbers in square brackets"),
    "text": Value(regex.compile(r"(?s).*\S.*"), "a word, or words in quotes"),
    "choice": Value(regex.compile(r"[\w-]+"), "one of its values"),
}
