"""The body of "create a post", as both API descriptions have it, and what of it excludes what."""

from typing import Annotated, Literal
from urllib.parse import parse_qs, urlsplit

import msgspec

from earful.sandbox.numerals import identifier
from earful.sandbox.problems import invalid

# "$" would let a line break stand behind the digits.
Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}\Z")]
ReplySettings = Literal["following", "mentionedUsers", "subscribers", "verified"]
HOMES = frozenset({"x.com", "www.x.com", "twitter.com", "www.twitter.com"})


class Reply(msgspec.Struct, forbid_unknown_fields=True):
    """The part of a post that makes it a reply. X itself says that `auto_populate_reply_metadata` has no effect."""

    in_reply_to_tweet_id: Id
    exclude_reply_user_ids: list[Id] = []
    auto_populate_reply_metadata: bool = True


class Attached(msgspec.Struct, forbid_unknown_fields=True):
    """The part of a post that carries files. What stands behind the first two is taken and has no effect."""

    media_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=4)]
    tagged_user_ids: Annotated[list[Id], msgspec.Meta(max_length=10)] = []
    title: str | None = None
    description: str | None = None
    embeddable: bool | None = None
    preview_media_id: Id | None = None
    call_to_actions: dict[str, dict[str, str]] | None = None


class NewPoll(msgspec.Struct, forbid_unknown_fields=True):
    """The part of a post that asks something. X itself says that these `reply_settings` have no effect."""

    options: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=25)]], msgspec.Meta(min_length=2, max_length=4)
    ]
    duration_minutes: Annotated[int, msgspec.Meta(ge=5, le=10_080)]
    reply_settings: ReplySettings | None = None


class Editing(msgspec.Struct, forbid_unknown_fields=True):
    """The part of a post that makes it a new version of another."""

    previous_post_id: Id


class Place(msgspec.Struct, forbid_unknown_fields=True):
    """The part of a post that says where it was made."""

    place_id: str


class Creation(msgspec.Struct, forbid_unknown_fields=True):
    """The whole body. `nullcast` and those for super followers are taken and have no effect: nobody here sees posts by
    advertising or by subscription.
    """

    text: str = ""
    reply: Reply | None = None
    media: Attached | None = None
    poll: NewPoll | None = None
    quote_tweet_id: Id | None = None
    card_uri: str | None = None
    direct_message_deep_link: str | None = None
    edit_options: Editing | None = None
    reply_settings: ReplySettings | None = None
    made_with_ai: bool = False
    paid_partnership: bool = False
    geo: Place | None = None
    community_id: Id | None = None
    nullcast: bool = False
    for_super_followers_only: bool = False
    share_with_followers: bool = False


# Of these a post has one at most.
EXCLUSIVE = ("poll", "quote_tweet_id", "media", "card_uri", "direct_message_deep_link")


def check(wanted: Creation, home: str) -> None:
    """Raises RefusalError (400) for parts that exclude each other, and for what nobody here knows. `home` is the host
    of the pretend X's own pages, where a deep link may lead too.
    """
    given = [name for name in EXCLUSIVE if getattr(wanted, name) is not None]
    if len(given) > 1:
        raise invalid(f"{', '.join(given)} exclude each other: a post has one of them", **dict.fromkeys(given, ""))
    if wanted.reply and wanted.edit_options:
        raise invalid("A new version cannot become a reply", reply=wanted.reply.in_reply_to_tweet_id)
    if wanted.direct_message_deep_link is not None and not _leads_home(wanted.direct_message_deep_link, home):
        words = "direct_message_deep_link is https://x.com/messages/compose?recipient_id=… (and perhaps &text=…)"
        raise invalid(words, direct_message_deep_link=wanted.direct_message_deep_link)
    for name, value in (("community_id", wanted.community_id), ("place_id", wanted.geo and wanted.geo.place_id)):
        if value:
            raise invalid(f"There is no such {name.removesuffix('_id')} here", **{name: value})


def recipient(link: str) -> int:
    """To whom a deep link leads; 0 for one that leads to nobody."""
    return identifier(parse_qs(urlsplit(link).query).get("recipient_id", [""])[0]) or 0


def _leads_home(link: str, home: str) -> bool:
    try:
        parts = urlsplit(link)
        query = parse_qs(parts.query, strict_parsing=True)
    except ValueError:
        return False
    named = query.get("recipient_id", [])
    fits = parts.path.rstrip("/") == "/messages/compose" and not set(query) - {"recipient_id", "text"}
    there = (parts.scheme == "https" and parts.netloc in HOMES) or parts.netloc == home
    return fits and there and len(named) == 1 and identifier(named[0]) is not None
