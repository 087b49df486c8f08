"""Which files may go with a post or a message: one's own, ready, for that use, and not too many."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from earful.sandbox.asking import identifier
from earful.sandbox.gate import Call
from earful.sandbox.media.uploads import Upload
from earful.sandbox.problems import invalid

if TYPE_CHECKING:
    from earful.sandbox.world import World

MOST_PHOTOS = 4


def for_post(call: Call, media_ids: Sequence[str]) -> list[Upload]:
    """The files of a post: up to four photos, or one GIF, or one video. Raises RefusalError (400)."""
    found = [_ready(call, one, private=False) for one in media_ids]
    alone = any(upload.kind.shows != "photo" for upload in found)
    if len({upload.id for upload in found}) < len(found):
        raise invalid("The same media ID stands there twice", media_ids=",".join(media_ids))
    if len(found) > (1 if alone else MOST_PHOTOS):
        raise invalid("A post carries up to 4 photos, or 1 GIF, or 1 video", media_ids=",".join(media_ids))
    return found


def for_message(call: Call, media_ids: Sequence[str]) -> Upload | None:
    """The file of a private message: at most one. Raises RefusalError (400)."""
    if len(media_ids) > 1:
        raise invalid("A message carries exactly one attachment", media_id=",".join(media_ids))
    return _ready(call, media_ids[0], private=True) if media_ids else None


def as_media(world: "World", upload: Upload) -> dict[str, Any]:
    """A file as a post keeps it; what may still change about it is looked up when it is shown."""
    return {
        "media_key": upload.key,
        "type": upload.kind.shows,
        "url": f"{world.public_url}/media/{upload.id}.{upload.extension}",
        "upload": str(upload.id),
    }


def _ready(call: Call, given: str, *, private: bool) -> Upload:
    found = call.world.uploads.find(identifier(given, "media_ids"))
    if found is None or call.account.id not in found.owners or found.kind.shows == "subtitles":
        raise invalid("Your media IDs are invalid.", media_ids=given)
    if found.kind.private != private:
        wanted = "a message" if private else "a post"
        raise invalid(f"The media category {found.category} is not for {wanted}", media_ids=given)
    if found.stage(call.world.clock()) != "succeeded":
        raise invalid("The media is not ready: ask for its STATUS until it has succeeded", media_ids=given)
    return found
