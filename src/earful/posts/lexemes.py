"""What a stored post is found by: its words and its facts, as the lexemes of one tsvector.

Composed here and cast, because PostgreSQL's own parser drops emoji, splits by the server's locale and knows no script
without spaces. A word's lexeme is its token without accents, with its position; a word of the quoted post has a `"`
before it. A fact begins with `:`, and no token does: none can be taken for a word, nor for the beginning of one.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import chain, repeat
from operator import add, attrgetter
from typing import Any, Final
from zlib import crc32

from earful.core.language.keys import COLUMNS, KEYS
from earful.core.post import Post
from earful.core.text import fold, words

# A tsvector holds a megabyte at most; the longest post that X takes has 25,000 characters. Longer ones are marked CUT.
READ_AT_MOST: Final = 30_000
# A tsvector keeps 256 positions of a lexeme and none beyond 16,383 (PostgreSQL's manual, "Limitations"): in a post with
# more words than this, marked LONG, positions say nothing.
PLACES_AT_MOST: Final = 255
# A lexeme holds 2 kB. A longer word is cut, here and where it is asked for.
LETTERS_AT_MOST: Final = 200

# Where a word stands, as it is written; the words of a LONG post that come later share the last place.
_PLACES: Final = tuple(f":{place}" for place in range(1, PLACES_AT_MOST + 2))

QUOTED: Final = '"'
LONG: Final = ":long"
CUT: Final = ":cut"
LINKED: Final = ":linked"
TITLED: Final = ":titled"
# The keys under which the rulebook finds posts, as far as they are worth their room here.
INDEXED: Final = frozenset(
    """
    @ # from to reposts_of root reply_to reposts quotes country topic entity source lang followers
    is:retweet is:reply is:quote is:verified is:nullcast
    has:links has:mentions has:hashtags has:cashtags has:media has:images has:videos has:video_link has:geo
    """.split()  # noqa: SIM905  a list to be read
)
_OF_QUOTED: Final = ("@", "#")
# What a post must have at all before keys of a kind are worth asking for; most posts have little of it. Kinds that are
# not named here are asked of every post.
_NEEDS: Final = {
    **{kind: names for kind, names in COLUMNS.items() if kind not in ("from", "root")},
    "@": ("mentions",), "#": ("hashtags",), "country": ("place",), "topic": ("topics",), "entity": ("entities",),
    "lang": ("lang",), "is:retweet": ("reposts",), "is:reply": ("reply_to",), "is:quote": ("quotes",),
    "is:verified": ("author.verified",), "has:links": ("links",), "has:mentions": ("mentions",),
    "has:hashtags": ("hashtags",), "has:media": ("media",), "has:images": ("media",), "has:videos": ("media",),
    "has:video_link": ("media",), "has:geo": ("place", "point"),
}  # fmt: skip
_NAMES: Final = tuple(dict.fromkeys(name for kind in _NEEDS if kind in INDEXED for name in _NEEDS[kind]))
_told: Final[Callable[[Post], tuple[Any, ...]]] = attrgetter(*_NAMES)
_Ask = Callable[[Post], Iterable[str]]
"""The facts of one kind that a post has, written."""


def vector(post: Post, quoted: Post | None = None, intent: str = "") -> str:
    """The text of the tsvector by which a post is found; `intent` is what triage called it."""
    own = terms(post.text[:READ_AT_MOST])
    parts = [*_placed(own), *_facts(post), *_judged(post.network, intent), *_sizes(post, own)]
    if quoted is not None:
        theirs = terms(quoted.text[:READ_AT_MOST])
        parts += _placed([QUOTED + word for word in theirs])
        parts += [*_quoted_facts(quoted), *_sizes(quoted, theirs)]
    return " ".join(parts)


def terms(text: str) -> list[str]:
    """The tokens of a text as they stand in the index: folded, without accents, none too long."""
    found = words(fold(text, "drop"))
    return found if len(text) <= LETTERS_AT_MOST and text.isascii() else [word[:LETTERS_AT_MOST] for word in found]


def lexeme(kind: str, value: str = "") -> str:
    """The lexeme of a fact. Those with a value share 65,536 drawers a kind.

    With a key for each id, handle and address the index would outgrow the posts. This way a question for one meets a
    stranger in every 65,536 posts, and the matcher sends it away.
    """
    return f":{kind}:{_drawer(value)}" if value else f":{kind}"


def network(name: str) -> str:
    """The lexeme of the posts of one network."""
    return f":net:{name}"


def of_intent(intent: str) -> str:
    """The lexeme of the posts that triage called this."""
    return f":intent:{intent}"


def written(lexeme: str) -> str:
    """A lexeme as it stands inside a tsvector or a tsquery."""
    return "'" + clean(lexeme).replace("\\", "\\\\").replace("'", "''") + "'"


def clean(text: str) -> str:
    """PostgreSQL holds no NUL and no half of a surrogate pair; the one becomes U+FFFD, the other a question mark."""
    if text.isascii():
        return text.replace("\x00", "\ufffd") if "\x00" in text else text
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _placed(found: list[str]) -> list[str]:
    # Letters and digits of ASCII stand for themselves, and nearly all posts are nothing but.
    plain = "".join(found)
    if not (plain.isascii() and plain.isalnum()):
        found = [word if word.isascii() and word.isalnum() else written(word) for word in found]
    return list(map(add, found, chain(_PLACES, repeat(_PLACES[-1]))))


def _facts(post: Post) -> list[str]:
    """The lexemes of its facts, written: they are made here and hold nothing to be escaped."""
    found = chain.from_iterable([ask(post) for ask in _asked((*map(bool, _told(post)),))])
    return [*found, *_addresses(post)] if post.links else list(found)


@lru_cache(maxsize=4096)
def _asked(told: tuple[bool, ...]) -> tuple[_Ask, ...]:
    """What to ask of posts that have the same of _NAMES and lack the same."""
    there = {name for name, has in zip(_NAMES, told, strict=True) if has}
    return tuple(ask for kind, ask in _ASKS.items() if kind not in _NEEDS or not there.isdisjoint(_NEEDS[kind]))


def _ask(kind: str) -> _Ask:
    keys, begin = KEYS[kind], f"':{kind}:"
    if ":" in kind:
        here = [written(lexeme(kind))]
        return lambda post: here if keys(post) else []
    return lambda post: [f"{begin}{_drawer(value)}'" for value in keys(post) if value]


def _drawer(value: str) -> str:
    return f"{crc32(value.encode('utf-8', 'replace')) & 0xFFFF:04x}"


_ASKS: Final = {kind: _ask(kind) for kind in KEYS if kind in INDEXED}


@lru_cache(maxsize=256)
def _judged(network_name: str, intent: str) -> tuple[str, str]:
    return written(network(network_name)), written(of_intent(intent))


def _quoted_facts(quoted: Post) -> list[str]:
    found = [written(QUOTED + lexeme(kind, value)) for kind in _OF_QUOTED for value in KEYS[kind](quoted)]
    return [*found, *_addresses(quoted)] if quoted.links else found


def _addresses(page: Post) -> list[str]:
    shown = " ".join([f"{link.address} {link.short} {link.shown}" for link in page.links])
    titled = any(link.title or link.description for link in page.links)
    facts = [written(lexeme("url", word)) for word in set(words(fold(shown)))]
    return [written(LINKED), *([written(TITLED)] if titled else []), *facts]


def _sizes(page: Post, found: list[str]) -> tuple[str, ...]:
    long, cut = len(found) > PLACES_AT_MOST, len(page.text) > READ_AT_MOST
    return (written(LONG),) * long + (written(CUT),) * cut
