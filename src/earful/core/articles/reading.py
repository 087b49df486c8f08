"""What is read of a conversation, of an article and of its address: words that can be compared.

Handles stand for themselves (a brand has several, and each is asked other things), links are left out, and the ends of
English words are cut off lightly, so that "charging" finds "charged".
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

from earful.core.links import find_links
from earful.core.text import fold
from earful.core.text import words as tokens

# Strangers write conversations and pages: what stands beyond this is not read.
READ_AT_MOST: Final = 4_000
MOST_WORDS: Final = 400
_LONGEST_WORD: Final = 40
_PIECE_LENGTHS: Final = (3, 4, 5)

_LINKS: Final = re.compile(r"https?://\S+")
_ENDS: Final = ("ing", "ed", "es", "s")
_SHORTEST_STEM: Final = 3
# What stands in every English sentence and address, and tells no two articles apart.
_EMPTY: Final = frozenset(
    word
    for line in (
        "a an and are as at be been but by can cant com could did didnt do does doesnt dont for from get got",
        "had has have hey hi html htm http https if im in is isnt it its just ll me my no not of on or our",
        "please php so thanks that the their them then there they this to up us ve was we were what when",
        "which who why will with would www you your",
    )
    for word in line.split()
)
# Parts of a path that say how a site is built, in which language and where, and nothing of a page.
_BUILT: Final = re.compile(
    r"[a-z]{2}(?:[-_][a-z]{2})?|[a-f0-9-]{12,}|\d+|hc|kb|td|t5|page|index|articles?|answer",
)
_WORD_EDGES: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|[^\w]+|_")


def surface(text: str) -> list[str]:
    """The words of a text as they stand there, folded: no links, no empty words."""
    folded = fold(_LINKS.sub(" ", text[:READ_AT_MOST]), "drop").replace("'", "").replace("’", "")
    return [word[:_LONGEST_WORD] for word in tokens(folded)[:MOST_WORDS] if word not in _EMPTY]


def words(text: str) -> list[str]:
    """The words of a text, without their ends."""
    return [stem(word) for word in surface(text)]


def stem(word: str) -> str:
    """A word without its English end, if enough of it is left."""
    for end in _ENDS:
        if word.endswith(end) and len(word) - len(end) >= _SHORTEST_STEM:
            return word[: -len(end)]
    return word


def pieces(stems: Iterable[str]) -> list[str]:
    """Pieces of three to five letters, so that what is misspelt still finds something."""
    marked = [f"<{each}>" for each in stems]
    return [word[at : at + size] for word in marked for size in _PIECE_LENGTHS for at in range(len(word) - size + 1)]


def address_words(address: str) -> list[str]:
    """The words that the path of an address is made of, as a person reads them."""
    try:
        path = unquote(urlsplit(address[:READ_AT_MOST]).path) if "://" in address else address
    except ValueError:
        return []
    parts = (part for step in path.split("/") for part in _WORD_EDGES.split(step.rsplit(".", 1)[0]))
    return [part.lower()[:_LONGEST_WORD] for part in parts if part and not _BUILT.fullmatch(part.lower())]


def links(text: str) -> list[str]:
    """The addresses in a text: those with a protocol, whatever they end in, and those that a network would link."""
    written = [found.rstrip(_CLOSING) for found in _WRITTEN.findall(text)]
    return list(dict.fromkeys((*written, *(link.text for link in find_links(text)))))


# Looser than `core.links`: a desk may have its pages under a name that no network knows.
_WRITTEN: Final = re.compile(r"https?://[^\s<>\"“”]+", re.IGNORECASE)
_CLOSING: Final = ".,;:!?)]}'’»"


def same_place(address: str) -> str:
    """An address without what does not change the page: two that are equal by this lead to the same article.

    The query stays where it alone names the page (`?id=7`), and goes where it only says who came from where.
    """
    bare = address.strip()[:READ_AT_MOST]
    try:
        parts = urlsplit(bare if "://" in bare else f"https://{bare}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return bare.lower()
    path = unquote(parts.path).rstrip("/").lower()
    tracks = _TRACKS_BESIDE_A_PATH if path else _TRACKS
    query = "&".join(sorted(each for each in parts.query.split("&") if each and not tracks.match(each)))
    return f"{host}{path}" + (f"?{query}" if query else "")


_TRACES: Final = r"utm_\w+|visit_id|gclid|fbclid|ref|hl|rd|source|lang|locale"
_TRACKS: Final = re.compile(rf"(?:{_TRACES})(?:=|$)", re.IGNORECASE)
# Without a path `?p=7` is the page: so addresses of WordPress are, where nobody chose others.
_TRACKS_BESIDE_A_PATH: Final = re.compile(rf"(?:{_TRACES}|p)(?:=|$)", re.IGNORECASE)


def joined(said: Sequence[str]) -> str:
    """What the customer said in a conversation, the last of it whole where all is too long."""
    return "\n".join(said)[-READ_AT_MOST:]
