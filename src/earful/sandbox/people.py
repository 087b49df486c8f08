"""Reading the API: accounts by id or by handle. What cannot be seen is told in `errors`, as on X."""

from collections.abc import Iterable

from earful.sandbox.accounts import Account
from earful.sandbox.asking import identifier, several
from earful.sandbox.gate import Answer, Call
from earful.sandbox.shapes import Shape, Shaper

Asked = tuple[str, Account | None]


def me(call: Call) -> Answer:
    """The account whose token this is."""
    shaper = call.shaper()
    return Answer(shaper.whole(shaper.user(call.account)))


def user(call: Call) -> Answer:
    """One account by id; an unknown one is a success with an error inside."""
    return _one(call, (call.path["id"], _numbered(call, call.path["id"], "id")), "id")


def user_named(call: Call) -> Answer:
    """One account by handle."""
    given = call.path["username"]
    return _one(call, (given, call.world.accounts.named(given)), "username")


def users(call: Call) -> Answer:
    """Up to a hundred accounts by id."""
    return _all(call, [(given, _numbered(call, given, "ids")) for given in several(call.query, "ids")], "ids")


def users_named(call: Call) -> Answer:
    """Up to a hundred accounts by handle."""
    asked = [(given, call.world.accounts.named(given)) for given in several(call.query, "usernames")]
    return _all(call, asked, "usernames")


def shown(call: Call, accounts: Iterable[Account]) -> tuple[Shaper, list[Shape]]:
    """The accounts of a list that can be seen, and the shaper that shaped them."""
    shaper = call.shaper()
    return shaper, [shaper.user(account) for account in accounts if not shaper.sight.of_account(account)]


def _numbered(call: Call, given: str, parameter: str) -> Account | None:
    return call.world.accounts.find(identifier(given, parameter))


def _one(call: Call, asked: Asked, parameter: str) -> Answer:
    shaper = call.shaper()
    found = _seen(shaper, asked, parameter)
    return Answer(shaper.whole(shaper.user(found) if found else None))


def _all(call: Call, asked: Iterable[Asked], parameter: str) -> Answer:
    shaper = call.shaper()
    found = [account for each in asked if (account := _seen(shaper, each, parameter))]
    return Answer(shaper.whole([shaper.user(account) for account in found]))


def _seen(shaper: Shaper, asked: Asked, parameter: str) -> Account | None:
    given, account = asked
    unseen = shaper.sight.of_account(account)
    if unseen:
        shaper.lack_user(given, parameter, unseen)
    return None if unseen else account
