"""The shapes of what X tells beside posts: activity of accounts, and notices that must be heeded (compliance).

Rarer than posts by far, and odder: users come wrapped in an object of their own or bare, numbers a second time as text,
private messages in the shape of an API two versions old. See "Event payloads" in X's documentation (2026).
"""

import msgspec

from earful.connectors.x.frames import Item, MediaItem, Moment, PlaceItem, PollItem, User

Raw = msgspec.Raw
NOTHING = Raw(b"{}")


class _Struct(msgspec.Struct, gc=False):
    pass


class EventUser(User, gc=False):
    """A user, bare or wrapped once more."""

    id: str = ""
    data: User | None = None

    @property
    def bare(self) -> User:
        return self.data or self


class EventIncludes(_Struct):
    users: list[EventUser] = []
    tweets: list[Item] = []
    posts: list[Item] = []
    media: list[MediaItem] = []
    places: list[PlaceItem] = []
    polls: list[PollItem] = []


class Filter(_Struct):
    user_id: str = ""


class Ref(_Struct):
    """A post or an account, named by its id alone."""

    id: str = ""


class Notice(_Struct):
    """What became of a post or of an account; `withheld_in_countries` where it is withheld."""

    tweet: Ref | None = None
    post: Ref | None = None
    user: Ref | None = None
    withheld_in_countries: list[str] = []


class Happened(_Struct):
    """An event of an account, or a notice under its own name."""

    event_type: str = ""
    filter: Filter | None = None
    payload: Raw = NOTHING
    includes: EventIncludes | None = None
    delete: Notice | None = None
    drop: Notice | None = None
    undrop: Notice | None = None
    withheld: Notice | None = None
    tweet_edit: Notice | None = None
    post_edit: Notice | None = None
    user_delete: Notice | None = None
    user_undelete: Notice | None = None
    user_protect: Notice | None = None
    user_unprotect: Notice | None = None
    user_suspend: Notice | None = None
    user_unsuspend: Notice | None = None
    user_withheld: Notice | None = None
    scrub_geo: Notice | None = None
    user_profile_modification: Notice | None = None


class EventFrame(_Struct):
    data: Happened


class EventPost(Item, gc=False):
    """A post in an event: what it answers is told in a field of its own as well, sometimes there alone."""

    in_reply_to_tweet_id: str = ""
    in_reply_to_post_id: str = ""


class Change(_Struct):
    before: str | None = ""
    after: str | None = ""


class Revoked(_Struct):
    user_id: str = ""
    date_time: Moment | None = None


class Chat(_Struct):
    """An encrypted message: who wrote it in which conversation, and words that only the two can read."""

    id: str = ""
    conversation_id: str = ""
    sender_id: str = ""
    created_at_msec: str = ""


class DirectUrl(_Struct):
    url: str = ""
    expanded_url: str = ""
    display_url: str = ""


class DirectMention(_Struct):
    screen_name: str = ""


class DirectHashtag(_Struct):
    text: str = ""


class DirectEntities(_Struct):
    urls: list[DirectUrl] = []
    user_mentions: list[DirectMention] = []
    hashtags: list[DirectHashtag] = []


class DirectVariant(_Struct):
    url: str = ""
    bitrate: int | None = None


class DirectFilm(_Struct):
    variants: list[DirectVariant] = []
    duration_millis: int = 0


class DirectSize(_Struct):
    w: int = 0
    h: int = 0


class DirectMedia(_Struct):
    type: str = ""
    media_url_https: str = ""
    ext_alt_text: str | None = ""
    sizes: dict[str, DirectSize] = {}
    video_info: DirectFilm | None = None


class DirectAttachment(_Struct):
    type: str = ""
    media: DirectMedia | None = None


class DirectData(_Struct):
    text: str = ""
    entities: DirectEntities | None = None
    attachment: DirectAttachment | None = None


class DirectTarget(_Struct):
    recipient_id: str = ""


class DirectCreate(_Struct):
    sender_id: str = ""
    target: DirectTarget = msgspec.field(default_factory=DirectTarget)
    message_data: DirectData = msgspec.field(default_factory=DirectData)


class DirectEvent(_Struct):
    """A private message in the shape of X's API 1.1. Its time is in milliseconds, as text."""

    type: str = ""
    id: str = ""
    created_timestamp: str = ""
    message_create: DirectCreate | None = None


class DirectMessages(_Struct):
    direct_message_events: list[DirectEvent] = []
    users: dict[str, EventUser] = {}
