"""What became of posts and accounts, as X's compliance streams tell it to those who must heed it (Enterprise).

Sources: the compliance components of X's API description, 2.162 (2026). A dropped post was taken from sight with its
account and must go from ours; should it come back, it is heard and stored by its next telling.
"""

from collections.abc import Mapping
from typing import Final

from earful.connectors.x.event_frames import Happened, Notice
from earful.connectors.x.frames import EVERYWHERE
from earful.connectors.x.reading.ids import checked
from earful.core.connector import UnknownKind
from earful.core.post import AccountChange, Arrival

_ACCOUNTS: Final[Mapping[str, AccountChange]] = {
    "user_delete": "gone",
    "user_undelete": "back",
    "user_protect": "protected",
    "user_unprotect": "unprotected",
    "user_suspend": "suspended",
    "user_unsuspend": "unsuspended",
    "user_withheld": "withheld",
}
_GONE: Final = ("delete", "drop")
# Nothing is done about these at once: the next version of a post comes by itself, and so does what is back; where
# somebody's posts were written is asked for every night.
_QUIET: Final = ("undrop", "tweet_edit", "post_edit", "scrub_geo", "user_profile_modification")


def notice(happened: Happened) -> Arrival:
    """The arrival that a notice is; raises UnknownKind if it is none of these."""
    for name in (*_GONE, "withheld", *_ACCOUNTS, *_QUIET):
        told: Notice | None = getattr(happened, name)
        if told is not None:
            return _arrival(name, told)
    raise UnknownKind("a notice")


def _arrival(name: str, told: Notice) -> Arrival:
    if name in _ACCOUNTS:
        return Arrival(kind="account", id=_account(told), change=_ACCOUNTS[name], note=_where(name, told))
    if name in _GONE or (name == "withheld" and not EVERYWHERE.isdisjoint(told.withheld_in_countries)):
        return Arrival(kind="deletion", id=_post(told), note=name)
    return Arrival(kind="other", note=_where(name, told))


def _where(name: str, told: Notice) -> str:
    return f"{name}: {','.join(told.withheld_in_countries)[:200]}" if told.withheld_in_countries else name


def _account(told: Notice) -> str:
    return checked(told.user.id if told.user else "")


def _post(told: Notice) -> str:
    post = told.tweet or told.post
    return checked(post.id if post else "")
