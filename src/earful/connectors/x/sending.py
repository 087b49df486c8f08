"""How X is spoken to, and how to find out whether a message whose answer was lost is out.

X has no idempotency key. After a lost answer the account's own timeline is searched for the same words under the same
post, from the moment of the first attempt; X's refusal of duplicates is the second net below that.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from earful.connectors.x.outcomes import body, failure
from earful.connectors.x.reading import read
from earful.connectors.x.vocabulary import spoken_by
from earful.core.connector import Account, NoAnswer, Outgoing, Request, Response, Sent, Talk, TryLater, Unsure
from earful.core.post import Post

# Clocks of two machines differ; a post of ours from before this margin is another one.
MARGIN = timedelta(minutes=2)
BEFORE_ANY_POST = datetime(2006, 3, 21, tzinfo=UTC)


def send(account: Account, outgoing: Outgoing) -> Talk[Sent]:
    """Post it, or write it in private, once. Raises a ConnectorError named by what to do next."""
    request = _message(outgoing) if outgoing.private else _post(outgoing)
    try:
        response = yield request
    except NoAnswer as lost:
        if not lost.left:
            raise TryLater(f"X could not be reached: {lost.reason}.") from lost
        raise Unsure(f"X's answer was lost on the way: {lost.reason}.") from lost
    if response.status not in (200, 201):
        raise failure(response, safe=False)
    return _sent(account, outgoing, body(response).get("data"))


def _post(outgoing: Outgoing) -> Request:
    said: dict[str, Any] = {"text": outgoing.text}
    if outgoing.reply_to:
        said["reply"] = {"in_reply_to_tweet_id": outgoing.reply_to}
    return Request("POST", "/2/tweets", json=said, token="user")


def _message(outgoing: Outgoing) -> Request:
    path = f"/2/dm_conversations/with/{outgoing.recipient}/messages"
    return Request("POST", path, json={"text": outgoing.text}, token="user")


def _sent(account: Account, outgoing: Outgoing, data: Any) -> Sent:
    """Only an id from X's own mouth makes it sent; a 2xx without one leaves us unsure."""
    key = "dm_event_id" if outgoing.private else "id"
    sent_id = data.get(key) if isinstance(data, dict) else None
    if not isinstance(sent_id, str) or not sent_id:
        raise Unsure("X said yes but did not say which post it made.")
    if outgoing.private:
        return Sent(f"dm-{sent_id}")
    return Sent(sent_id, link(account, sent_id, account.handle))


def look(account: Account, outgoing: Outgoing) -> Talk[Sent | None]:
    """The message on the network, if it is out; None when the whole stretch since the first attempt shows it not."""
    params = {"max_results": "100"}
    since = (outgoing.not_before or BEFORE_ANY_POST) - MARGIN
    if outgoing.private:
        path = f"/2/dm_conversations/with/{outgoing.recipient}/dm_events"
        params |= spoken_by(account).messages
    else:
        path = f"/2/users/{account.id}/tweets"
        params |= {**spoken_by(account).posts, "start_time": since.strftime("%Y-%m-%dT%H:%M:%SZ")}
    while True:
        response = yield Request("GET", path, params=params, token="user")
        if response.status != 200:
            raise failure(response, safe=True)
        posts = [arrival.post for arrival in read(response.body) if arrival.post is not None]
        for post in posts:
            if post.created_at >= since and _is_ours(account, outgoing, post):
                return Sent(post.id, "" if post.private else link(account, post.id, account.handle))
        token = _next_page(response)
        if not token or any(post.created_at < since for post in posts):
            return None
        params["pagination_token"] = token


def _next_page(response: Response) -> str:
    meta = body(response).get("meta")
    return str(meta.get("next_token") or "") if isinstance(meta, dict) else ""


def _is_ours(account: Account, outgoing: Outgoing, post: Post) -> bool:
    if post.author.id != account.id or post.reply_to != outgoing.reply_to:
        return False
    return _comparable(outgoing.text, ()) == _comparable(post.text, [(link.short, link.address) for link in post.links])


def _comparable(text: str, links: Any) -> str:
    """X shortens links and normalises blanks: put the addresses back, compare word by word."""
    for short, address in links:
        text = text.replace(short, address)
    return " ".join(text.split())


def link(account: Account, post_id: str, handle: str) -> str:
    """Where people see a public post."""
    return f"{account.site}/{handle or 'i'}/status/{post_id}"


def compose_link(account: Account, outgoing: Outgoing) -> str:
    """X's own page with the answer filled in, for a person to send (web intents, X for Websites)."""
    if outgoing.private:
        return f"{account.site}/messages/compose?{urlencode({'recipient_id': outgoing.recipient})}"
    said = {"text": outgoing.text} | ({"in_reply_to": outgoing.reply_to} if outgoing.reply_to else {})
    return f"{account.site}/intent/post?{urlencode(said)}"
