"""The shapes of X's frames, in both vocabularies at once: what we read of them, everything with a default.

What X adds tomorrow is ignored. The structs are slim and untracked by the garbage collector, like the posts made of
them.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec

# A time without its zone would be a moment that nobody knows.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Struct(msgspec.Struct, gc=False):
    pass


class Reference(_Struct):
    type: str
    id: str


class Mention(_Struct):
    id: str = ""
    username: str = ""
    start: int = 0


class Tag(_Struct):
    tag: str = ""


class Url(_Struct):
    url: str = ""
    expanded_url: str = ""
    display_url: str = ""
    title: str = ""
    description: str = ""


class Annotation(_Struct):
    """A name that X found in the text."""

    normalized_text: str = ""


class Entities(_Struct):
    mentions: list[Mention] = []
    hashtags: list[Tag] = []
    urls: list[Url] = []
    annotations: list[Annotation] = []


class Note(_Struct):
    text: str = ""
    entities: Entities | None = None


class Metrics(_Struct):
    retweet_count: int = 0
    repost_count: int = 0
    quote_count: int = 0
    reply_count: int = 0
    like_count: int = 0


class Following(_Struct):
    """How many follow an account, whom it follows, and so on. What is not told stays None."""

    followers_count: int | None = None
    following_count: int | None = None
    listed_count: int | None = None
    tweet_count: int | None = None
    post_count: int | None = None


class Topic(msgspec.Struct, frozen=True, gc=False):
    """The number of a domain or of an entity of X's annotations."""

    id: str = ""


class Context(_Struct):
    domain: Topic = Topic()
    entity: Topic = Topic()


class Point(_Struct):
    """GeoJSON: longitude and latitude if the type is Point, lists of such pairs if it is another."""

    coordinates: list[Any] = []


class Geo(_Struct):
    place_id: str = ""
    coordinates: Point | None = None


class Box(_Struct):
    """GeoJSON: west, south, east, north."""

    bbox: list[float] = []


class PlaceItem(_Struct):
    id: str = ""
    name: str = ""
    full_name: str = ""
    country: str = ""
    country_code: str = ""
    geo: Box | None = None


class Attachments(_Struct):
    media_keys: list[str] = []
    poll_ids: list[str] = []


# Not countries: X writes these where it hides something everywhere (XX), or by a claim of copyright (XY).
EVERYWHERE = frozenset({"XX", "XY"})


class Withheld(_Struct):
    """Where X hides a post or an account by order of somebody."""

    country_codes: list[str] | None = None

    @property
    def countries(self) -> tuple[str, ...]:
        return tuple(self.country_codes or ())


class EditControls(_Struct):
    editable_until: Moment | None = None


class Item(_Struct):
    """A post, or an event of a private conversation: X tells them apart by their fields alone. An object without an id
    is something else (see `event_frames`).
    """

    id: str = ""
    text: str = ""
    author_id: str = ""
    created_at: Moment | None = None
    conversation_id: str = ""
    in_reply_to_user_id: str = ""
    referenced_tweets: list[Reference] = []
    referenced_posts: list[Reference] = []
    edit_history_tweet_ids: list[str] = []
    edit_history_post_ids: list[str] = []
    entities: Entities | None = None
    attachments: Attachments | None = None
    display_text_range: list[int] = []
    lang: str = ""
    source: str = ""
    geo: Geo | None = None
    context_annotations: list[Context] = []
    public_metrics: Metrics | None = None
    note_tweet: Note | None = None
    note_post: Note | None = None
    reply_settings: str = ""
    possibly_sensitive: bool = False
    withheld: Withheld | None = None
    edit_controls: EditControls | None = None
    event_type: str = ""
    dm_conversation_id: str = ""
    sender_id: str = ""
    participant_ids: list[str] = []


class User(_Struct):
    id: str
    username: str = ""
    name: str = ""
    profile_image_url: str = ""
    description: str = ""
    location: str = ""
    verified: bool = False
    verified_type: str = ""
    protected: bool = False
    public_metrics: Following | None = None
    receives_your_dm: bool | None = None
    withheld: Withheld | None = None


class Variant(_Struct):
    """A film in one size. Playlists have no bit rate."""

    url: str | None = ""
    bit_rate: int | None = None
    content_type: str | None = ""


class MediaItem(_Struct):
    media_key: str = ""
    type: str = ""
    url: str = ""
    preview_image_url: str = ""
    alt_text: str = ""
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    variants: list[Variant] = []


class Choice(_Struct):
    label: str = ""
    votes: int = 0
    position: int = 0


class PollItem(_Struct):
    id: str = ""
    options: list[Choice] = []
    end_datetime: Moment | None = None


class Includes(_Struct):
    users: list[User] = []
    tweets: list[Item] = []
    posts: list[Item] = []
    media: list[MediaItem] = []
    places: list[PlaceItem] = []
    polls: list[PollItem] = []


class MatchedRule(_Struct):
    tag: str = ""


class Problem(_Struct):
    type: str = ""
    title: str = ""
    detail: str = ""
    disconnect_type: str = ""
    resource_type: str = ""
    resource_id: str = ""


class Deleted(_Struct):
    id: str


class Deletion(_Struct):
    tweet: Deleted | None = None
    post: Deleted | None = None


class Frame(_Struct):
    data: list[Item] | Item | None = None
    includes: Includes | None = None
    matching_rules: list[MatchedRule] = []
    errors: list[Problem] = []
    delete: Deletion | None = None
    meta: dict[str, Any] | None = None
    replay_job_status: dict[str, Any] | None = None
