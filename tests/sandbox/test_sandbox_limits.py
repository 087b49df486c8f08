"""X's table of limits, held against ours: a row of the operations that lacks its limit, or has another, is named."""

import re
from collections.abc import Iterator

import pytest

from earful.sandbox.gate import Operation
from earful.sandbox.limits import Limit
from earful.sandbox.operations import OPERATIONS

# By a beginning of the operation's name ("*" goes on, and the longest wins): calls by the app's own token, calls for
# an account, and calls of the whole app in a day and for an account in a day. From x-api/fundamentals/rate-limits.
TABLE = """
GET /2/tweets                           app 3500    user 5000
GET /2/tweets/{id}                      app 450     user 900
GET /2/tweets/search/recent             app 450     user 300
GET /2/tweets/search/all                app 300     app 1/s
GET /2/tweets/counts/recent             app 300
GET /2/tweets/search/stream             app 50
GET /2/tweets/search/stream/rules*      app 450
POST /2/tweets/search/stream/rules      app 100
POST /2/tweets                          user 100    app/day 10000
DELETE /2/tweets/{id}                   user 50
PUT /2/tweets/{tweet_id}/hidden         user 50
GET /2/users/{id}/mentions              app 450     user 300
GET /2/users/{id}/tweets                app 10000   user 900
GET /2/users                            app 300     user 900
GET /2/users/by*                        app 300     user 900
GET /2/users/{id}                       app 300     user 900
GET /2/users/me                         user 75
POST /2/users/{id}/muting               user 50
POST /2/users/{id}/dm/*                 app 25      user 10     app/day 1000    user/day 400
GET /2/dm_*                             user 15
POST /2/dm_*                            user 15     app/day 1440    user/day 1440
DELETE /2/dm_events/*                   user 300    app/day 4000    user/day 1500
POST /2/media/upload/*                  user 1875   app/day 180000
POST /2/media/upload                    user 500    app/day 50000
GET /2/media/upload                     user 1000   app/day 100000
GET /2/activity/stream                  app 450
* /2/activity/subscriptions*            app 500
* /2/webhooks*                          app 450
POST /2/webhooks/replay                 app 100
* /2/compliance/jobs*                   app 150
GET /2/usage/tweets                     app 50
DELETE /2/connections/all               app 25      user 25
"""
DAY = 86_400

Told = tuple[str, int]


def rows() -> Iterator[tuple[str, set[Told]]]:
    for line in TABLE.strip().splitlines():
        name, *limits = re.split(r"\s{2,}", line.strip())
        yield name, {(kind, int(calls)) for kind, calls in map(str.split, limits) if calls.isdigit()}


def wanted(operation: Operation) -> set[Told] | None:
    """What X's table has for an operation; None where it has nothing."""
    name = f"{operation.method} {operation.path}"
    fitting = [(row, limits) for row, limits in rows() if fits(row, name)]
    return max(fitting, key=lambda one: len(one[0]))[1] if fitting else None


def fits(row: str, name: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in row.split("*"))
    return re.fullmatch(pattern, name) is not None


def ours(limit: Limit) -> Told:
    # X tells an app's limit once, whichever token calls; ours says whether both pools are one.
    kind = "user" if limit.scope == "user" else "app"
    return (f"{kind}/day" if limit.window == DAY else kind), limit.calls


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}")
def test_every_operation_has_the_limits_of_xs_table(operation: Operation) -> None:
    expected = wanted(operation)
    if expected is not None:
        assert {ours(limit) for limit in operation.limits if not limit.only and limit.window > 1} == expected


def test_operations_in_one_bucket_have_the_same_limits() -> None:
    shared: dict[str, set[tuple[Limit, ...]]] = {}
    for operation in OPERATIONS:
        shared.setdefault(operation.name, set()).add(operation.limits)
    assert [name for name, limits in shared.items() if len(limits) > 1] == []
