"""The operations on reposts, quotes and likes, as rows of the table. Limits: X's table of August 2026."""

from earful.sandbox import carrying
from earful.sandbox.callers import EITHER, USER
from earful.sandbox.gate import Operation
from earful.sandbox.limits import DAY, Limit
from earful.sandbox.money.billing import Bill

PAGES = frozenset({"max_results", "pagination_token"})
READING = (Limit("app", 75), Limit("user", 75))
MAKING = (Limit("user", 50),)
LIKING = (Limit("user", 50), Limit("user", 1000, DAY))
POSTS = Bill(reads="post")
LIKED = Bill(reads="post", owned=True)
PEOPLE = Bill(reads="user")
INTERACTION = Bill(request="user_interaction_create")
TAKEN_BACK = Bill(request="interaction_delete")
POST = "/2/tweets/{id}"
ME = "/2/users/{id}"

CARRYING = (
    Operation(
        "GET", f"{POST}/quote_tweets", carrying.quotes, EITHER, READING, PAGES | {"exclude"}, "posts", bills=POSTS
    ),
    Operation("GET", f"{POST}/retweets", carrying.reposts, EITHER, READING, PAGES, "posts", bills=POSTS),
    Operation("GET", f"{POST}/retweeted_by", carrying.reposters, EITHER, READING, PAGES, "users", bills=PEOPLE),
    Operation("GET", f"{POST}/liking_users", carrying.likers, USER, READING, PAGES, "users", bills=PEOPLE),
    Operation("GET", f"{ME}/liked_tweets", carrying.liked, USER, READING, PAGES, "posts", bills=LIKED),
    Operation("POST", f"{ME}/likes", carrying.like, USER, LIKING, bills=INTERACTION),
    Operation("DELETE", f"{ME}/likes/{{tweet_id}}", carrying.unlike, USER, LIKING, bills=TAKEN_BACK),
    Operation("POST", f"{ME}/retweets", carrying.repost, USER, MAKING, bills=INTERACTION),
    Operation("DELETE", f"{ME}/retweets/{{source_tweet_id}}", carrying.unrepost, USER, MAKING, bills=TAKEN_BACK),
)
