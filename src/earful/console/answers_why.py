"""Why triage says what it says of a post: the rule, or the words that spoke for it, briefly."""

from collections.abc import Sequence
from typing import Final

from earful.core.text import Span
from earful.core.triage.answers import A_RULE, SETTLES, Answer, from_kept, is_sure
from earful.core.triage.judging import REASON
from earful.core.triage.personal import dotted
from earful.core.triage.replying import kind_of_reply
from earful.core.triage.signals import fired
from earful.core.triage.verdict import points_of
from earful.posts.models import Post
from earful.triage.in_force import in_force
from earful.triage.topics import in_words, topics

WORDS_SHOWN: Final = 3
LONGEST_QUOTE: Final = 60
# A word that takes less than this from the lead of an answer is there by chance.
_SPEAKS: Final = 0.05


def why(post: Post, head: str) -> list[str]:
    """A sentence or two: what triage told in its time, how sure it was, and what spoke for that."""
    told = from_kept(post.verdict.get("answers", {})).get(head)
    if told is None:
        return ["Triage told nothing of this."]
    because = _because(post, head, told)
    return [_said(head, told), because] if because else [_said(head, told)]


def _said(head: str, told: Answer) -> str:
    words, sure = in_words(head, told.says), f"{told.sure:.0%}"
    if told.sure >= A_RULE:
        return f"Triage says: {words}."
    return f"Triage says: {words}, {sure} sure." if is_sure(head, told) else f"Not sure. Likeliest: {words}, {sure}."


def _because(post: Post, head: str, told: Answer) -> str:
    if rules := _settled_by(post, head, told):
        return f"By a rule: {', '.join(rules)}."
    if head == "reply" and (rule := _rule_of_reply(post, told)):
        return f"By a rule: {rule}."
    if head == REASON and (listed := _listed(post, told)):
        return f"It says {listed}."
    by, now = post.verdict.get("model", ""), in_force()
    if by != now.name:
        return f"It was judged by {by}; {now.name} is in force now." if by else ""
    words = [f"“{word}”" for word, lost in now.model.words(post.text).get(head, ())[:WORDS_SHOWN] if lost >= _SPEAKS]
    return f"Because of {', '.join(words)}." if words else ""


def _listed(post: Post, told: Answer) -> str:
    """The words of the reason's list that the post has."""
    found = next((hit.words for hit in topics().find(post.text) if hit.topic == told.says), ())
    return ", ".join(f"“{each}”" for each in found[:WORDS_SHOWN])


def _settled_by(post: Post, head: str, told: Answer) -> list[str]:
    """The signals that settle it so, and by which words; the head may have said the same by itself."""
    settling = [name for name in post.signals if SETTLES.get(name, {}).get(head) == told.says]
    by_words = {each.signal.name: _first(post.text, each.spans) for each in fired(post.text)} if settling else {}
    return [f"{says}{by_words.get(name, '')}" for name in settling for says, _ in points_of([name])]


def _first(text: str, spans: Sequence[Span]) -> str:
    """The first words that told it, as in (“coming out smoke”)."""
    return f" (“{dotted(text)[spans[0][0] : spans[0][1]][:LONGEST_QUOTE]}”)" if spans else ""


def _rule_of_reply(post: Post, told: Answer) -> str:
    """The kind of reply follows from the other heads, unless a desk taught it a head of its own."""
    answers = {head: each for head, each in from_kept(post.verdict["answers"]).items() if head != "reply"}
    answer, rule = kind_of_reply(answers)
    return rule if answer.says == told.says and "reply" not in in_force().learned_here else ""
