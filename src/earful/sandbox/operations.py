"""The API as a table: every operation, the ways in that it takes, its limits, its price and its own query parameters.

Ways in: the OpenAPI description's `security` (what scopes it asks for is in `scopes`); limits: X's table of August 2026
(x-api/fundamentals/rate-limits). The stream's limit counts connections.
"""

from earful.sandbox import carrying, counts, lookups, people, rules, search
from earful.sandbox.activity import stream, subscribing
from earful.sandbox.callers import APP, APP_OR_OAUTH1, EITHER, OAUTH2, USER
from earful.sandbox.carrying_operations import CARRYING
from earful.sandbox.compliance.operations import COMPLIANCE
from earful.sandbox.gate import Operation
from earful.sandbox.limits import DAY, HOUR, Limit
from earful.sandbox.media.operations import MEDIA
from earful.sandbox.money import usage
from earful.sandbox.money.billing import Bill
from earful.sandbox.posting import hiding, writing
from earful.sandbox.private_operations import MESSAGES
from earful.sandbox.streams import filtered, kicking
from earful.sandbox.tie_operations import TIES
from earful.sandbox.webhooks import registering, replay

PAGES = frozenset({"max_results", "pagination_token", "start_time", "end_time", "since_id", "until_id"})
BACKWARDS = frozenset({"backfill_minutes", "start_time", "end_time"})
CONNECTIONS = frozenset({"status", "endpoints", "max_results", "pagination_token", "connection.fields"})
SOME = frozenset({"max_results", "pagination_token"})
RULE_PAGES = frozenset({"ids", "max_results", "pagination_token"})
IDS = frozenset({"ids"})

READING_USERS = (Limit("app", 300), Limit("user", 900))
READING_POSTS = (Limit("app", 3500), Limit("user", 5000))
READING_POST = (Limit("app", 450), Limit("user", 900))
# X's page on limits has the first two, its page on posting the other two.
POSTING = (
    Limit("user", 100), Limit("both", 10_000, DAY),
    Limit("user", 200, only="long_post_limit"), Limit("user", 300, 3 * HOUR, only="long_post_limit"),
)  # fmt: skip
SUBSCRIBING = (Limit("both", 500),)
HOOKING = (Limit("both", 450),)

# What a success costs, by X's price list (money/prices.toml). "Owned" are the GETs that are cheap about oneself.
POSTS = Bill(reads="post")
OWN_POSTS = Bill(reads="post", owned=True)
PEOPLE = Bill(reads="user")
COUNTED = Bill(request="counts_recent")
POSTED = Bill(request=writing.priced)
DELETED = Bill(request="interaction_delete")

NAMED = "/2/users/by/username/{username}"
STREAM = "/2/tweets/search/stream"
RULES = f"{STREAM}/rules"
SUBSCRIPTIONS = "/2/activity/subscriptions"

OPERATIONS = (
    Operation("GET", "/2/users/me", people.me, USER, (Limit("user", 75),), shows="users", bills=PEOPLE),
    Operation("GET", NAMED, people.user_named, EITHER, READING_USERS, shows="users", bills=PEOPLE),
    Operation(
        "GET", "/2/users/search", people.searched, USER, READING_USERS,
        frozenset({"query", "max_results", "next_token"}), "users", bills=PEOPLE,
    ),
    Operation(
        "GET", "/2/users/reposts_of_me", carrying.reposts_of_me, USER, (Limit("user", 75),), SOME, "posts",
        bills=POSTS,
    ),
    Operation(
        "GET", "/2/users/by", people.users_named, EITHER, READING_USERS,
        frozenset({"usernames"}), "users", bills=PEOPLE,
    ),
    Operation("GET", "/2/users", people.users, EITHER, READING_USERS, IDS, "users", bills=PEOPLE),
    Operation("GET", "/2/users/{id}", people.user, EITHER, READING_USERS, shows="users", bills=PEOPLE),
    Operation(
        "GET", "/2/users/{id}/mentions", lookups.mentions, EITHER,
        (Limit("app", 450), Limit("user", 300)), PAGES, "posts", bills=OWN_POSTS,
    ),
    Operation(
        "GET", "/2/users/{id}/tweets", lookups.timeline, EITHER,
        (Limit("app", 10_000), Limit("user", 900)), PAGES | {"exclude"}, "posts", bills=OWN_POSTS,
    ),
    Operation(
        "GET", "/2/tweets/search/recent", search.recent, EITHER,
        (Limit("app", 450), Limit("user", 300)), PAGES | {"query", "next_token", "sort_order"}, "posts",
        bills=POSTS,
    ),
    Operation(
        "GET", "/2/tweets/search/all", search.everything, APP, (Limit("app", 300), Limit("app", 1, 1)),
        PAGES | {"query", "next_token", "sort_order"}, "posts", bills=POSTS,
    ),
    Operation(
        "GET", "/2/tweets/counts/all", counts.everything, APP, (Limit("app", 300),),
        (PAGES - {"max_results"}) | {"query", "next_token", "granularity", "search_count.fields"},
        bills=Bill(request="counts_all"),
    ),
    Operation(
        "GET", "/2/users/{id}/timelines/reverse_chronological", lookups.home, USER, (Limit("user", 180),),
        PAGES | {"exclude"}, "posts", bills=POSTS,
    ),
    Operation(
        "GET", "/2/tweets/counts/recent", counts.recent, OAUTH2, (Limit("app", 300),),
        (PAGES - {"max_results"}) | {"query", "next_token", "granularity", "search_count.fields"},
        bills=COUNTED,
    ),
    Operation(
        "GET", STREAM, filtered.connect, APP,
        (Limit("app", 50),), BACKWARDS, "stream",
    ),
    Operation("GET", "/2/activity/stream", stream.connect, APP, (Limit("app", 450),), BACKWARDS),
    Operation("GET", "/2/connections", kicking.history, APP, (Limit("app", 450),), CONNECTIONS),
    Operation("DELETE", "/2/connections", kicking.kick_some, APP, (Limit("app", 25),)),
    Operation("DELETE", "/2/connections/all", kicking.kick_all, APP, (Limit("app", 25), Limit("user", 25))),
    Operation("DELETE", "/2/connections/{endpoint_id}", kicking.kick_endpoint, APP, (Limit("app", 25),)),
    Operation("POST", SUBSCRIPTIONS, subscribing.create, EITHER, SUBSCRIBING),
    Operation("GET", SUBSCRIPTIONS, subscribing.listing, EITHER, SUBSCRIBING, SOME),
    Operation("DELETE", SUBSCRIPTIONS, subscribing.delete_many, APP, SUBSCRIBING, IDS),
    Operation("PUT", f"{SUBSCRIPTIONS}/{{subscription_id}}", subscribing.update, APP, SUBSCRIBING),
    Operation("DELETE", f"{SUBSCRIPTIONS}/{{subscription_id}}", subscribing.delete, APP, SUBSCRIBING),
    Operation("POST", "/2/webhooks", registering.create, APP_OR_OAUTH1, HOOKING),
    Operation("GET", "/2/webhooks", registering.listing, APP, HOOKING, frozenset({"webhook_config.fields"})),
    Operation("POST", "/2/webhooks/replay", replay.create, APP, (Limit("app", 100),)),
    Operation("PUT", "/2/webhooks/{webhook_id}", registering.validate, APP_OR_OAUTH1, HOOKING),
    Operation("DELETE", "/2/webhooks/{webhook_id}", registering.delete, APP_OR_OAUTH1, HOOKING),
    Operation("GET", f"{RULES}/counts", rules.counts, APP, (Limit("app", 450),), frozenset({"rules_count.fields"})),
    Operation("GET", RULES, rules.listing, APP, (Limit("app", 450),), RULE_PAGES),
    Operation("POST", RULES, rules.change, APP, (Limit("app", 100),), frozenset({"dry_run", "delete_all"})),
    Operation("GET", "/2/tweets", lookups.posts, EITHER, READING_POSTS, IDS, "posts", bills=POSTS),
    Operation("POST", "/2/tweets", writing.create, USER, POSTING, bills=POSTED),
    Operation("GET", "/2/tweets/{id}", lookups.post, EITHER, READING_POST, shows="posts", bills=POSTS),
    Operation(
        "PUT", "/2/tweets/{tweet_id}/hidden", hiding.hide, USER, (Limit("user", 50),),
        bills=Bill(request="content_manage"),
    ),
    Operation("DELETE", "/2/tweets/{id}", writing.delete, USER, (Limit("user", 50),), bills=DELETED),
    *MESSAGES,
    Operation(
        "GET", "/2/usage/tweets", usage.posts_read, APP, (Limit("app", 50),), frozenset({"days", "usage.fields"}),
    ),
    *MEDIA,
    *TIES,
    *CARRYING,
    *COMPLIANCE,
)  # fmt: skip
