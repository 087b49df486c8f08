"""X's two vocabularies, and who signs.

Its specification renamed `tweet.*` to `post.*` for REST between 2.162 and 2.167 (2026) without a change-log
entry; streams kept the old words. Which one REST requests use is a setting of the channel; answers are read
in both.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from earful.core.connector import Account

# Whose key signs a request that is made as the account itself and not as the app.
AS_USER: Final = "user"
_USER_FIELDS = (
    "name,username,verified,verified_type,protected,profile_image_url,public_metrics,description,location,withheld"
)
# What X tells of an account only to another one: an app alone would be refused the field.
AS_USER_FIELDS = f"{_USER_FIELDS},receives_your_dm"
_PLACE_FIELDS = "name,full_name,country,country_code,geo"
_MEDIA_FIELDS = "media_key,type,url,preview_image_url,alt_text,width,height,duration_ms,variants"
_POLL_FIELDS = "options,end_datetime"


# Expansions that bring accounts along.
_PEOPLE: Final = frozenset({"author_id", "in_reply_to_user_id", "sender_id", "participant_ids"})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The query parameters that ask for whole posts, and for whole private messages, in one set of words.

    Fields cost nothing; accounts that an expansion brings along are billed. So authors of quoted and reposted posts are
    not asked for. Where context annotations are asked for, a page holds at most a hundred posts.
    """

    posts: Mapping[str, str]
    messages: Mapping[str, str]

    @property
    def posts_as_user(self) -> Mapping[str, str]:
        """The same as `posts`, with what X tells to an account alone."""
        return {**self.posts, **({"user.fields": AS_USER_FIELDS} if "user.fields" in self.posts else {})}

    @property
    def without_people(self) -> "Vocabulary":
        """The same without the accounts that expansions bring along. Their ids are still told, where fields tell them:
        in the newer words they are told by the expansions alone, and nothing would be left of who wrote a post.
        """
        return Vocabulary(_without_people(self.posts), _without_people(self.messages))


TWEET = Vocabulary(
    posts={
        "tweet.fields": "author_id,created_at,conversation_id,in_reply_to_user_id,referenced_tweets,entities,"
        "attachments,lang,public_metrics,note_tweet,display_text_range,edit_history_tweet_ids,geo,source,"
        "context_annotations,reply_settings,possibly_sensitive,withheld,edit_controls",
        "expansions": "author_id,referenced_tweets.id,in_reply_to_user_id,attachments.media_keys,attachments.poll_ids,"
        "geo.place_id",
        "user.fields": _USER_FIELDS,
        "media.fields": _MEDIA_FIELDS,
        "poll.fields": _POLL_FIELDS,
        "place.fields": _PLACE_FIELDS,
    },
    messages={
        "dm_event.fields": "id,text,event_type,created_at,dm_conversation_id,sender_id,participant_ids,attachments,"
        "entities",
        "event_types": "MessageCreate",
        "expansions": "sender_id,participant_ids,attachments.media_keys",
        "user.fields": AS_USER_FIELDS,
        "media.fields": _MEDIA_FIELDS,
    },
)

POST = Vocabulary(
    posts={
        "post.fields": "created_at,conversation_id,entities,attachments,lang,public_metrics,note_post,"
        "display_text_range,geo,source,context_annotations,reply_settings,possibly_sensitive,withheld,edit_controls",
        "expansions": "author_id,in_reply_to_user_id,referenced_posts,edit_history_post_ids,attachments.media_keys,"
        "attachments.poll_ids,geo.place_id",
        "user.fields": _USER_FIELDS,
        "media.fields": _MEDIA_FIELDS,
        "poll.fields": _POLL_FIELDS,
        "place.fields": _PLACE_FIELDS,
    },
    messages={
        "dm_event.fields": "id,text,event_type,created_at,dm_conversation_id,attachments,entities",
        "event_types": "MessageCreate",
        "expansions": "sender_id,participant_ids,attachments.media_keys",
        "user.fields": AS_USER_FIELDS,
        "media.fields": _MEDIA_FIELDS,
    },
)


def _without_people(asked: Mapping[str, str]) -> Mapping[str, str]:
    expansions = [name for name in asked["expansions"].split(",") if name not in _PEOPLE]
    return {name: value for name, value in asked.items() if name != "user.fields"} | {
        "expansions": ",".join(expansions)
    }


VOCABULARIES: Mapping[str, Vocabulary] = {"tweet": TWEET, "post": POST}
# When authors come along with posts, in the order in which it is asked; otherwise only those are looked up of whom a
# case came. The channel's setting `authors` is "with_posts" or "for_cases", and wins.
_AUTHORS: Final[Sequence[tuple[str, Callable[[Account], bool], bool]]] = (
    ("the channel says so", lambda account: account.settings.get("authors") == "with_posts", True),
    ("the channel says otherwise", lambda account: account.settings.get("authors") == "for_cases", False),
    ("they cost nothing", lambda account: not account.settings.get("expansions_billed", True), True),
    ("the contract is no pay-per-use", lambda account: account.settings.get("tier") == "enterprise", True),
)


def authors_come_along(account: Account) -> bool:
    """Whether posts are asked for with their authors, each of whom is billed."""
    return next((come for _, holds, come in _AUTHORS if holds(account)), False)


def spoken_by(account: Account) -> Vocabulary:
    """The vocabulary of REST requests for this account, `tweet` unless its settings say otherwise; with authors where
    they shall come along, and in the newer words always, which tell an author's id in no other way.
    """
    words = VOCABULARIES[account.settings.get("vocabulary", "tweet")]
    return words if words is POST or authors_come_along(account) else _TWEET_ALONE


def streamed_to(account: Account) -> Vocabulary:
    """The vocabulary of streams: the older words, with authors where they shall come along."""
    return TWEET if authors_come_along(account) else _TWEET_ALONE


_TWEET_ALONE: Final = TWEET.without_people
