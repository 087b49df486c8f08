"""What becomes of somebody's account on a network, as far as the desk keeps them."""

from collections.abc import Collection

from django.db.models import QuerySet

from earful.people.models import Identity


def protect(network: str, accounts: Collection[str], *, protected: bool) -> None:
    """They show their posts to chosen people alone from now on, or to everybody again."""
    _of(network, accounts).update(protected=protected)


def take_profile_away(network: str, accounts: Collection[str], *, handle: bool) -> None:
    """Name and picture go; the handle goes too where the account is closed for good, and may be somebody else's
    tomorrow. The network's id stays, which says nothing by itself.
    """
    gone = {"name": "", "avatar": ""} | ({"handle": ""} if handle else {})
    _of(network, accounts).update(**gone)


def _of(network: str, accounts: Collection[str]) -> QuerySet[Identity]:
    return Identity.objects.filter(network=network, account_id__in=list(accounts))
