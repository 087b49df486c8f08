"""Reading the API: accounts by id or by handle. What cannot be seen is told in `errors`, as on X."""

import re
from collections.abc import Iterable, Sequence

from earful.sandbox.accounts import Account
from earful.sandbox.asking import identifier, page_token, several, size, token_for
from earful.sandbox.gate import Answer, Call
from earful.sandbox.problems import invalid
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


def listed(call: Call, found: Sequence[tuple[int, int]], most: int) -> Answer:
    """One page of accounts, given as pairs of a place and an account's id; one more than fits tells of another page."""
    shaper, data = shown(call, (call.world.accounts.known(account) for _, account in found[:most]))
    meta: Shape = {"result_count": len(data)}
    if len(found) > most:
        meta["next_token"] = token_for(found[most - 1][0])
    return Answer(shaper.whole(data, meta=meta))


def oneself(call: Call, parameter: str) -> None:
    """Raises RefusalError (400) unless a path names the account that calls."""
    if identifier(call.path[parameter], parameter) != call.account.id:
        words = f"The `{parameter}` parameter value [{call.path[parameter]}] must be the authenticating user's id"
        raise invalid(words, **{parameter: call.path[parameter]})


def searched(call: Call) -> Answer:
    """Accounts whose handle or name has some words in it, newest first."""
    words, most = call.query.get("query", ""), size(call.query, 1, 1000, 100)
    if not re.fullmatch(r"[A-Za-z0-9_' ]{1,50}", words):
        raise invalid("The `query` parameter has 1 to 50 letters, digits, spaces, _ or '", query=words)
    found = call.world.accounts.like(words, page_token(call.query), most + 1)
    return listed(call, [(account.id, account.id) for account in found], most)


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
