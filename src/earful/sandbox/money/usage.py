"""Usage: how many posts an app read, day by day. Posts alone, and no dollars: X tells those nowhere in its API."""

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from earful.sandbox.asking import listed, whole
from earful.sandbox.gate import Answer, Call
from earful.sandbox.shapes import Shape

FIELDS = frozenset(
    {"cap_reset_day", "daily_client_app_usage", "daily_project_usage", "project_cap", "project_id", "project_usage"}
)
USUAL = frozenset({"cap_reset_day", "project_cap", "project_id", "project_usage"})
MOST_DAYS = 90


def posts_read(call: Call) -> Answer:
    """Posts read in this billing cycle, and by day for up to ninety days."""
    wanted = listed(call.query, "usage.fields", FIELDS) or USUAL
    told = {name: value for name, value in _usage(call).items() if name in wanted}
    return Answer({"data": told})


async def credits_left(_: Request) -> Response:
    """X documents this operation and answers nothing at all, whoever asks."""
    return Response(status_code=404)


def _usage(call: Call) -> Shape:
    terms, today = call.world.ledger.terms(call.app.id), datetime.fromtimestamp(call.world.clock(), UTC).date()
    days = [(today - timedelta(days=back)).isoformat() for back in range(_days(call))]
    by_day = call.world.ledger.totals("day", app=call.app.id, kind="post", since=days[-1])
    daily = [
        {"date": f"{day}T00:00:00.000Z", "usage": _number(call, by_day[day].entries)} for day in days if day in by_day
    ]
    read = call.world.ledger.total(app=call.app.id, kind="post", since=terms.since("Monthly", today).isoformat())
    by_app = {"client_app_id": str(call.app.id), "usage": daily, "usage_result_count": len(daily)}
    caps = [cap.posts for cap in terms.caps if cap.period == "Monthly"]
    # The older description has a number of 32 bits here and a string a line below: no id of ours fits the first.
    project = call.app.id % 2**31 if call.vocabulary.name == "tweet" else str(call.app.id)
    return {
        "cap_reset_day": (terms.next_cycle(today) - today).days,
        "daily_client_app_usage": [by_app],
        "daily_project_usage": {"project_id": project, "usage": daily},
        "project_cap": _number(call, min(caps, default=0)),
        "project_id": str(call.app.id),
        "project_usage": _number(call, read.entries),
    }


def _days(call: Call) -> int:
    return whole(call.query, "days", 1, MOST_DAYS, 7)


def _number(call: Call, number: int) -> Any:
    # The older description has numbers here, the newer one strings.
    return number if call.vocabulary.name == "tweet" else str(number)
