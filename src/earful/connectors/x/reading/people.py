"""Authors, with what a frame tells of them."""

from collections.abc import Mapping

from earful.connectors.x.frames import Following, User
from earful.core.connector import Unreadable
from earful.core.post import Author

_NO_COUNTS = Following()


def author(account_id: str, users: Mapping[str, User]) -> Author:
    if not account_id:
        raise Unreadable("a post without its author")
    user = users.get(account_id)
    if user is None:
        return Author(account_id)
    counts = user.public_metrics or _NO_COUNTS
    posts = counts.tweet_count if counts.tweet_count is not None else counts.post_count
    return Author(
        account_id,
        user.username,
        user.name,
        user.profile_image_url,
        counts.followers_count,
        user.verified or user.verified_type not in ("", "none"),
        user.protected,
        user.description,
        user.location,
        posts,
        counts.following_count,
        counts.listed_count,
        user.receives_your_dm,
        user.withheld.countries if user.withheld else (),
    )
