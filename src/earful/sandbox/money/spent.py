"""What X says when something is used up: a rate limit, a cap on posts, a spending limit, credit.

X answers four different things with 429 (the fourth is a stream too many): they are told apart by the body alone.
"""

from datetime import date
from typing import Any

from earful.sandbox.money.terms import Cap, Terms
from earful.sandbox.problems import JSON, RefusalError

# X's bodies name this product whatever was bought: nobody can go by it.
PRODUCT = "standard-basic"


class OldWordsError(RefusalError):
    """A refusal in the words of version 1: a list of errors with code numbers."""

    media = JSON

    def document(self, vocabulary: str = "tweet") -> dict[str, Any]:
        """The errors as a JSON object."""
        return {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}


def rate_limited(terms: Terms) -> RefusalError:
    """A spent rate limit, in the words that the app's terms have for it."""
    kind = OldWordsError if terms.rate_words == "errors" else RefusalError
    return kind(429, "about:blank", "Too Many Requests", "Too Many Requests")


def reconnecting() -> RefusalError:
    """Connecting to streams again and again without a pause."""
    detail = "Too many connection attempts in a short time. Wait a minute before the next one."
    return RefusalError(429, "about:blank", "Too Many Requests", detail)


def capped(account: int, cap: Cap) -> RefusalError:
    """As many posts read as a cap allows. The rate limit's headers go on showing plenty."""
    detail = f"Usage cap exceeded: {cap.period} {cap.scope.lower()} cap"
    return RefusalError(
        429, "usage-capped", "UsageCapExceeded", detail,
        account_id=account, product_name=PRODUCT, period=cap.period, scope=cap.scope,
    )  # fmt: skip


class PaymentError(RefusalError):
    """A refusal for want of money: plain JSON that does not repeat the status."""

    media = JSON

    def document(self, vocabulary: str = "tweet") -> dict[str, Any]:
        """The problem, without its status."""
        return {name: value for name, value in super().document(vocabulary).items() if name != "status"}


def no_credit(account: int) -> RefusalError:
    """Prepaid credit used up: every call says so until some is bought."""
    detail = f"Your account [{account}] has no credits left for this request."
    return PaymentError(402, "credits", "CreditsDepleted", detail, account_id=account)


def spending_limit(account: int, until: date) -> RefusalError:
    """As much spent in this billing cycle as its owner wanted to. In the field it came as a 403."""
    detail = f"Your account [{account}] has reached its spending limit. Calls are blocked until {until.isoformat()}."
    return PaymentError(403, "credits", "SpendCapReached", detail, account_id=account, reset_date=until.isoformat())
