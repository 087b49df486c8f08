"""What an event carries, with the oddities of X's own examples (x-api/activity/event-payloads).

Posts speak the tweet vocabulary, whoever listens. Numbers come twice, as a number and as words. Users are wrapped in
`data` here and not there. Private messages keep the shape of an API that is gone.
"""

import secrets
from typing import TYPE_CHECKING, Any

from earful.sandbox.accounts import Account
from earful.sandbox.asking import Asked
from earful.sandbox.message_fields import address, attached
from earful.sandbox.messages import Message
from earful.sandbox.posts import Post
from earful.sandbox.shapes import Shape, Shaper
from earful.sandbox.snowflake import moment, written
from earful.sandbox.user_fields import USER_FIELDS

if TYPE_CHECKING:
    from earful.sandbox.world import World

SHOWN = """
    attachments author_id conversation_id created_at display_text_range edit_controls edit_history_tweet_ids entities
    geo in_reply_to_user_id lang note_tweet possibly_sensitive public_metrics referenced_tweets reply_settings withheld
"""
WHOLE = Asked(
    fields=frozenset(SHOWN.split()),
    user_fields=frozenset(USER_FIELDS) - {"receives_your_dm", "connection_status"},
)


def post(world: "World", made: Post, *, editable: bool) -> Shape:
    """A post as a payload. Answers and quotes are told without their edit controls."""
    shape = Shaper(world, WHOLE).post(made) | {"paid_partnership": False}
    if made.reply_to:
        shape["in_reply_to_tweet_id"] = str(made.reply_to)
    if not editable:
        shape.pop("edit_controls", None)
    doubled: Shape = twice(shape)
    return doubled


def around_post(world: "World", made: Post, *others: int) -> Shape:
    """What comes along with a post: its author, those it names, and the post once more."""
    people = dict.fromkeys((made.author, *others))
    users = [user(world, one) for one in people]
    return {"users": users, "tweets": [post(world, made, editable=True)]}


def deletion(made: int, author: int) -> Shape:
    """A deleted post: no word of it."""
    return {"id": str(made), "author_id": str(author)}


def like(liked: Post, now: float) -> Shape:
    """A like: of which post, and whose."""
    told = {"id": secrets.token_hex(16), "created_at": written(liked.id), "timestamp_ms": milliseconds(now)}
    return told | {"liked_tweet_author_id": str(liked.author), "liked_tweet_id": str(liked.id)}


def story(number: int, name: str, summary: str, hook: str) -> Shape:
    """A piece of news, as X's own model sums it up."""
    told = {"id": str(number), "name": name, "summary": summary, "hook": hook, "category": "News"}
    return told | {"updated_at": written(number), "cluster_posts_results": [], "disclaimer": "This story may evolve."}


def pair(world: "World", source: int, target: int) -> Shape:
    """Somebody who did something to somebody: followed, muted, blocked."""
    return {"source": {"data": user(world, source)}, "target": {"data": user(world, target)}}


def message(world: "World", sent: Message) -> Shape:
    """A private message, in the shape of the API before this one."""
    event = {
        "type": "message_create",
        "id": str(sent.id),
        "created_timestamp": milliseconds(moment(sent.id)),
        "message_create": {
            "target": {"recipient_id": str(sent.recipient)},
            "sender_id": str(sent.sender),
            "message_data": {
                "text": sent.text,
                "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
            }
            | _attachment(world, sent),
        },
    }
    return {"direct_message_events": [event], "users": _people(world, sent.sender, sent.recipient)}


def reading(world: "World", reader: int, writer: int, last: int, now: float) -> Shape:
    """Somebody read what another wrote, up to a message."""
    event = _sign(reader, writer, now) | {"last_read_event_id": str(last)}
    return {"direct_message_mark_read_events": [event], "users": _people(world, reader, writer)}


def typing(world: "World", writer: int, reader: int, now: float) -> Shape:
    """Somebody is writing to another."""
    event = _sign(writer, reader, now)
    return {"direct_message_indicate_typing_events": [event], "users": _people(world, writer, reader)}


def user(world: "World", account: int) -> Shape:
    """An account, whole, with its numbers doubled."""
    shape = Shaper(world, WHOLE).user(world.accounts.known(account))
    doubled: Shape = twice(shape)
    return doubled


def hidden(world: "World", account: Account) -> bool:
    """Whether an account is protected: nothing that it posts is ever told."""
    return world.states.of(account.id).protected


def twice(value: Any) -> Any:
    """The same, with every number told twice: as it is, and in words under its name with `_str`."""
    if isinstance(value, dict):
        whole: dict[str, Any] = {}
        for name, part in value.items():
            whole[name] = twice(part)
            if isinstance(part, int) and not isinstance(part, bool):
                whole[f"{name}_str"] = str(part)
        return whole
    if isinstance(value, list):
        return [twice(part) for part in value]
    return value


def milliseconds(seconds: float) -> str:
    """A moment as the older API writes it."""
    return str(round(seconds * 1000))


def _attachment(world: "World", sent: Message) -> Shape:
    upload = attached(world, sent)
    if upload is None:
        return {}
    where = address(world, sent, upload)
    media = {"id": upload.id, "id_str": str(upload.id), "media_url": where, "media_url_https": where}
    return {"attachment": {"type": "media", "media": media | {"type": upload.kind.shows}}}


def _people(world: "World", *accounts: int) -> Shape:
    return {str(account): {"data": user(world, account)} for account in accounts}


def _sign(by: int, to: int, now: float) -> Shape:
    return {
        "created_timestamp": milliseconds(now),
        "sender_id": str(by),
        "target": {"recipient_id": str(to)},
    }
