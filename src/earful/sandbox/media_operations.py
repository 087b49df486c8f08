"""The operations on files, as rows of the table. Limits: X's table of August 2026."""

from earful.sandbox import media
from earful.sandbox.callers import USER
from earful.sandbox.gate import Operation
from earful.sandbox.limits import DAY, Limit
from earful.sandbox.money.billing import Bill

UPLOAD = "/2/media/upload"
SEGMENTS = (Limit("user", 1875), Limit("both", 180_000, DAY))
ONE_SHOT = (Limit("user", 500), Limit("both", 50_000, DAY))
STATUS = (Limit("user", 1000), Limit("both", 100_000, DAY))

MEDIA = (
    Operation("POST", f"{UPLOAD}/initialize", media.initialize, USER, SEGMENTS),
    Operation("POST", f"{UPLOAD}/{{id}}/append", media.append, USER, SEGMENTS),
    Operation("POST", f"{UPLOAD}/{{id}}/finalize", media.finalize, USER, SEGMENTS),
    Operation("GET", UPLOAD, media.status, USER, STATUS, frozenset({"media_id", "command"})),
    Operation("POST", UPLOAD, media.upload, USER, ONE_SHOT),
    Operation("POST", "/2/media/metadata", media.describe, USER, ONE_SHOT, bills=Bill(request="media_metadata")),
)
