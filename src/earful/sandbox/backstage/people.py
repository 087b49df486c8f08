"""Who is on the pretend X, and what was said last."""

from typing import TYPE_CHECKING

from earful.sandbox.accounts import Account
from earful.sandbox.backstage.table import Cell, Row, Table, left_out, number
from earful.sandbox.posts import Post, Span
from earful.sandbox.states import State
from earful.sandbox.views import for_people

if TYPE_CHECKING:
    from earful.sandbox.world import World

ACCOUNTS = 30
POSTS = 15
LONGEST = 140


def accounts(world: "World") -> Table:
    """The newest accounts."""
    every = world.store.number("SELECT count(*) FROM accounts")
    rows = [_account(world, account) for account in world.accounts.newest(ACCOUNTS)]
    empty = "Nobody has an account yet. Post something as a customer, or load a scenario."
    heads = ("Handle", "Name", "Kind", "State", "Followers", "Posts")
    return Table("accounts", "Accounts", heads, rows, empty, left_out(every, ACCOUNTS, "accounts"))


def posts(world: "World") -> Table:
    """The newest posts."""
    every = world.store.number("SELECT count(*) FROM posts WHERE NOT gone AND NOT superseded")
    rows = [_post(world, post) for post in world.posts.everything(Span(size=POSTS))]
    empty = "Nobody has said anything yet."
    return Table("posts", "Posts", ("When", "Who", "What"), rows, empty, left_out(every, POSTS, "posts"))


def handle(account: Account) -> Cell:
    """An account, leading to its page."""
    return Cell(f"@{account.username}", f"/{account.username}")


def _account(world: "World", account: Account) -> Row:
    numbers = number(account.followers), number(world.posts.number_by(account.id))
    return handle(account), Cell(account.name), Cell(account.kind), _state(world.states.of(account.id)), *numbers


def _state(state: State) -> Cell:
    withheld = f"withheld in {', '.join(state.withheld)}" if state.withheld else ""
    letters = {"open": "", "answers": "messages by invitation", "closed": "no messages"}[state.letters]
    said = ("protected" if state.protected else "", state.away, withheld, letters)
    return Cell(", ".join(filter(None, said)))


def _post(world: "World", post: Post) -> Row:
    author = world.accounts.known(post.author)
    text = post.text if len(post.text) <= LONGEST else post.text[: LONGEST - 1] + "…"
    return Cell(for_people(post.id), f"/{author.username}/status/{post.id}"), handle(author), Cell(text)
