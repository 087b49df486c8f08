"""What the API tells about an account, field by field, in the tweet vocabulary; some of it only to one who is asked for
by name: how the two stand to each other.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from earful.sandbox.accounts import Account
from earful.sandbox.letterbox import closed_to
from earful.sandbox.post_fields import Shape
from earful.sandbox.posts import Span
from earful.sandbox.sight import Sight
from earful.sandbox.snowflake import written

if TYPE_CHECKING:
    from earful.sandbox.ties import Tie

USUAL_LENGTH = 280

# Words of X's for a tie, seen from the viewer's side and from the other's.
MINE: tuple[tuple["Tie", str], ...] = (
    ("follows", "following"),
    ("asks", "follow_request_sent"),
    ("blocks", "blocking"),
    ("mutes", "muting"),
)
THEIRS: tuple[tuple["Tie", str], ...] = (("follows", "followed_by"), ("asks", "follow_request_received"))


def _metrics(sight: Sight, account: Account) -> Shape:
    counts = {"followers_count": account.followers, "following_count": account.options.following}
    counts |= {"tweet_count": sight.world.posts.number_by(account.id), "listed_count": account.options.listed}
    return counts | {"like_count": 0}


def _connection(sight: Sight, account: Account) -> list[str] | None:
    if sight.viewer is None or sight.viewer.id == account.id:
        return None
    ties = sight.world.ties
    mine = [words for tie, words in MINE if ties.bound(sight.id, tie, account.id)]
    return mine + [words for tie, words in THEIRS if ties.bound(account.id, tie, sight.id)]


def _receives_messages(sight: Sight, account: Account) -> bool | None:
    return None if sight.viewer is None else not closed_to(sight.world, sight.viewer, account)


def _withheld(sight: Sight, account: Account) -> Shape | None:
    countries = sight.world.states.of(account.id).withheld
    return {"country_codes": list(countries), "scope": "user"} if countries else None


def _address(sight: Sight, account: Account) -> str:
    return f"{sight.world.public_url}/{account.username}"


def _newest_post(sight: Sight, account: Account) -> str | None:
    found = sight.world.posts.by(account.id, Span(size=1), sight.id)
    return str(found[0].id) if found else None


def _subscription(sight: Sight, account: Account) -> str | None:
    """What an account has paid for, told to itself alone: it decides how long its posts may be."""
    if sight.id != account.id:
        return None
    return "Premium" if account.verified or account.options.post_limit > USUAL_LENGTH else "None"


USER_FIELDS: dict[str, Callable[[Sight, Account], Any]] = {
    "id": lambda _, account: str(account.id),
    "name": lambda _, account: account.name,
    "username": lambda _, account: account.username,
    "created_at": lambda _, account: written(account.id),
    "description": lambda _, account: account.bio,
    "location": lambda _, account: account.options.location,
    "protected": lambda sight, account: sight.world.states.of(account.id).protected,
    "verified": lambda _, account: account.verified,
    "verified_type": lambda _, account: account.options.badge if account.verified else "none",
    "receives_your_dm": _receives_messages,
    "connection_status": _connection,
    "withheld": _withheld,
    "public_metrics": _metrics,
    "most_recent_tweet_id": _newest_post,
    "subscription_type": _subscription,
    "profile_image_url": lambda sight, account: f"{sight.world.public_url}/portrait/{account.username}.svg",
    "url": _address,
}
