"""The operations on compliance, as rows of the table. Limits: X's table of August 2026; asking costs nothing."""

from earful.sandbox.callers import APP
from earful.sandbox.compliance import batch, streams
from earful.sandbox.gate import Operation
from earful.sandbox.limits import Limit

JOBS = "/2/compliance/jobs"
FIELDS = frozenset({"compliance_job.fields"})
ASKING = (Limit("app", 150),)
CONNECTING = (Limit("app", 100),)
BACK = frozenset({"partition", "backfill_minutes", "start_time", "end_time"})

COMPLIANCE = (
    Operation("POST", JOBS, batch.make, APP, ASKING, FIELDS),
    Operation("GET", JOBS, batch.listing, APP, ASKING, FIELDS | {"type", "status"}),
    Operation("GET", f"{JOBS}/{{id}}", batch.one, APP, ASKING, FIELDS),
    Operation("GET", "/2/tweets/compliance/stream", streams.posts, APP, CONNECTING, BACK),
    Operation("GET", "/2/users/compliance/stream", streams.users, APP, CONNECTING, BACK),
)
