"""Language codes of `lang:`, and how other networks write them.

X keeps some older codes (docs.x.com, "Operators", the table under lang:); other networks use BCP 47. A post's
language is compared by `same_language`, so that a rule written for X also finds the same language elsewhere.
"""

LANGUAGES: tuple[str, ...] = tuple(
    """
    am ar bg bn bo bs ca ckb cs cy da de dv el en es et eu fa fi fr gu hi hi-Latn hr ht hu hy in is it iw ja
    ka km kn ko lo lt lv ml mr my ne nl no or pa pl ps pt ro ru sd si sk sl sr sv ta te th tl tr ug uk und ur
    vi zh-CN zh-TW
    """.split()  # noqa: SIM905  a table to be read, not sixty-nine quotes
)

MODERN_TO_X = {"he": "iw", "id": "in", "nb": "no", "nn": "no", "zh": "zh-CN", "fil": "tl"}
_ONE_NAME = {
    "he": "iw",
    "id": "in",
    "nb": "no",
    "nn": "no",
    "fil": "tl",
    "zh-hans": "zh-cn",
    "zh-hant": "zh-tw",
}


def same_language(wanted: str, found: str) -> bool:
    """Whether a rule's code means a post's. "zh" alone in a post is either Chinese; regions are dropped."""
    one, other = _canonical(wanted), _canonical(found)
    return one == other or (other == "zh" and one.startswith("zh-"))


def _canonical(code: str) -> str:
    low = code.lower().replace("_", "-")
    if low in _ONE_NAME:
        return _ONE_NAME[low]
    if low.startswith(("zh-", "hi-")):
        return low
    plain = low.partition("-")[0]
    return _ONE_NAME.get(plain, plain)
