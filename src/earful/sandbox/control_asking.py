"""What a call of the control API names: people, posts, numbers. Whatever cannot be used is refused with the reason."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.requests import Request

from earful.sandbox import numerals
from earful.sandbox.accounts import Account
from earful.sandbox.posts import Post
from earful.sandbox.problems import ControlError

if TYPE_CHECKING:
    from earful.sandbox.world import World


def person(world: "World", request: Request) -> Account:
    """Whom a path names, made on the fly if nobody has that handle. Raises ValueError for what cannot be a handle."""
    return world.accounts.named_or_new(request.path_params["username"])


def post_of(world: "World", request: Request) -> Post:
    """The post that a path names. Raises ControlError (404, or 400 for no id)."""
    return post_named(world, request.path_params["id"])


def post_named(world: "World", given: str) -> Post:
    """The post with an id, or with the key that stands behind "key:". Raises ControlError (404, or 400 for no id)."""
    key = given.removeprefix("key:")
    found = world.posts.keyed(key) if key != given else world.posts.find(identifier(given))
    if found is None:
        raise ControlError(404, f"There is no post {given[:80]}.")
    return found


def number(query: Mapping[str, str], name: str, usual: int) -> int:
    """A whole number in a query. Raises ControlError (400)."""
    return identifier(query[name]) if name in query else usual


def identifier(given: str) -> int:
    """A written id, as a number. Raises ControlError (400)."""
    found = numerals.identifier(given)
    if found is None:
        raise ControlError(400, f"'{given[:40]}' is no number: write one in digits from 0 to 9, 19 at most.")
    return found
