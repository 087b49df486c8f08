"""X's prices: the list that ships with the connector, and what one thing costs an account."""

from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from typing import Final

from earful.connectors.x.vocabulary import spoken_by
from earful.core.connector import Account, Outgoing, Rates
from earful.core.links import find_links
from earful.core.prices import PriceClass, PriceList, dollars, read_prices

PRICES: Final[PriceList] = read_prices(files("earful.connectors.x").joinpath("prices.toml").read_text("utf-8"))


def of_messages(account: Account, parts: Sequence[Outgoing], *, described: int = 0) -> float:
    """What these messages cost together, at most; `described` of their files have a description.

    Only the first answers somebody who summoned us; the parts after it answer our own. Whether a button to write to us
    counts as a link, X leaves open: then the higher price.
    """
    kinds = [
        billed_as(account, part, summoned=number == 0 and bool(part.reply_to), button=True)
        for number, part in enumerate(parts)
    ]
    together = sum(_micro(account, kind, "request") for kind in kinds)
    return float(dollars(together + described * _micro(account, "media_metadata", "request")))


def billed_as(account: Account, message: Outgoing, *, summoned: bool, button: bool = False) -> str:
    """As what a message is billed; `button` says what to hold of a button to write to us where the channel's setting
    `deep_links` does not: whether it counts as a link.
    """
    if message.private:
        return "dm_create"
    linked = find_links(message.text) or (message.invite and account.settings.get("deep_links", button))
    if linked and (not summoned or account.settings.get("summoned_links", True)):
        return "post_create_with_url"
    return "post_create_summoned" if summoned else "post_create"


def rates(account: Account) -> Rates:
    """What is found costs its post, and at most two more that it answers and quotes, each with its author if authors
    come along, and the person whom it answers.
    """
    post, user = (_micro(account, kind, "read") for kind in ("post", "user"))
    along = 2 * post + (2 * user if "author_id" in spoken_by(account).posts["expansions"] else 0)
    billed = account.settings.get("expansions_billed", True)
    return Rates(post, along if billed else 0, user, _micro(account, "counts_recent", "request"))


def _micro(account: Account, kind: str, of: PriceClass) -> int:
    """By the prices that the account was given; by the newest of X's list if it was not."""
    known = account.prices.get((of, kind))
    return PRICES.price(kind, of, date.max) if known is None else known
