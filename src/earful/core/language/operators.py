"""The table of operators: what each takes, where it may be used, whether it may stand alone or be negated.

After docs.x.com: "Operators" of the filtered stream and of search, and the changes of 3 August 2022
(aliases), 19 January 2026 and 4 May 2026.
"""

from dataclasses import dataclass
from typing import Literal

import regex

from earful.core.language.dialects import DialectName, Endpoint, Tier
from earful.core.language.languages import LANGUAGES

ValueKind = Literal[
    "user", "tag", "cashtag", "number", "range", "words", "text", "choice", "percent", "share", "country", "context",
    "circle", "box",
]  # fmt: skip
Answered = Literal["here", "annotated", "network"]
_BOTH: tuple[DialectName, ...] = ("stream", "search")
_STREAM: tuple[DialectName, ...] = ("stream",)
_SEARCH: tuple[DialectName, ...] = ("search",)
_HAS = ("links", "mentions", "hashtags", "cashtags", "media", "images", "videos", "video_link", "geo")


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """One operator: `name` without its colon, or its sign.

    `partner` means that it needs a standalone operator beside it; `negated` whether it may, must or cannot
    carry "-". `choices` are the values allowed where `takes` is "choice". `answered` says by whom: here, from what
    every network tells with a post; here, but only where the network `annotated` the post; or by the network alone.
    `tier` and `endpoint` name the access without which X refuses it ("": every access opens it).
    """

    name: str
    takes: ValueKind
    dialects: tuple[DialectName, ...] = _BOTH
    partner: bool = False
    negated: Literal["may", "never"] = "may"
    choices: tuple[str, ...] = ()
    answered: Answered = "here"
    tier: Tier | Literal[""] = ""
    endpoint: Endpoint | Literal[""] = ""

    @property
    def written(self) -> str:
        """As people write it: `from:` or `@`."""
        return f"{self.name}:" if self.name.isidentifier() else self.name


_ROWS = (
    OperatorRow("@", "user"),
    OperatorRow("#", "tag"),
    OperatorRow("$", "cashtag"),
    OperatorRow("from", "user"),
    OperatorRow("to", "user"),
    OperatorRow("retweets_of", "user"),
    OperatorRow("from_affiliate_of", "user", _STREAM, answered="network"),
    OperatorRow("to_affiliate_of", "user", _STREAM, answered="network"),
    OperatorRow("list", "number", _SEARCH, answered="network"),
    OperatorRow("url", "words"),
    OperatorRow("url_title", "words", _STREAM),
    OperatorRow("url_description", "words", _STREAM),
    OperatorRow("url_contains", "text", _STREAM),
    OperatorRow("conversation_id", "number"),
    OperatorRow("in_reply_to_tweet_id", "number"),
    OperatorRow("in_reply_to_status_id", "number"),
    OperatorRow("retweets_of_tweet_id", "number"),
    OperatorRow("quotes_of_tweet_id", "number", _SEARCH),
    OperatorRow("bio", "words", _STREAM),
    OperatorRow("bio_name", "words", _STREAM),
    OperatorRow("bio_location", "words", _STREAM),
    OperatorRow("min_followers", "number", _STREAM),
    OperatorRow("followers_count", "range", _STREAM),
    OperatorRow("tweets_count", "range", _STREAM),
    OperatorRow("following_count", "range", _STREAM),
    OperatorRow("listed_count", "range", _STREAM),
    OperatorRow("min_likes", "number", _SEARCH),
    OperatorRow("min_replies", "number", _SEARCH),
    OperatorRow("min_reposts", "number", _SEARCH),
    OperatorRow("place", "words"),
    OperatorRow("place_country", "country"),
    OperatorRow("point_radius", "circle"),
    OperatorRow("bounding_box", "box"),
    OperatorRow("source", "text", _STREAM),
    OperatorRow("context", "context", answered="annotated"),
    OperatorRow("entity", "words", answered="annotated", endpoint="recent"),
    OperatorRow("lang", "choice", partner=True, choices=LANGUAGES),
    OperatorRow("is", "choice", partner=True, choices=("retweet", "reply", "quote", "verified", "nullcast")),
    OperatorRow("has", "choice", partner=True, choices=_HAS),
    OperatorRow("sample", "percent", _STREAM, partner=True, negated="never", answered="network"),
    OperatorRow("embedding", "words", _STREAM, negated="never", answered="network", tier="enterprise"),
    OperatorRow("embedding_threshold", "share", _STREAM, partner=True, answered="network", tier="enterprise"),
)

OPERATORS: dict[str, OperatorRow] = {row.name: row for row in _ROWS}
# A sample of a hundred percent leaves a rule as it is, so everybody can answer it.
EVERY_POST = ("sample", "100")


@dataclass(frozen=True, slots=True)
class Value:
    """What a kind of value looks like: a pattern for the whole of it, the words for people, and an example."""

    pattern: regex.Pattern[str]
    words: str
    example: str


# A handle may belong to any network: name, name.example.com, name@example.com. Hashtags and cashtags are
# twitter-text's: a hashtag holds at least one letter, a cashtag one to six and perhaps a class of shares.
VALUES: dict[ValueKind, Value] = {
    "user": Value(
        regex.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.@-]*[A-Za-z0-9_])?"),
        "an account's handle without @, or its numeric id",
        "acme",
    ),
    "tag": Value(
        regex.compile(r"[\p{N}_]*[\p{L}\p{M}][\p{L}\p{M}\p{N}_·・]*"), "a hashtag, with at least one letter", "fail"
    ),
    "cashtag": Value(regex.compile(r"[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?"), "a ticker of one to six letters", "ACME"),
    "number": Value(regex.compile(r"[0-9]{1,20}"), "a whole number", "10"),
    "range": Value(
        regex.compile(r"[0-9]{1,12}(?:\.\.[0-9]{1,12})?"), "a number, or a range such as 1000..20000", "1000..20000"
    ),
    "percent": Value(regex.compile(r"[1-9][0-9]?|100"), "a percentage from 1 to 100", "10"),
    "share": Value(regex.compile(r"0|1|0?\.[0-9]{1,6}|1\.0{1,6}"), "a number from 0 to 1", "0.45"),
    "country": Value(regex.compile(r"[A-Za-z]{2}"), "the two letters of a country (ISO 3166-1)", "GB"),
    "context": Value(
        regex.compile(r"[0-9]{1,20}\.(?:[0-9]{1,20}|\*)|\*\.[0-9]{1,20}"),
        "the numbers of a domain and of an entity, with * for any one of them",
        "47.*",
    ),
    "circle": Value(regex.compile(r"(?s).*"), "a point and a radius", "[2.355128 48.861118 16km]"),
    "box": Value(regex.compile(r"(?s).*"), "four sides", "[-105.301758 39.964069 -105.178505 40.09455]"),
    "words": Value(regex.compile(r"(?s).*\S.*"), "a word, or words in quotes", '"two words"'),
    "text": Value(regex.compile(r"(?s).*\S.*"), "a word, or words in quotes", '"two words"'),
    "choice": Value(regex.compile(r"[\w-]+"), "one of its values", ""),
}
