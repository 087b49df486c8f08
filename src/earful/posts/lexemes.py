"""What a stored post is found by: its words and its facts, as the lexemes of one tsvector.

Composed here and cast, because PostgreSQL's own parser drops emoji, splits by the server's locale and knows no script
without spaces. A word's lexeme is its token without accents, with its position; a word of the quoted post has a `"`
before it. A fact begins with `:`, and no token does: none can be taken for a word, nor for the beginning of one.
"""

from collections.abc import Iterator
from typing import Final
from zlib import crc32

from earful.core.language.keys import KEYS
from earful.core.post import Post
from earful.core.text import fold, searchable, words

# A tsvector holds a megabyte at most; the longest post that X takes has 25,000 characters. Longer ones are marked CUT.
READ_AT_MOST: Final = 30_000
# A tsvector keeps 256 positions of a lexeme and none beyond 16,383 (PostgreSQL's manual, "Limitations"): in a post with
# more words than this, marked LONG, positions say nothing.
PLACES_AT_MOST: Final = 255
# A lexeme holds 2 kB. A longer word is cut, here and where it is asked for.
LETTERS_AT_MOST: Final = 200

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
_KEYS: Final = tuple((kind, keys, ":" in kind) for kind, keys in KEYS.items() if kind in INDEXED)


def vector(post: Post, quoted: Post | None = None, intent: str = "") -> str:
    """The text of the tsvector by which a post is found; `intent` is what triage called it."""
    own = terms(post.text[:READ_AT_MOST])
    parts = [f"{_written(word)}:{place}" for place, word in enumerate(own, 1)]
    parts += [f"'{fact}'" for fact in _facts(post)]  # they are made here and hold nothing to be escaped
    parts += (written(network(post.network)), written(of_intent(intent)))
    parts += _sizes(post, own)
    if quoted is not None:
        theirs = terms(quoted.text[:READ_AT_MOST])
        parts += [f"{written(QUOTED + word)}:{place}" for place, word in enumerate(theirs, 1)]
        parts += [f"'{fact}'" for fact in _quoted_facts(quoted)]
        parts += _sizes(quoted, theirs)
    return " ".join(parts)


def terms(text: str) -> list[str]:
    """The tokens of a text as they stand in the index: folded, without accents, none too long."""
    return [word[:LETTERS_AT_MOST] for word in searchable(text).split()]


def lexeme(kind: str, value: str = "") -> str:
    """The lexeme of a fact. Those with a value share 65,536 drawers a kind.

    With a key for each id, handle and address the index would outgrow the posts. This way a question for one meets a
    stranger in every 65,536 posts, and the matcher sends it away.
    """
    return f":{kind}:{crc32(value.encode('utf-8', 'replace')) & 0xFFFF:04x}" if value else f":{kind}"


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


def _written(word: str) -> str:
    return word if word.isascii() else written(word)


def _facts(post: Post) -> list[str]:
    found = [lexeme(kind, value) for kind, keys, flag in _KEYS for value in keys(post) if value or flag]
    return found + _addresses(post) if post.links else found


def _quoted_facts(quoted: Post) -> list[str]:
    found = [QUOTED + lexeme(kind, value) for kind in _OF_QUOTED for value in KEYS[kind](quoted)]
    return found + _addresses(quoted) if quoted.links else found


def _addresses(page: Post) -> list[str]:
    written = " ".join([f"{link.address} {link.short} {link.shown}" for link in page.links])
    titled = any(link.title or link.description for link in page.links)
    return [LINKED, *([TITLED] if titled else []), *(lexeme("url", word) for word in set(words(fold(written))))]


def _sizes(page: Post, found: list[str]) -> Iterator[str]:
    if len(found) > PLACES_AT_MOST:
        yield written(LONG)
    if len(page.text) > READ_AT_MOST:
        yield written(CUT)
