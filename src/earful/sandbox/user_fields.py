"""What the API tells about an account, field by field, in the tweet vocabulary."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from earful.sandbox.accounts import Account
from earful.sandbox.post_fields import Shape
from earful.sandbox.snowflake import written

if TYPE_CHECKING:
    from earful.sandbox.world import World


def _user_metrics(world: "World", account: Account) -> Shape:
    counts = {"followers_count": account.followers, "following_count": account.options.following}
    counts |= {"tweet_count": world.posts.number_by(account.id), "listed_count": account.options.listed}
    return counts | {"like_count": 0}


USER_FIELDS: dict[str, Callable[["World", Account], Any]] = {
    "id": lambda _, account: str(account.id),
    "name": lambda _, account: account.name,
    "username": lambda _, account: account.username,
    "created_at": lambda _, account: written(account.id),
    "description": lambda _, account: account.bio,
    "location": lambda _, account: account.options.location,
    "protected": lambda _world, _account: False,
    "verified": lambda _, account: account.verified,
    "verified_type": lambda _, account: "blue" if account.verified else "none",
    "receives_your_dm": lambda _world, _account: True,
    "public_metrics": _user_metrics,
    "profile_image_url": lambda world, account: f"{world.public_url}/portrait/{account.username}.svg",
    "url": lambda world, account: f"{world.public_url}/{account.username}",
}
