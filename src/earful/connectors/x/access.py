"""What an account's contract with X opens to it."""

from earful.core.connector import Account
from earful.core.language.dialects import Access


def access_of(account: Account) -> Access:
    """By the channel's setting `tier`: self-serve unless it says that the account is on the Enterprise tier."""
    return Access("enterprise" if account.settings.get("tier") == "enterprise" else "self-serve")
