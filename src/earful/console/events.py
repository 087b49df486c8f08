"""What was done to a case, in words."""

from collections.abc import Mapping
from typing import Final

from earful.cases.models import CaseEvent
from earful.console.heads_shown import title
from earful.triage.topics import in_words as answer_in_words

# What has an entry of its own in the conversation is not told there a second time.
TOLD_BY_THE_CONVERSATION: Final = frozenset({"customer_wrote", "noted", "answered", "reply_queued", "joined_in"})


def in_words(event: CaseEvent) -> str:
    """A short sentence: who did what. `event.agent` must be loaded."""
    who = event.agent.shown_name if event.agent else ""
    if event.kind == "assigned":
        return _assigned(event, who)
    if event.kind == "corrected":
        return f"{who or 'Somebody'} says {_corrected(event.detail)}"
    by_agent, by_itself = _WORDS.get(event.kind, (event.kind.replace("_", " "),) * 2)
    said = f"{who} {by_agent}" if who else by_itself
    reason = event.detail.get("reason")
    if event.kind == "correction_back" and reason:
        reason = title(reason).lower()
    return f"{said}: {reason}" if reason else said


def _assigned(event: CaseEvent, who: str) -> str:
    if not event.detail.get("to"):
        return f"{who or 'The desk'} put it back"
    if event.agent_id == event.detail["to"]:
        return f"{who} took it"
    return f"{who or 'The desk'} gave it to {event.detail.get('to_name', 'a colleague')}"


def _corrected(detail: Mapping[str, str]) -> str:
    head, says = detail.get("head", ""), detail.get("says", "")
    return f"{title(head).lower()}: {answer_in_words(head, says)}"


_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "opened": ("opened it", "Opened"),
    "customer_wrote": ("heard from the customer", "Customer wrote again"),
    "brought_in": ("brought in another post of theirs by hand", "Another post of theirs was brought in"),
    "joined_in": ("saw somebody join in", "Somebody joined in"),
    "reopened": ("reopened it", "Opened again"),
    "solved": ("solved it", "Solved"),
    "put_aside": ("put it aside", "Put aside"),
    "noted": ("left a note", "A note was left"),
    "reply_queued": ("wrote an answer", "An answer was queued"),
    "answered": ("answered", "Answered"),
    "deleted": ("deleted it", "The customer deleted what they wrote"),
    "reply_taken_back": ("took an answer back", "An answer was taken back"),
    "post_deleted": ("deleted a post of ours", "A post of ours was deleted"),
    "post_hidden": ("hid an answer", "An answer was hidden"),
    "post_shown": ("let a hidden answer be shown again", "A hidden answer is shown again"),
    "judged_again": ("judged it again", "Judged again"),
    "correction_back": ("took back a correction", "A correction was taken back"),
    "reply_by_hand": ("answers by hand", "To be answered by hand"),
}
