"""The pretend X through one pair of eyes: what a token's account may see, and how X tells that it may not.

Sources: the partial errors of both API descriptions, and what X's answers were seen to say: a post of a suspended or a
protected author is "not authorized", one of a deactivated author is not there, and a suspended account has words of its
own.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from earful.sandbox.accounts import Account
from earful.sandbox.posts import Post

if TYPE_CHECKING:
    from earful.sandbox.world import World

Unseen = Literal["", "missing", "barred", "suspended"]


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose eyes: `viewer` is None for an app that asks for itself, which sees what everybody sees."""

    world: "World"
    viewer: Account | None = None

    @property
    def id(self) -> int:
        """The viewer's id, or 0."""
        return self.viewer.id if self.viewer else 0

    def of_post(self, post: Post | None) -> Unseen:
        """Why a post cannot be seen, or "" when it can."""
        if post is None or post.gone:
            return "missing"
        unseen = self.of_account(self.world.accounts.known(post.author))
        if unseen:
            return "missing" if unseen == "missing" else "barred"
        return "" if self.admitted(post.author) else "barred"

    def of_account(self, account: Account | None) -> Unseen:
        """Why an account cannot be seen, or "" when it can; that it is protected does not hide it."""
        away = self.world.states.of(account.id).away if account else "deactivated"
        return "missing" if away == "deactivated" else away

    def admitted(self, author: int) -> bool:
        """Whether the viewer may read what an account posts: it is public, their own, or they follow it."""
        if not self.world.states.of(author).protected or author == self.id:
            return True
        return self.world.ties.bound(self.id, "follows", author)

    def post(self, given: int) -> Post | None:
        """The post with an id, if it can be seen."""
        found = self.world.posts.find(given)
        return None if self.of_post(found) else found
