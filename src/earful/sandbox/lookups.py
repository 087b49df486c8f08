"""Reading the API: posts and accounts by id or name, and the two timelines."""

from collections.abc import Sequence

from earful.sandbox.accounts import Account
from earful.sandbox.asking import identifier, span, token_for
from earful.sandbox.gate import Answer, Call
from earful.sandbox.posts import Post, Span
from earful.sandbox.problems import invalid, missing
from earful.sandbox.shapes import Shape, Shaper

MOST_IDS = 100


def me(call: Call) -> Answer:
    """The account whose token this is."""
    shaper = _shaper(call)
    return Answer(shaper.whole(shaper.user(call.account)))


def user(call: Call) -> Answer:
    """One account by id; an unknown one is a success with an error inside, as on X."""
    given = call.path["id"]
    return _one_user(call, call.world.accounts.find(identifier(given, "id")), given, "id")


def user_named(call: Call) -> Answer:
    """One account by handle."""
    given = call.path["username"]
    return _one_user(call, call.world.accounts.named(given), given, "username")


def users(call: Call) -> Answer:
    """Up to a hundred accounts by id; what is missing is told in `errors`."""
    shaper = _shaper(call)
    data = []
    for given in _ids(call):
        found = call.world.accounts.find(identifier(given, "ids"))
        if found:
            data.append(shaper.user(found))
        else:
            shaper.errors.append(missing(given, "ids", "user", call.vocabulary.name))
    return Answer(shaper.whole(data))


def post(call: Call) -> Answer:
    """One post by id; a deleted one is a success with an error inside, as on X."""
    return _posts(call, [call.path["id"]], "id")


def posts(call: Call) -> Answer:
    """Up to a hundred posts by id; what is missing is told in `errors`."""
    return _posts(call, _ids(call), "ids")


def mentions(call: Call) -> Answer:
    """Posts that mention an account, written out or carried along by a reply, newest first."""
    account = _known(call)
    wanted = span(call.query, 5, 100, 10)
    return page(call, call.world.posts.mentioning(account.id, one_more(wanted)), wanted.size)


def timeline(call: Call) -> Answer:
    """An account's own posts, newest first; `exclude` leaves out replies or retweets."""
    account = _known(call)
    wanted = span(call.query, 5, 100, 10)
    found = call.world.posts.by(account.id, one_more(wanted))
    left_out = set(call.query.get("exclude", "").split(","))
    kept = [post for post in found if not (_kinds(post) & left_out)]
    return page(call, kept, wanted.size, found)


def page(call: Call, found: Sequence[Post], size: int, seen: Sequence[Post] | None = None) -> Answer:
    """One page of posts with its meta. `found` may hold one more than fits, which tells that another page
    follows.
    """
    seen = found if seen is None else seen
    shaper = _shaper(call)
    shown = [post for post in found if post in seen[:size]]
    data = [shaper.post(post) for post in shown]
    meta: Shape = {"result_count": len(data)}
    if data:
        meta |= {"newest_id": data[0]["id"], "oldest_id": data[-1]["id"]}
    if len(seen) > size:
        meta["next_token"] = token_for(seen[size - 1].id)
    return Answer(shaper.whole(data, meta=meta))


def one_more(wanted: Span) -> Span:
    """The same stretch with room for the one post that tells whether another page follows."""
    return Span(wanted.after, wanted.before, wanted.size + 1)


def _shaper(call: Call) -> Shaper:
    return Shaper(call.world, call.asked, call.vocabulary.name)


def _kinds(post: Post) -> set[str]:
    kinds = (("replies", post.reply_to), ("retweets", post.repost))
    return {kind for kind, referenced in kinds if referenced}


def _ids(call: Call) -> list[str]:
    given = [one for one in call.query.get("ids", "").split(",") if one]
    if not 1 <= len(given) <= MOST_IDS:
        words = f"The number of values in the `ids` query parameter list [{len(given)}] is not between 1 and 100"
        raise invalid(words, ids=call.query.get("ids", ""))
    return list(dict.fromkeys(given))


def _posts(call: Call, given: Sequence[str], parameter: str) -> Answer:
    shaper = _shaper(call)
    data = []
    for one in given:
        found = call.world.posts.standing(identifier(one, parameter))
        if found:
            data.append(shaper.post(found))
        else:
            shaper.errors.append(missing(one, parameter, "tweet", call.vocabulary.name))
    alone = data[0] if data else None
    return Answer(shaper.whole(alone if parameter == "id" else data))


def _one_user(call: Call, account: Account | None, given: str, parameter: str) -> Answer:
    shaper = _shaper(call)
    if account is None:
        return Answer({"errors": [missing(given, parameter, "user", call.vocabulary.name)]})
    return Answer(shaper.whole(shaper.user(account)))


def _known(call: Call) -> Account:
    found = call.world.accounts.find(identifier(call.path["id"], "id"))
    if found is None:
        raise invalid(f"The `id` parameter value [{call.path['id']}] is nobody", id=call.path["id"])
    return found
