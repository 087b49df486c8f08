"""What the API tells about a poll; both vocabularies agree here."""

from typing import Any

from earful.sandbox.facts import Poll
from earful.sandbox.posts import Post
from earful.sandbox.snowflake import SHIFT, moment, written


def poll_shape(poll: Poll, post: Post, now: float) -> dict[str, Any]:
    """A poll as it stands at a moment (seconds since 1970): open until its time is up."""
    ends = post.first + (poll.minutes * 60_000 << SHIFT)
    return {
        "id": poll.id,
        "options": [
            {"position": place, "label": option.label, "votes": option.votes}
            for place, option in enumerate(poll.options, 1)
        ],
        "duration_minutes": poll.minutes,
        "end_datetime": written(ends),
        "voting_status": "open" if now < moment(ends) else "closed",
    }
