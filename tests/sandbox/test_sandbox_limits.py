"""X's table of limits against ours: an operation that lacks its limit, has another, or is in no table is named."""

import re
from collections.abc import Iterator

import pytest

from earful.sandbox.gate import Operation
from earful.sandbox.limits import Limit
from earful.sandbox.operations import OPERATIONS

# Calls by the app's own token, calls for an account, and calls of the whole app in a day or for an account in a day;
# in a quarter of an hour where nothing else stands there. From x-api/fundamentals/rate-limits, August 2026; names in a
# path do not count. (Search of everything has one a second for an account too, and no account may ask it.)
TABLE = """
GET /2/tweets                                         app 3500    user 5000
GET /2/tweets/{}                                      app 450     user 900
GET /2/tweets/search/recent                           app 450     user 300
GET /2/tweets/search/all                              app 300     app/s 1
GET /2/tweets/counts/recent                           app 300
GET /2/tweets/counts/all                              app 300
GET /2/tweets/search/stream                           app 50
GET /2/tweets/search/stream/rules                     app 450
POST /2/tweets/search/stream/rules                    app 100
POST /2/tweets                                        user 100    app/day 10000
DELETE /2/tweets/{}                                   user 50
PUT /2/tweets/{}/hidden                               user 50
GET /2/users/{}/tweets                                app 10000   user 900
GET /2/users/{}/mentions                              app 450     user 300
GET /2/users/{}/timelines/reverse_chronological       user 180
GET /2/tweets/{}/liking_users                         app 75      user 75
GET /2/users/{}/liked_tweets                          app 75      user 75
POST /2/users/{}/likes                                user 50     user/day 1000
DELETE /2/users/{}/likes/{}                           user 50     user/day 1000
GET /2/tweets/{}/retweeted_by                         app 75      user 75
GET /2/tweets/{}/quote_tweets                         app 75      user 75
GET /2/tweets/{}/retweets                             app 75      user 75
GET /2/users/reposts_of_me                            user 75
POST /2/users/{}/retweets                             user 50
DELETE /2/users/{}/retweets/{}                        user 50
GET /2/users                                          app 300     user 900
GET /2/users/{}                                       app 300     user 900
GET /2/users/by                                       app 300     user 900
GET /2/users/by/username/{}                           app 300     user 900
GET /2/users/me                                       user 75
GET /2/users/search                                   app 300     user 900
GET /2/users/{}/following                             app 300     user 300
GET /2/users/{}/followers                             app 300     user 300
POST /2/users/{}/following                            user 50
DELETE /2/users/{}/following/{}                       user 50
GET /2/users/{}/blocking                              user 15
GET /2/users/{}/muting                                user 15
POST /2/users/{}/muting                               user 50
DELETE /2/users/{}/muting/{}                          user 50
POST /2/users/{}/dm/block                             app 25      user 10     app/day 1000    user/day 400
POST /2/users/{}/dm/unblock                           app 25      user 10     app/day 1000    user/day 400
GET /2/dm_events                                      user 15
GET /2/dm_events/{}                                   user 15
GET /2/dm_conversations/{}/dm_events                  user 15
GET /2/dm_conversations/with/{}/dm_events             user 15
POST /2/dm_conversations                              user 15     app/day 1440    user/day 1440
POST /2/dm_conversations/with/{}/messages             user 15     app/day 1440    user/day 1440
POST /2/dm_conversations/{}/messages                  user 15     app/day 1440    user/day 1440
DELETE /2/dm_events/{}                                user 300    app/day 4000    user/day 1500
POST /2/media/upload                                  user 500    app/day 50000
GET /2/media/upload                                   user 1000   app/day 100000
POST /2/media/upload/initialize                       user 1875   app/day 180000
POST /2/media/upload/{}/append                        user 1875   app/day 180000
POST /2/media/upload/{}/finalize                      user 1875   app/day 180000
POST /2/media/metadata                                user 500    app/day 50000
GET /2/activity/stream                                app 450
POST /2/activity/subscriptions                        app 500
GET /2/activity/subscriptions                         app 500
PUT /2/activity/subscriptions/{}                      app 500
DELETE /2/activity/subscriptions/{}                   app 500
POST /2/webhooks                                      app 450
GET /2/webhooks                                       app 450
PUT /2/webhooks/{}                                    app 450
DELETE /2/webhooks/{}                                 app 450
POST /2/webhooks/replay                               app 100
POST /2/compliance/jobs                               app 150
GET /2/compliance/jobs                                app 150
GET /2/compliance/jobs/{}                             app 150
GET /2/usage/tweets                                   app 50
DELETE /2/connections/all                             app 25      user 25
"""

# What X's table leaves out, and whose limit stands in for it.
GUESSED = """
GET /2/tweets/search/stream/rules/counts              app 450                 as the list of rules
DELETE /2/activity/subscriptions                      app 500                 as one subscription
GET /2/dm_conversations/media/{}/{}/{}                user 15                 as all reading of messages
GET /2/media                                          app 450     user 900    as one post
GET /2/media/{}                                       app 450     user 900    as one post
GET /2/connections                                    app 450                 as other lists of an app's own
DELETE /2/connections                                 app 25                  as all connections at once
DELETE /2/connections/{}                              app 25                  as all connections at once
GET /2/tweets/compliance/stream                       app 100                 as a sample stream in the table
GET /2/users/compliance/stream                        app 100                 as a sample stream in the table
"""
WINDOWS = {1: "/s", 900: "", 86_400: "/day"}

Told = tuple[str, int]


def rows(table: str) -> Iterator[tuple[str, set[Told]]]:
    for line in table.strip().splitlines():
        name, *limits = re.split(r"\s{2,}", line.strip())
        told = (re.fullmatch(r"((?:app|user)\S*) (\d+)", limit) for limit in limits)
        yield name, {(found[1], int(found[2])) for found in told if found}


LIMITS = dict(rows(TABLE)) | dict(rows(GUESSED))


def named(operation: Operation) -> str:
    path = re.sub(r"\{\w+\}", "{}", operation.path)
    return f"{operation.method} {path}"


def ours(limit: Limit) -> Told:
    # X tells an app's limit once, whichever token calls; ours says whether both pools are one.
    kind = "user" if limit.scope == "user" else "app"
    return f"{kind}{WINDOWS[limit.window]}", limit.calls


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_every_operation_has_the_limits_of_xs_table(operation: Operation) -> None:
    assert {ours(limit) for limit in operation.limits if not limit.only} == LIMITS[named(operation)]


def test_no_row_is_of_an_operation_that_is_not_served() -> None:
    assert set(LIMITS) == {named(operation) for operation in OPERATIONS}
    assert len(LIMITS) == len([*rows(TABLE), *rows(GUESSED)]), "each operation stands in one row"


def test_operations_in_one_bucket_have_the_same_limits() -> None:
    shared: dict[str, set[tuple[Limit, ...]]] = {}
    for operation in OPERATIONS:
        shared.setdefault(operation.name, set()).add(operation.limits)
    assert [name for name, limits in shared.items() if len(limits) > 1] == []
