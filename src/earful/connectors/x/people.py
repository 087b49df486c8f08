"""Accounts looked up by their ids: a hundred a question, each billed once a day.

As an account and not as the app alone, because X says only to an account whether it may write to somebody in private.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from earful.connectors.x.frames import User
from earful.connectors.x.outcomes import understood
from earful.connectors.x.reading.ids import is_id
from earful.connectors.x.reading.people import author
from earful.connectors.x.vocabulary import AS_USER, AS_USER_FIELDS
from earful.core.connector import Account, Request, Talk
from earful.core.post import Author

AT_ONCE: Final = 100


class _People(msgspec.Struct):
    data: list[User] = []


def people(account: Account, ids: Sequence[str]) -> Talk[list[Author]]:
    """Those of the accounts that X still shows; the others were suspended, or are gone."""
    asked = {"ids": ",".join(filter(is_id, ids[:AT_ONCE])), "user.fields": AS_USER_FIELDS}
    found = understood((yield Request("GET", "/2/users", params=asked, token=AS_USER)), _People).data
    users = {user.id: user for user in found if is_id(user.id)}
    return [author(account_id, users) for account_id in users]
