"""X, by its API v2 as it stands in 2026. Both vocabularies (`tweet.*` and `post.*`) are read everywhere."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import msgspec

from earful.connectors.x import (
    charging,
    compliance,
    deeds,
    limits,
    listening,
    looking,
    people,
    preflight,
    prices,
    reading,
    searching,
    sending,
    streams,
    uploading,
)
from earful.connectors.x.ears import ears
from earful.connectors.x.packs import named
from earful.connectors.x.rules import put_in_force
from earful.core.connector import (
    Account,
    Capabilities,
    ConnectorError,
    Counted,
    Ear,
    Gone,
    Heard,
    InForce,
    Outgoing,
    Preflight,
    Rates,
    Request,
    Response,
    Rule,
    SearchPage,
    Sent,
    Subject,
    Talk,
)
from earful.core.delivering import Attachment, Between, Deed, Uploading
from earful.core.post import Arrival, Author, Post
from earful.core.prices import Bill, Charge, PriceList
from earful.core.weight import X_MESSAGE, X_POST, split, weigh


class X:
    """The connector of X; see core.connector for what each method promises."""

    network = "x"
    name = "X"
    capabilities = Capabilities(
        public_limit=X_POST.limit,
        private_limit=X_MESSAGE.limit,
        private_messages=True,
        private_polls=True,
        rules=True,
        search_days=searching.SEARCH_DAYS,
        search_lag=searching.SEARCH_LAG_SECONDS,
        counts=True,
        audited_at_once=compliance.MOST_IDS,
        # X's display requirements (2026): picture, name and handle, links by t.co, the time leading to the post.
        pictures=("https://pbs.twimg.com",),
        leads_through=True,
        people_at_once=people.AT_ONCE,
        public_pace=limits.POSTS,
        private_pace=limits.MESSAGES,
        app_private_pace=limits.MESSAGES_OF_APP,
        public_media=limits.IN_POSTS,
        private_media=limits.IN_MESSAGES,
        invites=True,
        deeds=deeds.DEEDS,
    )
    prices: PriceList = prices.PRICES

    def ears(self, account: Account) -> Sequence[Ear]:
        return ears(account)

    def who_am_i(self, account: Account) -> Talk[Author]:
        return listening.who_am_i(account)

    def prepare(self, account: Account, ear: Ear, rules: Sequence[Rule], threads: Sequence[str] = ()) -> Talk[InForce]:
        return put_in_force(account, rules, threads)

    def queries(self, account: Account, rules: Sequence[Rule]) -> Sequence[str]:
        return searching.queries(account, rules)

    def missed(self, account: Account, ear: str, rules: Sequence[Rule], threads: Sequence[str]) -> Sequence[str]:
        return searching.missed(account, ear, rules, threads)

    def count(self, account: Account, rule: str, since: datetime, until: datetime) -> Talk[Counted]:
        return searching.count(account, rule, since, until)

    def search(
        self, account: Account, rule: str, since: datetime, until: datetime, cursor: str, *, most: int = 100
    ) -> Talk[SearchPage]:
        return searching.search(account, rule, since, until, cursor, most)

    def open(self, account: Account, ear: Ear, away: float = 0.0) -> Request:
        return streams.opening(account, ear, away)

    def refused_stream(self, response: Response) -> ConnectorError:
        return streams.refused(response)

    def take_over(self, account: Account, ear: Ear) -> Talk[int]:
        return streams.take_over(account, ear)

    def poll(self, account: Account, ear: Ear, cursor: str) -> Talk[Heard]:
        return listening.POLLS[ear.name](account, cursor)

    def people(self, account: Account, ids: Sequence[str]) -> Talk[Sequence[Author]]:
        return (yield from people.people(account, ids))

    def read(self, account: Account, frame: bytes) -> Sequence[Arrival]:
        return [_ours(arrival) for arrival in reading.read(frame, account.site)]

    def weigh(self, text: str, *, private: bool) -> int:
        return weigh(text, X_MESSAGE if private else X_POST)

    def split(self, text: str, *, private: bool) -> list[str]:
        return split(text, rules=X_MESSAGE if private else X_POST)

    def preflight(self, account: Account, post: Post, *, private: bool, text: str, between: Between) -> Preflight:
        return preflight.preflight(account, post, private=private, text=text, between=between)

    def price(self, account: Account, parts: Sequence[Outgoing], *, described: int) -> float:
        return prices.of_messages(account, parts, described=described)

    def upload(self, account: Account, attachment: Attachment, so_far: Uploading, piece: bytes) -> Talk[Uploading]:
        return uploading.upload(account, attachment, so_far, piece)

    def act(self, account: Account, deed: Deed) -> Talk[None]:
        return deeds.act(account, deed)

    def send(self, account: Account, outgoing: Outgoing) -> Talk[Sent]:
        return sending.send(account, outgoing)

    def look(self, account: Account, outgoing: Outgoing) -> Talk[Sent | None]:
        return looking.look(account, outgoing)

    def says(self, text: str, post: Post) -> bool:
        return looking.says(text, post)

    def audit(self, account: Account, subject: Subject, ids: Sequence[str]) -> Talk[str]:
        return compliance.ask(account, subject, ids)

    def audited(self, account: Account, ticket: str) -> Talk[Sequence[Gone] | None]:
        return compliance.answer(account, ticket)

    def link(self, account: Account, post_id: str, handle: str) -> str:
        return sending.link(account, post_id, handle)

    def compose_link(self, account: Account, outgoing: Outgoing) -> str:
        return sending.compose_link(account, outgoing)

    def rates(self, account: Account) -> Rates:
        return prices.rates(account)

    def bill(self, account: Account, request: Request) -> Bill:
        return charging.bill(account, request)

    def charges(self, account: Account, request: Request, response: Response) -> Sequence[Charge]:
        return charging.charges(account, request, response)

    def charges_unheard(self, posts: Sequence[str]) -> Sequence[Charge]:
        return charging.charges_unheard(posts)

    def charges_heard(self, account: Account, frame: bytes) -> Sequence[Charge]:
        return charging.charges_heard(account, frame)

    def charge_sent(self, account: Account, outgoing: Outgoing, sent: Sent, answered: Post | None) -> Charge:
        return charging.charge_sent(account, outgoing, sent, answered)


def _ours(arrival: Arrival) -> Arrival:
    """The arrival with our rules' own tags in place of X's."""
    return msgspec.structs.replace(arrival, rules=_our_tags(arrival.rules)) if arrival.rules else arrival


@lru_cache(maxsize=4096)
def _our_tags(theirs: tuple[str, ...]) -> tuple[str, ...]:
    # The same rules find post after post.
    return tuple(dict.fromkeys(tag for tag_of_x in theirs for tag in named(tag_of_x)))
