"""What triage told of a case or a post, head by head, in words; what a person said instead says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import get_language_info

from earful.cases.models import Case
from earful.console.heads_shown import NOT_SURE, SHOWN
from earful.core.conversation import Role
from earful.core.triage.answers import from_kept
from earful.core.triage.casewise import told_by
from earful.core.triage.heads import HEADS
from earful.core.triage.reasons import OTHER
from earful.posts.models import Post
from earful.triage.models import Correction
from earful.triage.topics import in_words


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """What a head says. `doubt`: it is not sure; `by` names who said it, if a person did, and when (`at`)."""

    head: str
    title: str
    letter: str
    words: str
    doubt: bool = False
    by: Correction | None = None


@dataclass(frozen=True, slots=True)
class AnswersShown:
    """The line of a case: its answers in one order always, and the language of its customer's newest words."""

    line: list[AnswerShown]
    language: str = ""


def of_case(case: Case) -> AnswersShown:
    """What its customer's posts say. Two questions."""
    posts = Post.objects.filter(message__case=case, message__role=Role.CUSTOMER, deleted_at=None)
    newest = posts.order_by("-created_at", "-pk").values_list("lang", flat=True).first()
    said = _said(Correction.objects.filter(post__message__case=case, post__message__role=Role.CUSTOMER))
    return AnswersShown(_line(case.answers, said), language(newest or ""))


def of_posts(posts: Collection[Post]) -> dict[int, list[AnswerShown]]:
    """What each of these posts is, and about what, where that is known. One question, if any was corrected."""
    said: dict[int, list[Any]] = {}
    corrected = [post.pk for post in posts if post.corrected]
    for correction in _newest_last(Correction.objects.filter(post__in=corrected)) if corrected else ():
        said.setdefault(correction.post_id, []).append(correction)
    return {post.pk: _in_a_row(answers_of(post), _standing(said.get(post.pk, []))) for post in posts if not post.ours}


def answers_of(post: Post) -> dict[str, str]:
    """What one post says, by its heads and by people; what it wants also by its signs, as it is found by."""
    answers = told_by(from_kept(post.verdict.get("answers", {})), post.corrected)
    if "intent" not in answers and post.intent and (post.intent != "other" or not post.verdict):
        answers["intent"] = post.intent
    return answers


def language(code: str) -> str:
    """A language by its name; "" where none is known."""
    if code in ("", "und"):
        return ""
    try:
        return str(get_language_info(code)["name"])
    except KeyError:
        return code


def _line(answers: Mapping[str, str], said: Mapping[str, Correction]) -> list[AnswerShown]:
    return [_shown(head, answers.get(head), said.get(head)) for head in SHOWN if _told(head, answers)]


def _in_a_row(answers: Mapping[str, str], said: Mapping[str, Correction]) -> list[AnswerShown]:
    about = [_shown("reason", reason, said.get("reason"))] if (reason := answers.get("reason", OTHER)) != OTHER else []
    return [_shown("intent", answers.get("intent"), said.get("intent")), *about]


def _told(head: str, answers: Mapping[str, str]) -> bool:
    """A head that is asked of some posts alone says nothing of the others; those beside the line speak by the rest."""
    of = HEADS[head].of
    return SHOWN[head].in_line and (head in answers or of is None or answers.get(of[0]) == of[1])


def _shown(head: str, says: str | None, said: Correction | None) -> AnswerShown:
    shown = SHOWN[head]
    if says is None:
        return AnswerShown(head, shown.title, shown.letter, NOT_SURE, doubt=True)
    by = said if said is not None and said.new == says else None
    return AnswerShown(head, shown.title, shown.letter, in_words(head, says), by=by)


def _said(corrections: QuerySet[Correction]) -> dict[str, Correction]:
    return _standing(_newest_last(corrections))


def _newest_last(corrections: QuerySet[Correction]) -> list[Any]:
    return list(corrections.select_related("agent").annotate(stands=F("post__corrected")).order_by("pk"))


def _standing(corrections: Iterable[Any]) -> dict[str, Correction]:
    """By head the newest that still stands: an edited post drops what was said of its earlier words."""
    return {each.head: each for each in corrections if each.stands.get(each.head) == each.new}
