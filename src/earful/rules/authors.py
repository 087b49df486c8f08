"""Whether posts have to come with their authors, because a listening rule asks who wrote them."""

from dataclasses import replace
from functools import lru_cache

from earful.channels.models import Channel
from earful.core.connector import Account
from earful.core.language.authors import asks_author
from earful.core.language.errors import RuleError
from earful.core.language.parser import parse
from earful.rules import book


def asking(network: str) -> list[int]:
    """The rules in force that ask for more of an author than the account's id, which comes with every post. Our own
    accounts are known without being told.
    """
    ours = Channel.objects.filter(network=network).values_list("handle", flat=True)
    own = frozenset(handle.lower() for handle in ours)
    return [int(rule.tag) for rule in book.enabled() if _asks(rule.text, own)]


def as_rules_need(network: str, account: Account) -> Account:
    """The account, with authors told along where a rule needs them; unless its channel decided otherwise."""
    if "authors" in account.settings or not asking(network):
        return account
    return replace(account, settings={**account.settings, "authors": "with_posts"})


@lru_cache(maxsize=20_000)
def _asks(text: str, own: frozenset[str]) -> bool:
    try:
        return asks_author(parse(text), own)
    except RuleError:
        return False
