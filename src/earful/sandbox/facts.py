"""What is told about a post beside its words: kept with it as it is, and shaped when it is shown."""

from typing import Annotated, Any, Literal

import msgspec

from earful.sandbox.numerals import Count


class Option(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One choice of a poll."""

    label: str
    votes: Count = 0


class Poll(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A question to everybody: open for so many minutes. It gets its `id` when it is posted."""

    options: list[Option]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=10_080)]
    id: str = ""


class Withheld(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where a post is not shown, as two letters a country, and whether for a copyright."""

    countries: list[str]
    copyright: bool = False


class Facts(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What X tells about a post beside its words, in X's own shapes: a place as among `includes`, a point as longitude
    and latitude, annotations as in `context_annotations` and in `entities`.

    `reply_settings` is "" for everybody; `deep_link` the button that leads to private messages; `hidden` an answer that
    the conversation's author does not want shown.
    """

    likes: Count = 0
    poll: Poll | None = None
    reply_settings: Literal["", "following", "mentionedUsers", "subscribers", "verified"] = ""
    deep_link: str = ""
    card: str = ""
    made_with_ai: bool = False
    paid_partnership: bool = False
    sensitive: bool = False
    hidden: bool = False
    withheld: Withheld | None = None
    place: dict[str, Any] | None = None
    point: tuple[float, float] | None = None
    context_annotations: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []


NO_FACTS = Facts()
