"""The one look that changes something: a post is made and deleted again."""

from earful.connectors.x.examining.told import Look, Told, data, limit_of, refused
from earful.connectors.x.vocabulary import AS_USER
from earful.core.connector import Request


def a_post(text: str) -> Look:
    """Make a post and delete it. A post that cannot be deleted is named, so that somebody does it by hand."""
    made = yield Request("POST", "/2/tweets", json={"text": text}, token=AS_USER)
    if made.status != 201:
        return [refused(made, "Posting")]
    post = str(data(made).get("id", ""))
    told = [Told("well", "Posting", "A post was made."), limit_of(made, "Limit of posting")]
    gone = yield Request("DELETE", f"/2/tweets/{post}", token=AS_USER)
    if gone.status != 200 or not data(gone).get("deleted"):
        return [*told, Told("DO", "Deleting", f"Post {post} is still there: delete it on X.")]
    return [*told, Told("well", "Deleting", "It was deleted again.")]
