"""Which networks there are. A new one is a room beside this file and one line in the table."""

from collections.abc import Mapping

from earful.connectors.x import X
from earful.connectors.x.hooking import XPushing
from earful.connectors.x.linking import XLinking
from earful.core.connector import Connector
from earful.core.linking import Linking
from earful.core.pushing import Pushing

CONNECTORS: Mapping[str, Connector] = {connector.network: connector for connector in (X(),)}
LINKINGS: Mapping[str, Linking] = {"x": XLinking()}
"""How the accounts of each network are linked, where that is done by OAuth."""
PUSHINGS: Mapping[str, Pushing] = {"x": XPushing()}
"""How each network is had to tell by itself what happens, where it does."""


def connector_for(network: str) -> Connector:
    """The connector of a network; raises KeyError with the networks that there are."""
    try:
        return CONNECTORS[network]
    except KeyError:
        raise KeyError(f"no network is called {network!r}; there are: {', '.join(CONNECTORS)}") from None
