"""A page of X's answers, as far as turning to the next one needs it. What stands on it is for `reading`."""

from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{1,19}\Z")]


class Found(msgspec.Struct):
    """One post or event on a page."""

    id: Id


class Meta(msgspec.Struct):
    """What X says about a page: the newest id on it, and how to ask for the next one ("" on the last)."""

    newest_id: str = ""
    next_token: str = ""


class Page(msgspec.Struct):
    """One page. An answer with neither data nor meta says nothing, least of all that nothing is there."""

    data: list[Found] = []
    meta: Meta | None = None

    def __post_init__(self) -> None:
        if not self.data and self.meta is None:
            raise ValueError("neither data nor meta")

    @property
    def ids(self) -> list[str]:
        """The ids on the page, in X's order."""
        return [found.id for found in self.data]

    @property
    def next(self) -> str:
        """The token of the next page; "" on the last."""
        return self.meta.next_token if self.meta else ""


def later(*ids: str) -> str:
    """The latest of some ids; they are numbers in strings and sort wrongly as text. "" is before all."""
    return max(ids, key=lambda post_id: int(post_id or 0))
