"""Carrying a post on, through the API: reposts, quotes and likes, who made them, and making them.

Likes and quotes are gone from self-serve access since 20 April 2026: reading who liked is not, making one is.
"""

from collections.abc import Iterable

import msgspec

from earful.sandbox.accounts import Account
from earful.sandbox.asking import identifier, page_token, size, span, token_for
from earful.sandbox.gate import Answer, Call
from earful.sandbox.lookups import kinds, one_more, page
from earful.sandbox.people import listed, oneself, shown
from earful.sandbox.posting.bodies import Id
from earful.sandbox.posts import Draft, Post, Span, repost_text
from earful.sandbox.problems import forbidden, not_enrolled, not_found
from earful.sandbox.shapes import Shape


class Chosen(msgspec.Struct, forbid_unknown_fields=True):
    """The body that names a post."""

    tweet_id: Id


def quotes(call: Call) -> Answer:
    """Posts that quote one, newest first."""
    post, wanted = _post(call, call.path["id"]), span(call.query, 10, 100, 10)
    left_out = set(call.query.get("exclude", "").split(","))
    found = call.world.posts.pointing("quote", post, one_more(wanted), call.sight().id)
    return page(call, [one for one in found if not (kinds(one) & left_out)], wanted.size, found, ends=False)


def reposts(call: Call) -> Answer:
    """Reposts of one post, newest first."""
    post, wanted = _post(call, call.path["id"]), span(call.query, 1, 100, 100)
    return page(
        call, call.world.posts.pointing("repost", post, one_more(wanted), call.sight().id), wanted.size, ends=False
    )


def reposters(call: Call) -> Answer:
    """Who reposted one post, the newest first."""
    post, wanted = _post(call, call.path["id"]), span(call.query, 1, 100, 100)
    found = call.world.posts.pointing("repost", post, one_more(wanted), call.sight().id)
    shaper, data = shown(call, _authors(call, found[: wanted.size]))
    meta: Shape = {"result_count": len(data)}
    if len(found) > wanted.size:
        meta["next_token"] = token_for(found[wanted.size - 1].id)
    return Answer(shaper.whole(data, meta=meta))


def reposts_of_me(call: Call) -> Answer:
    """One's own posts that others reposted, newest first."""
    wanted = span(call.query, 1, 100, 100)
    return page(call, call.world.posts.reposted_by_others(call.account.id, one_more(wanted)), wanted.size, ends=False)


def likers(call: Call) -> Answer:
    """Who liked one post, the newest first."""
    post = _post(call, call.path["id"])
    most = size(call.query, 1, 100, 100)
    return listed(call, call.world.ties.sources(post.first, "likes", Span(0, page_token(call.query), most + 1)), most)


def liked(call: Call) -> Answer:
    """Posts that one has liked, the newest like first."""
    oneself(call, "id")
    most = size(call.query, 5, 100, 100)
    found = call.world.ties.targets(call.account.id, "likes", Span(0, page_token(call.query), most + 1))
    sight, posts = call.sight(), [call.world.posts.find(post) for _, post in found[:most]]
    shaper = call.shaper()
    data = [shaper.post(post) for post in posts if post and not sight.of_post(post)]
    meta: Shape = {"result_count": len(data)}
    if len(found) > most:
        meta["next_token"] = token_for(found[most - 1][0])
    return Answer(shaper.whole(data, meta=meta))


def repost(call: Call) -> Answer:
    """Repost a post; doing it again changes nothing."""
    oneself(call, "id")
    post = _post(call, call.read(Chosen).tweet_id)
    if not call.sight().admitted(post.author) or call.world.states.of(post.author).protected:
        raise forbidden("Posts of protected accounts cannot be reposted.")
    made = _own_repost(call, post)
    if made is None:
        text = repost_text(call.world.accounts.known(post.author), post)
        made = call.world.publish(Draft(call.account, text, repost=post.id, source=call.app.name))
    told = {"rest_id": str(made.id)} if call.vocabulary.name == "post" else {"id": str(made.id)}
    return Answer({"data": {"retweeted": True} | told})


def unrepost(call: Call) -> Answer:
    """Take one's own repost back; where there is none, that is a success too, and costs nothing."""
    oneself(call, "id")
    post = call.world.posts.find(identifier(call.path["source_tweet_id"], "source_tweet_id"))
    made = _own_repost(call, post) if post else None
    deleted = made is not None and call.world.delete(made)
    return Answer({"data": {"retweeted": False}}, free=not deleted)


def like(call: Call) -> Answer:
    """Like a post."""
    _enterprise(call)
    call.world.like(call.account, _post(call, call.read(Chosen).tweet_id), stands=True)
    return Answer({"data": {"liked": True}})


def unlike(call: Call) -> Answer:
    """Take a like back."""
    _enterprise(call)
    changed = call.world.like(call.account, _post(call, call.path["tweet_id"]), stands=False)
    return Answer({"data": {"liked": False}}, free=not changed)


def _enterprise(call: Call) -> None:
    oneself(call, "id")
    if call.app.edition != "enterprise":
        raise not_enrolled("Likes are not available to self-serve apps.")


def _post(call: Call, given: str) -> Post:
    found = call.sight().post(identifier(given, "tweet_id"))
    if found is None:
        raise not_found(given, "id", "tweet")
    return found


def _own_repost(call: Call, post: Post) -> Post | None:
    return call.world.posts.reposted(call.account.id, post)


def _authors(call: Call, posts: Iterable[Post]) -> list[Account]:
    return [call.world.accounts.known(one) for one in dict.fromkeys(post.author for post in posts)]
