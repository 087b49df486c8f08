"""A guess at a text's language, good enough for the languages that practice customers write.

A script that belongs to one language decides; otherwise the small words that each language cannot do without
are counted. "und" is X's own word for a text that gives no hint.
"""

import re

SCRIPTS = (
    ("ja", re.compile(r"[぀-ヿ]")),
    ("ko", re.compile(r"[가-힣]")),
    ("zh", re.compile(r"[一-鿿]")),
    ("ru", re.compile(r"[Ѐ-ӿ]")),
    ("ar", re.compile(r"[؀-ۿ]")),
    ("iw", re.compile(r"[֐-׿]")),
    ("el", re.compile(r"[Ͱ-Ͽ]")),
    ("hi", re.compile(r"[ऀ-ॿ]")),
    ("th", re.compile(r"[฀-๿]")),
)

SMALL_WORDS = {
    "en": "the and is are was my you your to of it in for on not with this that have i we do no how why",
    "fr": "le la les des est et je ne pas vous mon ma une un pour avec sur que qui depuis bonjour c'est",
    "de": "der die das und ist ich nicht mein meine sie ein eine mit auf für seit wir kein warum bitte wie",
    "es": "el la los las es y no mi que una un por con para desde hola gracias está tengo cuando muy más se",
    "it": "il lo gli è e non mio mia che una un per con da sono ciao grazie della perché più si",
    "pt": "o os as é e não meu minha que uma um por com para desde olá obrigado está você mais",
    "nl": "de het een en is niet mijn ik jullie met op voor sinds wij geen waarom hoe bij dat",
}
WORDS = {language: frozenset(words.split()) for language, words in SMALL_WORDS.items()}
NOISE = re.compile(r"https?://\S+|[@#$]\w+")


def guess(text: str) -> str:
    """The language of a text as X would tag it ("en", "fr", …), or "und"."""
    said = NOISE.sub(" ", text)
    for language, script in SCRIPTS:
        if script.search(said):
            return language
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", said.lower())
    if not words:
        return "und"
    hits = {language: sum(word in small for word in words) for language, small in WORDS.items()}
    return max(hits, key=lambda language: hits[language])
