"""The English names of the languages that `lang:` knows.

After CLDR's English names; X's older codes (iw, in, no) and its own choices (hi-Latn) are X's.
"""

from difflib import get_close_matches

from earful.core.language.languages import MODERN_TO_X
from earful.core.text import fold

_NAMES: dict[str, str] = {
    "am": "Amharic", "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "bo": "Tibetan", "bs": "Bosnian",
    "ca": "Catalan", "ckb": "Sorani Kurdish", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German",
    "dv": "Divehi", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "eu": "Basque",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "gu": "Gujarati", "hi": "Hindi",
    "hi-Latn": "Hindi in Latin letters", "hr": "Croatian", "ht": "Haitian Creole", "hu": "Hungarian",
    "hy": "Armenian", "in": "Indonesian", "is": "Icelandic", "it": "Italian", "iw": "Hebrew", "ja": "Japanese",
    "ka": "Georgian", "km": "Khmer", "kn": "Kannada", "ko": "Korean", "lo": "Lao", "lt": "Lithuanian",
    "lv": "Latvian", "ml": "Malayalam", "mr": "Marathi", "my": "Burmese", "ne": "Nepali", "nl": "Dutch",
    "no": "Norwegian", "or": "Odia", "pa": "Punjabi", "pl": "Polish", "ps": "Pashto", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sd": "Sindhi", "si": "Sinhala", "sk": "Slovak", "sl": "Slovenian",
    "sr": "Serbian", "sv": "Swedish", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog",
    "tr": "Turkish", "ug": "Uyghur", "uk": "Ukrainian", "und": "a language that X could not tell", "ur": "Urdu",
    "vi": "Vietnamese", "zh-CN": "Simplified Chinese", "zh-TW": "Traditional Chinese",
}  # fmt: skip

# What else people write: names of one language that differ from CLDR's, of scripts and regions, and a few endonyms.
_ALSO = {
    "chinese": "zh-CN", "mandarin": "zh-CN", "zh-hans": "zh-CN", "zh-hant": "zh-TW", "cantonese": "zh-TW",
    "farsi": "fa", "kurdish": "ckb", "flemish": "nl", "filipino": "tl",
    "unknown": "und", "deutsch": "de", "espanol": "es", "castellano": "es", "francais": "fr", "italiano": "it",
    "portugues": "pt", "nederlands": "nl",
}  # fmt: skip


def language_code(name: str) -> str:
    """X's code of a language by its English name, or by its code with a region ("en-GB"); "" if nothing is near."""
    plain = fold(name, "drop").replace("_", "-").replace(" ", "-")
    if plain in _CODES:
        return _CODES[plain]
    if plain.partition("-")[0] in _KNOWN:
        return _KNOWN[plain.partition("-")[0]]
    near = get_close_matches(plain, _CODES, 1, 0.8)
    return _CODES[near[0]] if near else ""


def language_name(code: str) -> str:
    """The English name of one of X's language codes; an unknown code says that it is one."""
    return _NAMES.get(code, f"the language {code}")


_CODES = {name.lower().replace(" ", "-"): code for code, name in _NAMES.items()} | _ALSO
_KNOWN = {code: code for code in _NAMES} | MODERN_TO_X
