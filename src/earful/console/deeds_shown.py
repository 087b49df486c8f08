"""What can be done to the posts of a case, what is being done, and what was done, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from earful.cases.models import Case
from earful.core.delivering import DeedKind
from earful.core.lifecycle import DeedState
from earful.replies import deeds
from earful.replies.models import Act

_OFFERS: Final[dict[DeedKind, str]] = {"delete": "Delete", "hide": "Hide", "unhide": "Show again"}
_UNDER_WAY: Final = {"delete": "being deleted", "hide": "being hidden", "unhide": "being shown again"}
_REFUSED: Final = {"delete": "not deleted", "hide": "not hidden", "unhide": "not shown again"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One deed that an agent can ask for: its kind, the word on the button, and of which posts."""

    kind: str
    words: str
    posts: Sequence[str]

    @property
    def asks_first(self) -> bool:
        """Whether it cannot be taken back."""
        return self.kind == "delete"


class DeedsShown:
    """The deeds of one case. Five questions, however many posts it has."""

    def __init__(self, case: Case, network: str) -> None:
        self._network = network
        self._able = deeds.possible(case)
        acts = Act.objects.filter(case=case).select_related("agent").order_by("pk")
        self._last = {act.network_id: act for act in acts}

    def offers(self, *posts: str) -> list[Offer]:
        """What can be asked for of these posts, which are one thing to the reader."""
        free = [post for post in posts if not self._under_way(post)]
        able = [(kind, [post for post in free if post in self._able.get(kind, ())]) for kind in _OFFERS]
        return [Offer(kind, f"{_OFFERS[kind]} on {self._network}", of) for kind, of in able if of]

    def standing(self, *posts: str) -> str:
        """How far the last deed on these posts is, in words; "" if there was none, or it is undone."""
        told = [_in_words(self._last[post], self._network) for post in posts if post in self._last]
        return next((words for words in reversed(told) if words), "")

    def deleted_by(self, *posts: str) -> str:
        """Who of us deleted them, if all of them were; else ""."""
        acts = [self._last.get(post) for post in posts]
        gone = [act for act in acts if act and act.kind == "delete" and act.state == DeedState.DONE]
        return _who(gone[-1]) if gone and len(gone) == len(acts) else ""

    def _under_way(self, post: str) -> bool:
        act = self._last.get(post)
        return act is not None and act.state == DeedState.QUEUED


def _in_words(act: Act, network: str) -> str:
    if act.state == DeedState.QUEUED:
        return f"{_UNDER_WAY[act.kind]} on {network}" + (f": {act.reason}" if act.reason else "")
    if act.state == DeedState.REFUSED:
        return f"{_REFUSED[act.kind]} on {network}: {act.reason}"
    said = {"delete": "deleted", "hide": "hidden"}.get(act.kind)
    return f"{said} on {network} by {_who(act)}" if said else ""


def _who(act: Act) -> str:
    return act.agent.shown_name if act.agent else "the desk"
