"""How X is spoken to, and how to find out whether a message whose answer was lost is out.

X has no idempotency key. After a lost answer the account's own timeline is searched for the same words under
the same post, from the moment of the first attempt; X's refusal of duplicates is the second net below that.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from unicodedata import normalize
from urllib.parse import urlencode

from earful.connectors.x.outcomes import body, failure, understood
from earful.connectors.x.pages import Page
from earful.connectors.x.reading import is_id, read
from earful.connectors.x.vocabulary import AS_USER, spoken_by
from earful.core.connector import (
    Account,
    NoAnswer,
    Outgoing,
    Request,
    Response,
    Sent,
    Talk,
    TryLater,
    Unreadable,
    Unsure,
)
from earful.core.post import Link, Post

# Clocks of two machines differ; a post of ours from before this margin is another one.
MARGIN: Final = timedelta(minutes=2)
BEFORE_ANY_POST: Final = datetime(2006, 3, 21, tzinfo=UTC)
# All that X shows of an account's own posts.
MOST_PAGES: Final = 32


def send(account: Account, outgoing: Outgoing) -> Talk[Sent]:
    """Post it, or write it in private, once. Raises a ConnectorError named by what to do next."""
    request = _message(outgoing) if outgoing.private else _post(outgoing)
    try:
        response = yield request
    except NoAnswer as lost:
        if not lost.left:
            raise TryLater(f"X could not be reached: {lost.reason}.") from lost
        raise Unsure(f"X's answer was lost on the way: {lost.reason}.") from lost
    if 200 <= response.status < 300:
        return _sent(account, outgoing, body(response).get("data"))
    raise failure(response, safe=False)


def _post(outgoing: Outgoing) -> Request:
    said: dict[str, Any] = {"text": outgoing.text}
    if outgoing.reply_to:
        said["reply"] = {"in_reply_to_tweet_id": outgoing.reply_to}
    return Request("POST", "/2/tweets", json=said, token=AS_USER)


def _message(outgoing: Outgoing) -> Request:
    path = f"/2/dm_conversations/with/{outgoing.recipient}/messages"
    return Request("POST", path, json={"text": outgoing.text}, token=AS_USER)


def _sent(account: Account, outgoing: Outgoing, data: Any) -> Sent:
    """Only an id from X's own mouth makes it sent; a 2xx without one leaves us unsure."""
    key = "dm_event_id" if outgoing.private else "id"
    sent_id = data.get(key) if isinstance(data, dict) else None
    if not isinstance(sent_id, str) or not is_id(sent_id):
        raise Unsure("X said yes but did not say which post it made.")
    if outgoing.private:
        return Sent(f"dm-{sent_id}")
    return Sent(sent_id, link(account, sent_id, account.handle))


def look(account: Account, outgoing: Outgoing) -> Talk[Sent | None]:
    """The message on the network, if it is out; None when all since the first attempt shows it not.

    Raises TryLater when X's answers leave that open.
    """
    since = (outgoing.not_before or BEFORE_ANY_POST) - MARGIN
    path, params = _where_to_look(account, outgoing, since)
    for _ in range(MOST_PAGES):
        response = yield Request("GET", path, params=params, token=AS_USER)
        page = understood(response, Page)
        posts = _posts(response) if page.data else []
        for post in posts:
            if post.created_at >= since and post.id not in outgoing.known and _is_ours(account, outgoing, post):
                return Sent(post.id, "" if post.private else link(account, post.id, account.handle))
        if not page.next or any(post.created_at < since for post in posts):
            return None
        params = {**params, "pagination_token": page.next}
    raise TryLater("X shows too many posts of ours to find this one among them.")


def _where_to_look(account: Account, outgoing: Outgoing, since: datetime) -> tuple[str, dict[str, str]]:
    words, newest = spoken_by(account), {"max_results": "100"}
    if outgoing.private:
        return f"/2/dm_conversations/with/{outgoing.recipient}/dm_events", {**newest, **words.messages}
    start = {"start_time": since.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return f"/2/users/{account.id}/tweets", {**newest, **start, **words.posts}


def _posts(response: Response) -> list[Post]:
    try:
        return [arrival.post for arrival in read(response.body) if arrival.post is not None]
    except Unreadable as error:
        raise TryLater(f"X's answer could not be understood: {error}") from error


def _is_ours(account: Account, outgoing: Outgoing, post: Post) -> bool:
    if post.author.id != account.id or (not outgoing.private and post.reply_to != outgoing.reply_to):
        return False
    return says(outgoing.text, post)


def says(text: str, post: Post) -> bool:
    """Whether `post` is `text` as X shows it after it took it."""
    said, posted = _words(text), _words(_expanded(post.text, post.links))
    # X puts the handles that an answer carries along before its words.
    carried = posted[: max(0, len(posted) - len(said))] if post.reply_to else []
    return said == posted[len(carried) :] and all(word.startswith("@") for word in carried)


def _expanded(text: str, links: Sequence[Link]) -> str:
    """X shortens links: put the addresses back, the longest first, since one may begin with another."""
    for each in sorted(links, key=lambda each: -len(each.short)):
        text = text.replace(each.short, each.address or each.short)
    return text


def _words(text: str) -> list[str]:
    """X normalises blanks and letters, and gives each link a protocol and a path: compare without them."""
    return [_PROTOCOL.sub("", word).rstrip("/") or word for word in normalize("NFC", text).split()]


_PROTOCOL: Final = re.compile(r"https?://", re.IGNORECASE)


def link(account: Account, post_id: str, handle: str) -> str:
    """Where people see a public post."""
    return f"{account.site}/{handle or 'i'}/status/{post_id}"


def compose_link(account: Account, outgoing: Outgoing) -> str:
    """X's own page with the answer filled in, for a person to send (web intents, X for Websites)."""
    if outgoing.private:
        return f"{account.site}/messages/compose?{urlencode({'recipient_id': outgoing.recipient})}"
    # X posts as whoever is signed in there and passes over `as`; the pretend X, where all brands live, needs it.
    said = {"text": outgoing.text, "as": account.handle}
    said |= {"in_reply_to": outgoing.reply_to} if outgoing.reply_to else {}
    return f"{account.site}/intent/post?{urlencode(said)}"
