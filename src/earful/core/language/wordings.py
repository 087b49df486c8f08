"""What each operator says in plain English: the verb where it holds, the verb where it is excluded, and the thing.

The verbs continue "Posts that …". Operators with the same verb are told together: "say “late” and #acme".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from unicodedata import category

from earful.core.language.language_names import language_name
from earful.core.language.local import only_network
from earful.core.language.tree import Leaf, Operator, Phrase, Word

# What would turn the line round; other format characters hold emoji and Persian or Indic words together.
_TURNING = {*"\u061c\u200b\u200e\u200f\ufeff", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
_INNER = str.maketrans("“”„", "‘’‚")
_DEGREES = r"([+-]?[0-9.]+)"
_CIRCLE = re.compile(rf"(?i)\[\s*{_DEGREES}\s+{_DEGREES}\s+([0-9.]+)\s*(km|mi)\s*\]")
_BOX = re.compile(rf"\[\s*{_DEGREES}\s+{_DEGREES}\s+{_DEGREES}\s+{_DEGREES}\s*\]")


def quoted(text: str) -> str:
    """The text in typographic quotes, on one line, with nothing in it that could end the quotes or turn the line."""
    shown = "".join(" " if _is_unseen(sign) else sign for sign in text.translate(_INNER))
    return f"“{' '.join(shown.split())}”"


@dataclass(frozen=True, slots=True)
class Wording:
    """How an operator is told. `thing` has "{}" where the value stands, which `shown` has put into words."""

    holds: str
    excluded: str
    thing: str = "{}"
    shown: Callable[[str], str] = quoted


def wording(leaf: Leaf) -> tuple[Wording, str]:
    """The row of a leaf, and the thing with its value filled in."""
    if isinstance(leaf, Word):
        row = PREFIX if leaf.prefix else WORD
        return row, row.thing.format(row.shown(leaf.text))
    if isinstance(leaf, Phrase):
        return (NEAR, _near(leaf)) if leaf.near else (PHRASE, PHRASE.thing.format(quoted(leaf.text)))
    row = WORDINGS[leaf.name if leaf.name in WORDINGS else f"{leaf.name}:{leaf.value}"]
    return row, row.thing.format(row.shown(leaf.value)) + _elsewhere(leaf)


def _near(phrase: Phrase) -> str:
    apart = "1 word" if phrase.near == 1 else f"{phrase.near} words"
    return f"{NEAR.thing.format(quoted(phrase.text))} (at most {apart} apart)"


def _elsewhere(leaf: Operator) -> str:
    return " (evaluated by X only)" if only_network(leaf) else ""


def _is_unseen(sign: str) -> bool:
    return sign in _TURNING or category(sign) in {"Cc", "Cs", "Zl", "Zp"}


def _account(value: str) -> str:
    return f"the account {value}" if value.isdigit() else f"@{value}"


def _plain(value: str) -> str:
    return quoted(value)[1:-1]


def _number(value: str) -> str:
    return f"{int(value):,}" if value.isdecimal() else _plain(value)


def _many(one: str, more: str) -> Callable[[str], str]:
    """A number of things, as in "1 like" and "1,200 likes"."""
    return lambda value: f"{_number(value)} {one if _is_one(value) else more}"


def _range(one: str, more: str) -> Callable[[str], str]:
    def shown(value: str) -> str:
        low, dots, high = value.partition("..")
        return f"{_number(low)} to {_number(high)} {more}" if dots else f"at least {_many(one, more)(low)}"

    return shown


def _is_one(value: str) -> bool:
    return value.isdecimal() and int(value) == 1


def _circle(value: str) -> str:
    """[longitude latitude radius], as X has it, in the order in which people say it."""
    parts = _CIRCLE.fullmatch(value)
    return f"{parts[3]} {parts[4].lower()} of {_spot(parts[1], parts[2])}" if parts else _plain(value)


def _box(value: str) -> str:
    """[west south east north] in degrees."""
    parts = _BOX.fullmatch(value)
    return f"{_spot(parts[1], parts[2])} to {_spot(parts[3], parts[4])}" if parts else _plain(value)


def _spot(longitude: str, latitude: str) -> str:
    return f"{_degrees(latitude, 'NS')} {_degrees(longitude, 'EW')}"


def _degrees(number: str, sides: str) -> str:
    return f"{number.lstrip('+-')}° {sides[number.startswith('-')]}"


def _topic(value: str) -> str:
    domain, _, entity = value.partition(".")
    if entity == "*":
        return f"any topic of the domain {domain}"
    return f"topic {entity} in any domain" if domain == "*" else f"topic {entity} of the domain {domain}"


def _rows(holds: str, excluded: str, things: dict[str, str | tuple[str, Callable[[str], str]]]) -> dict[str, Wording]:
    told = {name: (thing, quoted) if isinstance(thing, str) else thing for name, thing in things.items()}
    return {name: Wording(holds, excluded, thing, shown) for name, (thing, shown) in told.items()}


WORD = Wording("say", "do not say")
PREFIX = Wording("say", "do not say", "a word that begins with {}")
PHRASE = Wording("say", "do not say", "the phrase {}")
NEAR = Wording("say", "do not say", "the words {}")

WORDINGS: dict[str, Wording] = {
    **_rows("say", "do not say", {"#": ("the hashtag #{}", _plain), "$": ("the ticker ${}", _plain)}),
    **_rows("mention", "do not mention", {"@": ("{}", _account)}),
    **_rows(
        "are by",
        "are not by",
        {
            "from": ("{}", _account),
            "from_affiliate_of": ("an affiliate of {}", _account),
            "list": ("someone on the list {}", _plain),
            "bio": "someone whose profile says {}",
            "bio_name": "someone whose name says {}",
            "bio_location": "someone whose profile names the place {}",
            "min_followers": ("someone with at least {}", _many("follower", "followers")),
            "followers_count": ("someone with {}", _range("follower", "followers")),
            "tweets_count": ("someone who wrote {}", _range("post", "posts")),
            "following_count": ("someone who follows {}", _range("account", "accounts")),
            "listed_count": ("someone who is on {}", _range("list", "lists")),
        },
    ),
    **_rows(
        "are replies to",
        "are not replies to",
        {
            "to": ("{}", _account),
            "to_affiliate_of": ("an affiliate of {}", _account),
            "in_reply_to_tweet_id": ("post {}", _plain),
            "in_reply_to_status_id": ("post {}", _plain),
        },
    ),
    **_rows(
        "are reposts of",
        "are not reposts of",
        {"retweets_of": ("what {} wrote", _account), "retweets_of_tweet_id": ("post {}", _plain)},
    ),
    **_rows("quote", "do not quote", {"quotes_of_tweet_id": ("post {}", _plain)}),
    **_rows("belong to", "do not belong to", {"conversation_id": ("the conversation that began with post {}", _plain)}),
    **_rows(
        "link to",
        "do not link to",
        {
            "url": "an address with the whole words {}",
            "url_contains": "an address with the letters {}",
            "url_title": "a page whose title says {}",
            "url_description": "a page whose description says {}",
        },
    ),
    **_rows("are in", "are not in", {"lang": ("{}", language_name)}),
    **_rows(
        "are",
        "are not",
        {
            "is:retweet": "reposts",
            "is:reply": "replies",
            "is:quote": "quotes of another post",
            "is:verified": "by verified accounts",
            "is:nullcast": "shown only as advertisements",
        },
    ),
    **_rows(
        "contain",
        "do not contain",
        {
            "has:links": "links",
            "has:mentions": "mentions of accounts",
            "has:hashtags": "hashtags",
            "has:cashtags": "tickers",
            "has:media": "media of any kind",
            "has:images": "pictures",
            "has:videos": "films",
            "has:video_link": "films uploaded to the network",
        },
    ),
    **_rows("tell", "do not tell", {"has:geo": "where they were written"}),
    **_rows(
        "come from",
        "do not come from",
        {
            "place": "a place named {}",
            "place_country": ("a place in the country {}", str.upper),
            "point_radius": ("a place within {}", _circle),
            "bounding_box": ("a place in the box from {}", _box),
        },
    ),
    **_rows(
        "are about",
        "are not about",
        {"context": ("{}", _topic), "entity": "what X calls {}"},
    ),
    **_rows(
        "have reached",
        "have not reached",
        {
            "min_likes": ("{}", _many("like", "likes")),
            "min_replies": ("{}", _many("reply", "replies")),
            "min_reposts": ("{}", _many("repost", "reposts")),
        },
    ),
    **_rows("were written with", "were not written with", {"source": "the app {}"}),
    **_rows("fall into", "do not fall into", {"sample": ("a random sample of {}%", _plain)}),
    **_rows("are close in meaning to", "are not close in meaning to", {"embedding": "{}"}),
    **_rows("have", "do not have", {"embedding_threshold": ("a likeness in meaning of at least {}", _plain)}),
}
"""By the operator's name, or by name and value where every value has words of its own."""
