"""The operations on how accounts stand to each other, as rows of the table. Limits: X's table of August 2026."""

from earful.sandbox import tying
from earful.sandbox.callers import EITHER, USER
from earful.sandbox.gate import Operation
from earful.sandbox.limits import DAY, Limit
from earful.sandbox.money.billing import Bill

PAGES = frozenset({"max_results", "pagination_token"})
READING = (Limit("user", 15),)
PEOPLE = (Limit("app", 300), Limit("user", 300))
MUTING = (Limit("user", 50),)
REFUSING = (Limit("user", 10), Limit("user", 400, DAY), Limit("both", 25), Limit("both", 1000, DAY))

INTERACTION = Bill(request="user_interaction_create")
PRIVACY = Bill(request="privacy_update")
MUTED = Bill(reads="mute", owned=True)
BLOCKED = Bill(reads="block", owned=True)
FOLLOWED = Bill(reads="user", owned=True)
UNFOLLOW = "/2/users/{source_user_id}/following/{target_user_id}"
UNMUTE = "/2/users/{source_user_id}/muting/{target_user_id}"

TIES = (
    Operation("GET", "/2/users/{id}/muting", tying.muting, USER, READING, PAGES, "users", bills=MUTED),
    Operation("POST", "/2/users/{id}/muting", tying.mute, USER, MUTING, bills=INTERACTION),
    Operation("DELETE", UNMUTE, tying.unmute, USER, MUTING, bills=Bill(request="mute_delete")),
    Operation("GET", "/2/users/{id}/following", tying.following, EITHER, PEOPLE, PAGES, "users", bills=FOLLOWED),
    Operation("GET", "/2/users/{id}/followers", tying.followers, EITHER, PEOPLE, PAGES, "users", bills=FOLLOWED),
    Operation("POST", "/2/users/{id}/following", tying.follow, USER, MUTING, bills=INTERACTION),
    Operation("DELETE", UNFOLLOW, tying.unfollow, USER, MUTING, bills=Bill(request="interaction_delete")),
    Operation("GET", "/2/users/{id}/blocking", tying.blocking, USER, READING, PAGES, "users", bills=BLOCKED),
    Operation("POST", "/2/users/{id}/dm/block", tying.refuse, USER, REFUSING, bills=PRIVACY),
    Operation("POST", "/2/users/{id}/dm/unblock", tying.accept, USER, REFUSING, bills=PRIVACY),
)
