"""What may still be changed about a post: X's rules for edits, as told in `edit_controls` and as held.

Source: x-api/fundamentals/edit-posts. The window there is half an hour, in `editable_until` of X's own samples an hour:
the hour holds, because that is what a program reads.
"""

from typing import TYPE_CHECKING, Any

from earful.sandbox.posts import Post
from earful.sandbox.snowflake import SHIFT, moment, written

if TYPE_CHECKING:
    from earful.sandbox.world import World

WINDOW_S = 3600
EDITS = 5


def controls(world: "World", post: Post) -> dict[str, Any]:
    """What a post tells about its own editing."""
    return {
        "edits_remaining": left(world, post),
        "is_edit_eligible": eligible(world, post) and open_still(world, post),
        "editable_until": written(post.first + (WINDOW_S * 1000 << SHIFT)),
    }


def left(world: "World", post: Post) -> int:
    """How many more versions it may have."""
    return max(EDITS + 1 - len(world.posts.versions(post)), 0)


def open_still(world: "World", post: Post) -> bool:
    """Whether its time for edits has not run out."""
    return moment(post.first) + WINDOW_S > world.clock()


def eligible(world: "World", post: Post) -> bool:
    """Whether it is of a kind that can be edited: no repost, no poll, no reply to somebody else."""
    if post.repost or post.facts.poll:
        return False
    parent = world.posts.find(post.reply_to) if post.reply_to else None
    return parent is None or parent.author == post.author
