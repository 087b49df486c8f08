"""What X will do with an answer to a post, before anybody types it.

Since 23 February 2026 a self-serve account may answer by API only a post whose author summoned it: by
mentioning it in so many words, or by quoting it. Whether a mention that a reply merely carries along counts
is not documented.
"""

from earful.connectors.x import prices
from earful.core.connector import Account, Preflight
from earful.core.links import find_links
from earful.core.post import Post


def preflight(account: Account, post: Post, *, private: bool, text: str) -> Preflight:
    """Route, reason and price of answering `post` with `text` (which may still be empty)."""
    if private:
        reason = "they can be written to in private if their settings allow it"
        return Preflight("api", reason, prices.PRIVATE_MESSAGE)
    price = prices.POST_WITH_LINK if find_links(text) else prices.SUMMONED_REPLY
    if account.settings.get("tier") == "enterprise":
        return Preflight("api", "allowed: this account is on X's Enterprise tier", price)
    if account.handle.lower() in post.mentions:
        return Preflight("api", "allowed: they mentioned us", price)
    if post.quotes_author and post.quotes_author == account.id:
        return Preflight("api", "allowed: they quoted us", price)
    if post.reply_to_author == account.id:
        return Preflight("maybe", "X may refuse: they answered us without naming us", price)
    return Preflight("by_hand", "X lets only a person answer this: they neither mentioned nor quoted us", 0.0)
