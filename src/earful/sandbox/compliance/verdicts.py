"""Which of many ids must no longer be shown, and why. Only those are answered.

Source: X's pages on batch compliance. An id that nobody here ever had counts as deleted: it cannot be shown either.
"""

from typing import TYPE_CHECKING, Any

from earful.sandbox.snowflake import MAX_ID, first_at, written

if TYPE_CHECKING:
    from earful.sandbox.compliance.fates import Fate
    from earful.sandbox.posts import Post
    from earful.sandbox.world import World

Verdict = tuple[str, str]

# Why an account may not be shown, and what befell it then.
SUSPENDED: Verdict = ("suspended", "user_suspend")
DEACTIVATED: Verdict = ("deactivated", "user_delete")
PROTECTED: Verdict = ("protected", "user_protect")
SCRUBBED: Verdict = ("scrub_geo", "scrub_geo")


def of_post(world: "World", given: int) -> dict[str, Any] | None:
    """What holds of a post, or None when it may be shown."""
    post = world.posts.find(given)
    if post is None:
        return _told(given, "deleted", None, world.clock())
    if post.gone:
        reason, kind = ("bounced", "drop") if world.posts.bounced(post) else ("deleted", "delete")
        return _told(given, reason, world.fates.newest(kind, post.author, post.id), world.clock())
    return _by_author(world, given, post.author, post)


def of_user(world: "World", given: int) -> dict[str, Any] | None:
    """What holds of an account, or None when it may be shown."""
    if world.accounts.find(min(given, MAX_ID)) is None:
        return _told(given, "deleted", None, world.clock())
    return _by_author(world, given, given, None)


def _by_author(world: "World", given: int, author: int, post: "Post | None") -> dict[str, Any] | None:
    state, scrubbed = world.states.of(author), world.fates.newest("scrub_geo", author)
    verdict = {"suspended": SUSPENDED, "deactivated": DEACTIVATED}.get(state.away)
    if verdict is None and state.protected:
        verdict = PROTECTED
    if verdict is None and scrubbed and (post is None or post.id <= int(scrubbed.more["up_to_tweet_id"])):
        verdict = SCRUBBED
    if verdict is None:
        return None
    return _told(given, verdict[0], world.fates.newest(verdict[1], author), world.clock())


def _told(given: int, reason: str, fate: "Fate | None", now: float) -> dict[str, Any]:
    at = fate.id if fate else first_at(now)
    action = "scrub_geo" if reason == "scrub_geo" else "delete"
    times = {"created_at": written(min(given, MAX_ID)), "redacted_at": written(at)}
    return {"id": str(given), "action": action} | times | {"reason": reason}
