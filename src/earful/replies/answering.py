"""Which post of a customer an answer goes under, and what the network will make of it, before anybody types."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import msgspec
from django.db.models import F
from django.utils import timezone

from earful.cases.models import Case
from earful.channels import access
from earful.channels.models import Channel
from earful.connectors.registry import connector_for
from earful.core.connector import Preflight
from earful.core.conversation import Role
from earful.core.delivering import Between
from earful.core.post import Named
from earful.core.post import Post as Said
from earful.core.spending import Purpose
from earful.ledger import resting
from earful.ledger.models import Outage
from earful.posts.models import Post
from earful.posts.remembering import remembered
from earful.replies.models import Route, ShutDoor

MOST_CONSIDERED: Final = 20
# People change their minds: after this long, a refusal is no reason not to try again.
SHUT_FOR: Final = timedelta(days=30)
_PREFERRED: Final = ("api", "maybe", "by_hand", "no")


@dataclass(frozen=True, slots=True)
class Answerable:
    """The post that an answer goes under, as its row and as it was heard, and what stands between us and its author."""

    row: Post
    said: Said
    between: Between

    def preflight(self, case: Case, *, private: bool, text: str) -> Preflight:
        """What the network will make of `text` as an answer to it."""
        if self.row.deleted_at is not None and not private:
            return Preflight("no", "they deleted the post that this would answer")
        connector, account = connector_for(case.channel.network), case.channel.as_granted
        return connector.preflight(account, self.said, private=private, text=text, between=self.between)


def answerable(case: Case, *, private: bool) -> Answerable:
    """The customer's newest post that can be answered best on this route.

    A post that the network lets us answer comes before a newer one that it does not, and what was deleted only if
    nothing else is left.
    """
    posts = Post.objects.filter(message__case=case, message__role=Role.CUSTOMER).select_related("author")
    newest = list(posts.order_by(F("deleted_at").asc(nulls_first=True), "-created_at", "-pk")[:MOST_CONSIDERED])
    # A customer who only ever wrote in private has no public post to answer, and the other way round.
    side = [post for post in newest if post.private == private] or newest
    between = _between(case, newest, private)
    found = [Answerable(row, said, between) for row, said in zip(side, _as_heard(side, newest), strict=True)]
    routes = [each.preflight(case, private=private, text="").route for each in found]
    return found[min(range(len(found)), key=lambda number: _PREFERRED.index(routes[number]))]


def waits(channel: Channel) -> str:
    """Why everything that goes out by this channel waits, in a sentence; "" if it does not."""
    if access.rests(channel):
        return "It waits until the account is linked again."
    if Outage.objects.filter(channel=channel, only="", until=None).exists():
        return "It waits until the account’s credit is topped up."
    if resting.rests(channel.pk, Purpose.SENDING):
        return "It waits: this month’s budget for sending is spent. Raise it on the Costs page."
    return ""


def bystanders(case: Case, answered: Said) -> list[Named]:
    """Whom an answer would notify beside the customer and ourselves."""
    known = {answered.author.id, case.customer.account_id, case.channel.account_id}
    return [person for person in answered.carries if person.id not in known]


def _as_heard(posts: Sequence[Post], newest: Sequence[Post]) -> list[Said]:
    """The posts as they were heard, with what is known of their author now."""
    heard = [remembered(post)[0] for post in posts]
    told = (remembered(post)[0].author.takes_messages for post in newest)
    takes = next((each for each in told if each is not None), None)
    return [
        msgspec.structs.replace(
            said, author=msgspec.structs.replace(said.author, protected=row.author.protected, takes_messages=takes)
        )
        for row, said in zip(posts, heard, strict=True)
    ]


def _between(case: Case, newest: Sequence[Post], private: bool) -> Between:
    theirs = [post for post in newest if post.private]
    shut = ShutDoor.objects.filter(
        channel=case.channel,
        person=case.customer,
        route=Route.PRIVATE if private else Route.PUBLIC,
        at__gt=timezone.now() - SHUT_FOR,
    ).first()
    # Whoever writes to us in private takes our answer there, whatever the network said before.
    opened = shut is not None and private and any(post.created_at > shut.at for post in theirs)
    return Between(
        shut="" if shut is None or opened else shut.reason,
        wrote_first=bool(theirs),
        encrypted=bool(theirs) and remembered(theirs[0])[0].encrypted,
    )
