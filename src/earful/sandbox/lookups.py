"""Reading the API: posts by id, and the two timelines. What cannot be seen is told in `errors`, as on X."""

from collections.abc import Sequence

from earful.sandbox.accounts import Account
from earful.sandbox.asking import identifier, several, span, token_for
from earful.sandbox.gate import Answer, Call
from earful.sandbox.people import oneself
from earful.sandbox.posts import Post, Span
from earful.sandbox.shapes import Shape

# A timeline reaches back so many posts; beyond that it is empty, and no error.
MENTIONS_BACK = 800
POSTS_BACK = 3200
POSTS_BACK_WITHOUT_REPLIES = 800


def post(call: Call) -> Answer:
    """One post by id; a deleted one is a success with an error inside, as on X."""
    return _posts(call, [call.path["id"]], "id")


def posts(call: Call) -> Answer:
    """Up to a hundred posts by id; what is missing is told in `errors`."""
    return _posts(call, several(call.query, "ids"), "ids")


def mentions(call: Call) -> Answer:
    """Posts that mention an account, written out or carried along by a reply, newest first."""
    wanted, account = span(call.query, 5, 100, 10), _owner(call)
    if isinstance(account, Answer):
        return account
    stretch = call.world.posts.mentioned_back(account.id, MENTIONS_BACK, one_more(wanted))
    return page(call, call.world.posts.mentioning(account.id, stretch, call.sight().id), wanted.size)


def timeline(call: Call) -> Answer:
    """An account's own posts, newest first; `exclude` leaves out replies or retweets."""
    wanted, account = span(call.query, 5, 100, 10), _owner(call)
    if isinstance(account, Answer):
        return account
    left_out = set(call.query.get("exclude", "").split(","))
    most = POSTS_BACK_WITHOUT_REPLIES if "replies" in left_out else POSTS_BACK
    found = call.world.posts.by(
        account.id, call.world.posts.posted_back(account.id, most, one_more(wanted)), call.sight().id
    )
    kept = [post for post in found if not (kinds(post) & left_out)]
    return page(call, kept, wanted.size, found)


def home(call: Call) -> Answer:
    """What oneself and those whom one follows have posted, newest first."""
    oneself(call, "id")
    wanted = span(call.query, 1, 100, 100)
    found = call.world.posts.home(call.account.id, one_more(wanted))
    left_out = set(call.query.get("exclude", "").split(","))
    return page(call, [post for post in found if not (kinds(post) & left_out)], wanted.size, found)


def page(
    call: Call, found: Sequence[Post], size: int, seen: Sequence[Post] | None = None, *, ends: bool = True
) -> Answer:
    """One page of posts with its meta. `found` may hold one more than fits, which tells that another page
    follows; lists that X describes without their two `ends` leave those out.
    """
    seen = found if seen is None else seen
    shaper = call.shaper()
    shown = [post for post in found if post in seen[:size]]
    data = [shaper.post(post) for post in shown]
    meta: Shape = {"result_count": len(data)}
    if data and ends:
        meta |= {"newest_id": data[0]["id"], "oldest_id": data[-1]["id"]}
    if len(seen) > size:
        meta["next_token"] = token_for(seen[size - 1].id)
    return Answer(shaper.whole(data, meta=meta))


def one_more(wanted: Span) -> Span:
    """The same stretch with room for the one post that tells whether another page follows."""
    return Span(wanted.after, wanted.before, wanted.size + 1)


def kinds(post: Post) -> set[str]:
    """What `exclude` calls a post."""
    called = (("replies", post.reply_to), ("retweets", post.repost))
    return {kind for kind, referenced in called if referenced}


def _posts(call: Call, given: Sequence[str], parameter: str) -> Answer:
    shaper = call.shaper()
    data = []
    for one in given:
        found = call.world.posts.find(identifier(one, parameter))
        unseen = shaper.sight.of_post(found)
        if found is None or unseen:
            shaper.lack_post(one, parameter, unseen)
        else:
            data.append(shaper.post(found))
    alone = data[0] if data else None
    return Answer(shaper.whole(alone if parameter == "id" else data))


def _owner(call: Call) -> Account | Answer:
    """Whose timeline is asked for, or the answer that it cannot be seen."""
    given = call.path["id"]
    found, shaper = call.world.accounts.find(identifier(given, "id")), call.shaper()
    unseen = shaper.sight.of_account(found)
    if found is None or unseen:
        shaper.lack_user(given, "id", unseen)
    elif not shaper.sight.admitted(found.id):
        shaper.lack_user(given, "id", "barred")
    else:
        return found
    return Answer(shaper.whole(None))
