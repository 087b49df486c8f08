"""Events of X's Activity API in the shape in which it documents them, with invented people; and compliance notices."""

from typing import Any

from connectors.x_frames import POST

Json = dict[str, Any]
US, MARIA = "1000", "2200000000"
USER: Json = POST["includes"]["users"][0]
AT = "1786353600000"


def event(kind: str, payload: Json, **more: Any) -> Json:
    """An event as it comes by stream and by webhook."""
    told = {"event_uuid": "-3577827201104920132", "filter": {"user_id": US}, "event_type": kind, "tag": "earful:1"}
    return {"data": {**told, "payload": payload, **more}}


def twice(numbers: Json) -> Json:
    """Numbers, each a second time as text."""
    return {**numbers, **{f"{name}_str": str(number) for name, number in numbers.items()}}


def post_payload(**more: Any) -> Json:
    """A post as an event tells it."""
    counts = twice({"retweet_count": 2, "reply_count": 3, "like_count": 9, "quote_count": 1})
    return {**POST["data"], "public_metrics": counts, "reply_settings": "everyone", **more}


def direct(**data: Any) -> Json:
    """A private message in the shape of API 1.1, each user wrapped once more."""
    said = {"text": "My number is 0113 &amp; the line is dead", "entities": {"urls": [], "user_mentions": []}, **data}
    create = {"target": {"recipient_id": US}, "sender_id": MARIA, "message_data": said}
    told = {"type": "message_create", "id": "1900000000000009001", "created_timestamp": AT, "message_create": create}
    return {"direct_message_events": [told], "users": {MARIA: {"data": USER}}}


def chat(**more: Any) -> Json:
    """An encrypted message: nothing of it can be read."""
    return {
        "id": "e4f4d3fc-8bbf-4928-92eb-e5058d6bb6f6",
        "created_at_msec": AT,
        "sender_id": MARIA,
        "conversation_id": f"{MARIA}:{US}",
        "conversation_key_version": "1768236281331",
        "encoded_event": "CwABAAAAEzIw",
        "message_event_signature": {"signature": "6IK9SZIMXBe5", "signature_version": "7"},
        **more,
    }


EVENTS = {
    "post": event("post.mention.create", post_payload(), includes={"users": [USER]}),
    "deletion": event("post.delete", {"id": "5", "author_id": MARIA}, includes={"users": [{"data": USER}]}),
    "message": event("dm.received", direct()),
    "chat": event("chat.received", chat()),
    "handle": event("profile.update.handle", {"before": "Maria_K", "after": "MariaK"}),
    "follow": event("follow.follow", {"source": {"data": USER}, "target": {"data": USER}}),
    "revoked": event("oauth.revoke", {"date_time": "2026-07-23T21:44:05+00:00", "user_id": US, "app_id": "1"}),
    "protected": {"data": {"user_protect": {"user": {"id": MARIA}, "event_at": "2026-08-10T09:15:00.000Z"}}},
}
