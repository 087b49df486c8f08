"""What a post must have before a rule is worth asking: the rarest thing each branch requires."""

from earful.core.language.tree import And, Not, Operator, Or, Phrase, Tree, Word
from earful.core.text import Accents, fold, words

Anchor = tuple[str, str]
"""A kind and a value: ("text", a piece of folded text), ("from", a handle) …, or EVERY post."""

EVERY: Anchor = ("every", "")
LINKED: Anchor = ("linked", "")

# The share of posts that an operator's anchor lets through, as a guess: only their order matters. A desk
# hears mostly posts that mention it or answer it, so those are poor anchors.
_SHARES = {
    "conversation_id": ("root", 0.0001),
    "in_reply_to_tweet_id": ("reply_to", 0.0001),
    "in_reply_to_status_id": ("reply_to", 0.0001),
    "retweets_of_tweet_id": ("reposts", 0.0001),
    "quotes_of_tweet_id": ("quotes", 0.0001),
    "from": ("from", 0.0005),
    "#": ("#", 0.005),
    "@": ("@", 0.05),
    "to": ("to", 0.05),
}


def anchors(tree: Tree, accents: Accents) -> tuple[float, frozenset[Anchor]]:
    """Anchors of which every matching post has at least one, and the share of posts they let through."""
    if isinstance(tree, And):
        return min((anchors(part, accents) for part in tree.parts), key=lambda found: found[0])
    if isinstance(tree, Or):
        found = [anchors(part, accents) for part in tree.parts]
        return sum(share for share, _ in found), frozenset().union(*(each for _, each in found))
    if isinstance(tree, Word):
        return _text("".join(words(fold(tree.text, accents))))
    if isinstance(tree, Phrase):
        return _text(max(words(fold(tree.text, accents)), key=len))
    return (1.0, frozenset({EVERY})) if isinstance(tree, Not) else _operator(tree)


def _operator(leaf: Operator) -> tuple[float, frozenset[Anchor]]:
    value = fold(leaf.value)
    if leaf.name == "$":
        return _text(f"${value}")
    if leaf.name in {"url", "url_contains"}:
        return 0.3, frozenset({LINKED})
    if leaf.name in _SHARES:
        kind, share = _SHARES[leaf.name]
        return share, frozenset({(kind, value)})
    return 1.0, frozenset({EVERY})


def _text(piece: str) -> tuple[float, frozenset[Anchor]]:
    return max(0.001, 0.6 * 0.5 ** len(piece)), frozenset({("text", piece)})
