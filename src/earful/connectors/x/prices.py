"""X's prices for pay-per-use, in US dollars, as its pricing page stood in August 2026.

They change: configuration later replaces this list by date.
"""

from collections.abc import Sequence
from typing import Final

from earful.core.connector import Outgoing
from earful.core.links import find_links

SUMMONED_REPLY: Final = 0.010
POST: Final = 0.015
POST_WITH_LINK: Final = 0.200
PRIVATE_MESSAGE: Final = 0.015
DESCRIPTION: Final = 0.005
# Read, for each post, each author expanded along with it, and each question to the counts.
FOUND_POST: Final = 0.005
AUTHOR: Final = 0.010
COUNTS: Final = 0.005


def of_messages(parts: Sequence[Outgoing], *, described: int = 0) -> float:
    """What these messages cost together, at most; `described` of their files have a description.

    Only the first answers somebody who summoned us; the parts after it answer our own.
    """
    prices = [_price(part, summoned=number == 0 and bool(part.reply_to)) for number, part in enumerate(parts)]
    return round(sum(prices) + described * DESCRIPTION, 6)


def _price(message: Outgoing, *, summoned: bool) -> float:
    """Whether a button to write to us counts as a link, X leaves open: then the higher price."""
    if message.private:
        return PRIVATE_MESSAGE
    if message.invite or find_links(message.text):
        return POST_WITH_LINK
    return SUMMONED_REPLY if summoned else POST
