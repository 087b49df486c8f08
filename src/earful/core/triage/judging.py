"""The whole verdict on a batch of posts: what the signals say, what the heads say, and who has the last word.

A rule that fires is its own reason, and where it is about safety it overrules the heads: they may be wrong, and nobody
may be left on a burning stair because a sentence was odd. In a language that the heads did not learn only the signals
speak.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from earful.core.triage.answering import Answering
from earful.core.triage.answers import A_RULE, SETTLES, Answer, is_sure
from earful.core.triage.reasons import with_words
from earful.core.triage.replying import kind_of_reply
from earful.core.triage.tongues import tongue
from earful.core.triage.topics import Topics, shipped
from earful.core.triage.verdict import Verdict, judge

# Those of the corpus; "" is a network that did not say, and nobody could tell.
LEARNED: Final = frozenset({"", "en", "de", "fr", "es", "pt"})
RAISED: Final = frozenset({"urgency"})
# A post is put aside unread: a head may do that only where it is all but certain.
SURELY_SPAM: Final = 0.97
REASON: Final = "reason"

# What we say ourselves wants nothing of us.
OURS: Final = Verdict("other", 0, (), (), spam=False)


class Asked(NamedTuple):
    """A text, and the language that its network says it is in ("", or a code for none, if it did not say)."""

    text: str
    lang: str = ""


def judge_all(
    asked: Sequence[Asked],
    model: Answering,
    *,
    learned_here: Collection[str] = (),
    version: str = "",
    topics: Topics | None = None,
) -> list[Verdict]:
    """A verdict for each post of a batch. `learned_here` are the heads that learned from this desk's corrections;
    `version` is how the model is remembered, if not by its own version; `topics` are the desk's contact reasons, if it
    has others than the shipped ones.
    """
    asked = [each._replace(lang=tongue(each.text, each.lang)) for each in asked]
    learned = [number for number, each in enumerate(asked) if each.lang[:2] in LEARNED]
    told = dict(zip(learned, _told(model, [asked[number].text for number in learned], topics), strict=True))
    return [
        _verdict(each, told.get(number, {}), version or model.card.version, learned_here)
        for number, each in enumerate(asked)
    ]


def judge_one(text: str, lang: str, model: Answering) -> Verdict:
    """The verdict on one post."""
    return judge_all([Asked(text, lang)], model)[0]


def _told(model: Answering, texts: Sequence[str], topics: Topics | None) -> list[dict[str, Answer]]:
    """For each text what each head answers, the contact reason by the word lists too."""
    if not texts:
        return []
    answers = {each.name: each.answers for each in model.card.heads}
    scores = model.score(texts)
    if REASON in scores:
        names = tuple(topic.name for topic in (topics or shipped()).all)
        scores[REASON] = with_words(texts, scores[REASON], answers[REASON], topics, names)
        answers[REASON] = names
    told = {
        head: [Answer(answers[head][at], sure) for at, sure in zip(rows.argmax(1), rows.max(1).tolist(), strict=True)]
        for head, rows in scores.items()
    }
    return [dict(zip(told, each, strict=True)) for each in zip(*told.values(), strict=True)]


def _verdict(asked: Asked, told: dict[str, Answer], version: str, learned_here: Collection[str]) -> Verdict:
    by_signals = judge(asked.text)
    answers = _settled(told, by_signals.signals)
    if answers and "reply" not in learned_here:
        answers["reply"], _ = kind_of_reply(answers)
    return replace(
        by_signals,
        intent=_intent(by_signals, answers),
        spam=by_signals.spam or _surely_spam(answers),
        answers=answers,
        model=version if told else "",
        lang=asked.lang,
    )


def _settled(told: Mapping[str, Answer], signals: Collection[str]) -> dict[str, Answer]:
    """What the heads told, with what the signals that fired settle."""
    answers = dict(told)
    for signal in signals:
        for head, says in SETTLES.get(signal, {}).items():
            before = answers.get(head)
            if before is None or head not in RAISED or before.says <= says:
                answers[head] = Answer(says, A_RULE)
    return answers


def _intent(by_signals: Verdict, answers: Mapping[str, Answer]) -> str:
    """The head's, where it is sure of it; else what the words say by rule."""
    told = answers.get("intent")
    return told.says if told and is_sure("intent", told) else by_signals.intent


def _surely_spam(answers: Mapping[str, Answer]) -> bool:
    told = answers.get("spam")
    return told is not None and told.says == "1" and told.sure >= SURELY_SPAM
