"""X, by its API v2 as it stands in 2026. Both vocabularies (`tweet.*` and `post.*`) are read everywhere."""

from collections.abc import Sequence

from earful.connectors.x import listening, preflight, reading, sending
from earful.core.connector import (
    Account,
    Capabilities,
    ConnectorError,
    Ear,
    Heard,
    Outgoing,
    Preflight,
    Request,
    Response,
    Rule,
    Sent,
    Talk,
)
from earful.core.post import Arrival, Author, Post
from earful.core.weight import X_MESSAGE, X_POST, split, weigh


class X:
    """The connector of X; see core.connector for what each method promises."""

    network = "x"
    name = "X"
    capabilities = Capabilities(
        public_limit=X_POST.limit, private_limit=X_MESSAGE.limit, private_messages=True, private_polls=True
    )
    ears: Sequence[Ear] = listening.EARS

    def who_am_i(self, account: Account) -> Talk[Author]:
        return listening.who_am_i(account)

    def prepare(self, account: Account, ear: Ear, rules: Sequence[Rule]) -> Talk[None]:
        return listening.put_rules_in_force(account, rules)

    def open(self, account: Account, ear: Ear) -> Request:
        return listening.stream(account)

    def refused_stream(self, response: Response) -> ConnectorError:
        return listening.refused_stream(response)

    def poll(self, account: Account, ear: Ear, cursor: str) -> Talk[Heard]:
        return listening.POLLS[ear.name](account, cursor)

    def read(self, account: Account, frame: bytes) -> Sequence[Arrival]:
        return reading.read(frame)

    def weigh(self, text: str, *, private: bool) -> int:
        return weigh(text, X_MESSAGE if private else X_POST)

    def split(self, text: str, *, private: bool) -> list[str]:
        return split(text, rules=X_MESSAGE if private else X_POST)

    def preflight(self, account: Account, post: Post, *, private: bool, text: str) -> Preflight:
        return preflight.preflight(account, post, private=private, text=text)

    def send(self, account: Account, outgoing: Outgoing) -> Talk[Sent]:
        return sending.send(account, outgoing)

    def look(self, account: Account, outgoing: Outgoing) -> Talk[Sent | None]:
        return sending.look(account, outgoing)

    def says(self, text: str, post: Post) -> bool:
        return sending.says(text, post)

    def link(self, account: Account, post_id: str, handle: str) -> str:
        return sending.link(account, post_id, handle)

    def compose_link(self, account: Account, outgoing: Outgoing) -> str:
        return sending.compose_link(account, outgoing)
