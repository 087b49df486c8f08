"""Uploading through the API: a file begun, filled, finished and asked after, or sent in one go.

Sources: the media operations of both API descriptions and x-api/media. 2.162 requires a `meta` that it describes as
nothing, so every answer carries an empty one.
"""

import binascii
from base64 import b64decode
from typing import Any

import msgspec

from earful.sandbox import numerals
from earful.sandbox.asking import identifier
from earful.sandbox.gate import Answer, Call
from earful.sandbox.media.categories import CATEGORIES, MEGABYTE
from earful.sandbox.media.measuring import measure
from earful.sandbox.media.multipart import fields
from earful.sandbox.media.uploads import SESSION_S, USABLE_S, Upload
from earful.sandbox.problems import invalid, not_found, problem_type
from earful.sandbox.shapes import Shape

LARGEST_SEGMENT = 5 * MEGABYTE
LAST_SEGMENT = 999
CHECK_AFTER_S = 1


class Beginning(msgspec.Struct, forbid_unknown_fields=True):
    """The body that begins an upload."""

    media_type: str = ""
    total_bytes: int = 0
    media_category: str = ""
    additional_owners: list[str] = []
    shared: bool = False


def initialize(call: Call) -> Answer:
    """Begin an upload. Raises RefusalError (400) for what the category does not take."""
    wanted = call.read(Beginning)
    category = CATEGORIES.get(wanted.media_category)
    if category is None:
        raise invalid("media_category is missing or unknown", media_category=wanted.media_category)
    if wanted.media_type not in category.takes:
        taken = ", ".join(sorted(category.takes))
        raise invalid(f"media_type for {wanted.media_category} is one of {taken}", media_type=wanted.media_type)
    if not 1 <= wanted.total_bytes <= category.most:
        raise invalid(f"total_bytes is between 1 and {category.most}", total_bytes=str(wanted.total_bytes))
    owners = [call.account.id, *(identifier(one, "additional_owners") for one in wanted.additional_owners)]
    upload = call.world.uploads.begin(owners, wanted.media_category, wanted.media_type, wanted.total_bytes)
    return _told({"id": str(upload.id), "media_key": upload.key, "expires_after_secs": SESSION_S})


def append(call: Call) -> Answer:
    """Keep one segment, sent as a form with a file or as base64 in JSON."""
    upload = mine(call, call.path["id"])
    segment, data = _segment(call)
    if upload.finished:
        raise invalid("The upload is finalized already", id=str(upload.id))
    if len(data) > LARGEST_SEGMENT:
        raise invalid(f"A segment has at most {LARGEST_SEGMENT} bytes", segment_index=str(segment))
    if not call.world.uploads.append(upload, segment, data):
        raise invalid(f"That is more than the {upload.total} bytes announced", id=str(upload.id))
    return _told({"expires_at": int(upload.begun) + SESSION_S})


def finalize(call: Call) -> Answer:
    """Put the segments together. Raises RefusalError (400) when bytes are missing or the picture is unfit."""
    upload = mine(call, call.path["id"])
    if upload.finished:
        return _status(call, upload)
    had = call.world.uploads.size(upload)
    if had != upload.total:
        raise invalid(f"{had} of {upload.total} bytes have been appended", id=str(upload.id))
    return _finished(call, upload)


def status(call: Call) -> Answer:
    """How far an upload is."""
    if call.query.get("command", "STATUS") != "STATUS":
        raise invalid("The `command` query parameter value is not [STATUS]", command=call.query["command"])
    if "media_id" not in call.query:
        raise invalid("The `media_id` query parameter is required", media_id="")
    return _status(call, mine(call, call.query["media_id"]))


def upload(call: Call) -> Answer:
    """Take a whole picture in one go."""
    form = _form(call)
    category = CATEGORIES.get(str(form.get("media_category", "")))
    if category is None:
        raise invalid("media_category is missing or unknown", media_category=str(form.get("media_category", "")))
    data = _bytes(form)
    if category.slow:
        raise invalid("GIFs and videos are uploaded in segments", media_category=str(form["media_category"]))
    if not 1 <= len(data) <= category.most:
        raise invalid(f"media has between 1 and {category.most} bytes", media_category=str(form["media_category"]))
    mime = measure(data).mime or "text/vtt"
    owners = [call.account.id, *_owners(form.get("additional_owners", ""))]
    new = call.world.uploads.begin(owners, str(form["media_category"]), mime, len(data))
    call.world.uploads.append(new, 0, data)
    return _finished(call, new)


def _finished(call: Call, upload: Upload) -> Answer:
    done = call.world.uploads.finish(upload)
    if done.fault and not done.kind.slow:
        raise invalid(done.fault, media_id=str(done.id))
    return _status(call, done)


def _status(call: Call, upload: Upload) -> Answer:
    expires = USABLE_S if upload.finished else SESSION_S
    since = upload.finished or upload.begun
    data: Shape = {
        "id": str(upload.id),
        "media_key": upload.key,
        "size": call.world.uploads.size(upload),
        "expires_after_secs": max(int(since + expires - call.world.clock()), 0),
    }
    if upload.kind.slow and upload.finished:
        data["processing_info"] = _processing(call, upload)
    if call.vocabulary.name == "post" and upload.finished:
        data |= _measures(upload)
    stage = upload.stage(call.world.clock())
    return _told(data, [_failure(call, upload)] if stage == "failed" else [])


def _processing(call: Call, upload: Upload) -> Shape:
    now = call.world.clock()
    stage = upload.stage(now)
    done = int(100 * min((now - upload.finished) / upload.takes, 1)) if upload.takes else 100
    told: Shape = {"state": stage, "progress_percent": done}
    if stage in ("pending", "in_progress"):
        told["check_after_secs"] = CHECK_AFTER_S
    # 2.162 requires a `type` here, without a word about it; 2.167 forbids it.
    return told | ({"type": "processing"} if call.vocabulary.name == "tweet" else {})


def _measures(upload: Upload) -> Shape:
    if upload.kind.shows == "video":
        return {"video": {"video_type": upload.mime}}
    if not upload.measured.width:
        return {}
    return {"image": {"image_type": upload.mime, "w": upload.measured.width, "h": upload.measured.height}}


def _failure(call: Call, upload: Upload) -> Shape:
    kind = problem_type("invalid-request", call.vocabulary.name)
    return {"title": "Invalid Request", "detail": upload.fault, "type": kind, "status": 400}


def _told(data: Shape, errors: list[Shape] | None = None) -> Answer:
    return Answer({"data": data, "meta": {}} | ({"errors": errors} if errors else {}))


def mine(call: Call, given: str) -> Upload:
    """The caller's file with an id. Raises RefusalError (404) for one that is not there, or somebody else's."""
    found = call.world.uploads.find(identifier(given, "media_id"))
    if found is None or call.account.id not in found.owners:
        raise not_found(given, "id", "media")
    return found


def _segment(call: Call) -> tuple[int, bytes]:
    form = _form(call)
    given = str(form.get("segment_index", ""))
    segment = numerals.whole(given, LAST_SEGMENT)
    if segment is None:
        raise invalid(f"segment_index is a number from 0 to {LAST_SEGMENT}", segment_index=given)
    return segment, _bytes(form)


def _form(call: Call) -> dict[str, Any]:
    """The fields of a body, whichever of the two ways it came; a form's fields are text, but for the file."""
    form = fields(call.content_type, call.body)
    if form is not None:
        return {name: value if name == "media" else value.decode("utf-8", "replace") for name, value in form.items()}
    document = call.document()
    if not isinstance(document, dict):
        raise invalid("The body is an object, or a form with a file")
    return document


def _bytes(form: dict[str, Any]) -> bytes:
    given = form.get("media")
    if isinstance(given, bytes):
        return given
    try:
        return b64decode(given or "", validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise invalid("media is base64 in a JSON body, or a file in a form") from None


def _owners(given: Any) -> list[int]:
    listed = given if isinstance(given, list) else str(given).split(",")
    return [identifier(str(one), "additional_owners") for one in listed if one]
