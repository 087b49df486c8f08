"""The operations on files, as rows of the table. Limits: X's table of August 2026."""

from earful.sandbox.callers import EITHER, USER
from earful.sandbox.gate import Operation
from earful.sandbox.limits import DAY, Limit
from earful.sandbox.media import telling, uploading
from earful.sandbox.money.billing import Bill

UPLOAD = "/2/media/upload"
SEGMENTS = (Limit("user", 1875), Limit("both", 180_000, DAY))
ONE_SHOT = (Limit("user", 500), Limit("both", 50_000, DAY))
LOOKING = (Limit("app", 450), Limit("user", 900))
STATUS = (Limit("user", 1000), Limit("both", 100_000, DAY))

MEDIA = (
    Operation("GET", "/2/media", telling.lookup, EITHER, LOOKING, frozenset({"media_keys"}), "media"),
    Operation("POST", f"{UPLOAD}/initialize", uploading.initialize, USER, SEGMENTS),
    Operation("POST", f"{UPLOAD}/{{id}}/append", uploading.append, USER, SEGMENTS),
    Operation("POST", f"{UPLOAD}/{{id}}/finalize", uploading.finalize, USER, SEGMENTS),
    Operation("GET", UPLOAD, uploading.status, USER, STATUS, frozenset({"media_id", "command"})),
    Operation("GET", "/2/media/{media_key}", telling.one, EITHER, LOOKING, shows="media"),
    Operation("POST", UPLOAD, uploading.upload, USER, ONE_SHOT),
    Operation("POST", "/2/media/metadata", telling.describe, USER, ONE_SHOT, bills=Bill(request="media_metadata")),
)
