"""What becomes of somebody's account on a network, as far as the desk keeps them."""

from collections.abc import Collection
from typing import Any

from earful.people.models import Identity


def protect(network: str, accounts: Collection[str], *, protected: bool) -> set[str]:
    """They show their posts to chosen people alone from now on, or to everybody again; of whom that is new."""
    return _become(network, accounts, protected=protected)


def take_profile_away(network: str, accounts: Collection[str], *, handle: bool) -> set[str]:
    """Name and picture go; the handle goes too where the account is closed for good, and may be somebody else's
    tomorrow. The network's id stays, which says nothing by itself. Of whom something was there to go.
    """
    gone = {"name": "", "avatar": ""} | ({"handle": ""} if handle else {})
    return _become(network, accounts, **gone)


def _become(network: str, accounts: Collection[str], **facts: Any) -> set[str]:
    """Who was otherwise until now."""
    known = Identity.objects.filter(network=network, account_id__in=list(accounts))
    others = known.exclude(**facts).order_by("pk").select_for_update()
    changed = dict(others.values_list("pk", "account_id"))
    Identity.objects.filter(pk__in=changed).update(**facts)
    return set(changed.values())
