"""X's two vocabularies, and who signs.

Its specification renamed `tweet.*` to `post.*` for REST between 2.162 and 2.167 (2026) without a change-log
entry; streams kept the old words. Which one REST requests use is a setting of the channel; answers are read
in both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from earful.core.connector import Account

# Whose key signs a request that is made as the account itself and not as the app.
AS_USER: Final = "user"
_USER_FIELDS = (
    "name,username,verified,verified_type,protected,profile_image_url,public_metrics,description,location,withheld"
)
# What X tells of an account only to another one: an app alone would be refused the field.
_AS_USER_FIELDS = f"{_USER_FIELDS},receives_your_dm"
_PLACE_FIELDS = "name,full_name,country,country_code,geo"
_MEDIA_FIELDS = "media_key,type,url,preview_image_url,alt_text,width,height,duration_ms,variants"
_POLL_FIELDS = "options,end_datetime"


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
        return {**self.posts, "user.fields": _AS_USER_FIELDS}


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
        "user.fields": _AS_USER_FIELDS,
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
        "user.fields": _AS_USER_FIELDS,
        "media.fields": _MEDIA_FIELDS,
    },
)

VOCABULARIES: Mapping[str, Vocabulary] = {"tweet": TWEET, "post": POST}


def spoken_by(account: Account) -> Vocabulary:
    """The vocabulary of REST requests for this account; `tweet` unless its settings say otherwise."""
    return VOCABULARIES[account.settings.get("vocabulary", "tweet")]
