"""First contact with an account of X: small questions whose answers say what works and what wants doing.

Every look reads alone, but for the one that tries a post out. Each is a talk, and stands for itself: what one is
refused says nothing of the next.
"""

from collections.abc import Iterator

from earful.connectors.x.examining import as_account, as_app
from earful.connectors.x.examining.told import Look, Told, failed
from earful.connectors.x.examining.trying_out import a_post
from earful.core.connector import Account

__all__ = ["Look", "Told", "a_post", "failed", "looks"]


def looks(account: Account, about: str = "") -> Iterator[tuple[str, Look]]:
    """Every look that reads, by what it is about, as far as the account has the keys for it; `about` is a handle."""
    if account.user_token:
        yield "Account", as_account.identity(account)
        yield "Vocabulary", as_account.words(account)
        yield "Scopes", as_account.scopes(account)
        yield "Mentions", as_account.mentions(account)
        yield "Private messages", as_account.messages(account)
        if about:
            yield f"Reach of @{about}", as_account.reach(about)
    if account.app_token:
        yield "Stream rules", as_app.rules(account)
        yield "Open streams", as_app.streams(account)
        yield "Usage", as_app.usage(account)
        yield "Activity", as_app.activity(account)
        yield "Webhooks", as_app.webhooks(account)
    yield "Consumer secret", as_app.keys(account)
    yield "Price of own reads", as_app.ownership(account)
