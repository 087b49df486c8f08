"""What is done to posts that are out: an answer in a thread of ours hidden or shown again, our own post deleted.

Sources: hide-replies/quickstart and manage-tweets (August 2026). X answers the same when it was done already.
"""

from typing import Final

from earful.connectors.x.outcomes import body, failure
from earful.connectors.x.vocabulary import AS_USER
from earful.core.connector import Account, Refused, Request, Response, Talk, TryLater
from earful.core.delivering import Deed, DeedKind

DEEDS: Final = frozenset[DeedKind]({"hide", "unhide", "delete"})
_SAYS: Final = {"hide": ("hidden", True), "unhide": ("hidden", False), "delete": ("deleted", True)}


def act(account: Account, deed: Deed) -> Talk[None]:
    """Do it; returns once X said that it is so."""
    response = yield _request(deed)
    if response.status != 200:
        raise _why_not(response, deed)
    word, wanted = _SAYS[deed.kind]
    data = body(response).get("data")
    if not isinstance(data, dict) or data.get(word) is not wanted:
        raise TryLater("X said yes but did not say what it did; asking again.")


def _request(deed: Deed) -> Request:
    if deed.kind == "delete":
        return Request("DELETE", f"/2/tweets/{deed.post}", token=AS_USER)
    return Request("PUT", f"/2/tweets/{deed.post}/hidden", json={"hidden": deed.kind == "hide"}, token=AS_USER)


def _why_not(response: Response, deed: Deed) -> Exception:
    """What was asked for may be asked for again: trouble leaves nothing in doubt."""
    error = failure(response, safe=True)
    if response.status == 403 and type(error) is Refused and deed.kind != "delete":
        return Refused("X hides only answers in a conversation that we began.", raw=error.raw)
    return error
