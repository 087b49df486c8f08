"""The operations on compliance jobs: make one, list them, ask after one. X takes one of a kind at a time."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec

from earful.sandbox.asking import identifier, listed
from earful.sandbox.compliance.jobs import Job, Kind
from earful.sandbox.gate import Answer, Call
from earful.sandbox.problems import conflict, invalid, not_found
from earful.sandbox.shapes import Shape
from earful.sandbox.snowflake import written

KINDS: tuple[Kind, ...] = ("tweets", "users")
STATUSES = frozenset({"created", "in_progress", "failed", "complete"})
# The answer has them all, whichever are asked for: 2.162 requires them.
FIELDS = frozenset(
    {"created_at", "download_expires_at", "download_url", "id", "name"}
    | {"resumable", "status", "type", "upload_expires_at", "upload_url"}
)


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """The body that makes a job."""

    type: Literal["tweets", "users"]
    name: Annotated[str, msgspec.Meta(max_length=64)] = ""
    resumable: bool = False


def make(call: Call) -> Answer:
    """Make a job. Raises RefusalError (409) while one of its kind is under way."""
    wanted = call.read(Question)
    listed(call.query, "compliance_job.fields", FIELDS)
    if call.world.jobs.under_way(call.app.id, wanted.type):
        raise conflict(f"A job of type [{wanted.type}] is under way already: wait until it is complete.")
    job = call.world.jobs.make(call.app.id, wanted.type, wanted.name, resumable=wanted.resumable)
    return Answer({"data": _shape(call, job)})


def listing(call: Call) -> Answer:
    """An app's jobs of a kind, newest first."""
    kind = next((one for one in KINDS if one == call.query.get("type")), None)
    if kind is None:
        given = call.query.get("type", "")
        raise invalid(f"The `type` query parameter value [{given}] is not one of [tweets,users]", type=given)
    wanted = listed(call.query, "status", STATUSES)
    listed(call.query, "compliance_job.fields", FIELDS)
    found = [_shape(call, job) for job in call.world.jobs.of(call.app.id, kind)]
    data = [job for job in found if not wanted or job["status"] in wanted]
    meta: Shape = {"result_count": len(data)}
    return Answer({"data": data, "meta": meta} if data else {"meta": meta})


def one(call: Call) -> Answer:
    """One job, and how far it is."""
    given = call.path["id"]
    listed(call.query, "compliance_job.fields", FIELDS)
    job = call.world.jobs.find(identifier(given, "id"))
    if job is None or job.app != call.app.id:
        raise not_found(given, "id", "compliance_job")
    return Answer({"data": _shape(call, job)})


def _shape(call: Call, job: Job) -> Shape:
    told: Shape = {
        "id": str(job.id),
        "type": job.kind,
        "created_at": written(job.id),
        "upload_url": f"{call.world.public_url}/compliance/upload/{job.inlet}",
        "upload_expires_at": _written(job.upload_until),
        "download_url": f"{call.world.public_url}/compliance/download/{job.outlet}",
        "download_expires_at": _written(job.download_until),
        "status": job.status(call.world.clock()),
    }
    told |= {"name": job.name} if job.name else {}
    return told | ({"resumable": job.resumable} if call.vocabulary.name == "post" else {})


def _written(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
