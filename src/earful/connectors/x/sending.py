"""How X is spoken to: a post, an answer, a private message. X has no idempotency key: a lost answer leaves doubt."""

from typing import Any
from urllib.parse import urlencode

from earful.connectors.x.outcomes import body, failure
from earful.connectors.x.reading import is_id
from earful.connectors.x.vocabulary import AS_USER
from earful.core.connector import Account, NoAnswer, Outgoing, Request, Sent, Talk, TryLater, Unsure


def send(account: Account, outgoing: Outgoing) -> Talk[Sent]:
    """Post it, or write it in private, once. Raises a ConnectorError named by what to do next."""
    request = _message(outgoing) if outgoing.private else _post(account, outgoing)
    try:
        response = yield request
    except NoAnswer as lost:
        if not lost.left:
            raise TryLater(f"X could not be reached: {lost.reason}.") from lost
        raise Unsure(f"X's answer was lost on the way: {lost.reason}.") from lost
    if 200 <= response.status < 300:
        return _sent(account, outgoing, body(response).get("data"))
    raise failure(response, safe=False)


def _post(account: Account, outgoing: Outgoing) -> Request:
    said: dict[str, Any] = {"text": outgoing.text}
    if outgoing.reply_to:
        said["reply"] = {"in_reply_to_tweet_id": outgoing.reply_to}
        if outgoing.without:
            said["reply"]["exclude_reply_user_ids"] = list(outgoing.without)
    if outgoing.media:
        said["media"] = {"media_ids": list(outgoing.media)}
    elif outgoing.invite:
        said["direct_message_deep_link"] = _write_to(account, account.id)
    return Request("POST", "/2/tweets", json=said, token=AS_USER)


def _message(outgoing: Outgoing) -> Request:
    path = f"/2/dm_conversations/with/{outgoing.recipient}/messages"
    said: dict[str, Any] = {"text": outgoing.text} if outgoing.text else {}
    if outgoing.media:
        said["attachments"] = [{"media_id": media_id} for media_id in outgoing.media]
    return Request("POST", path, json=said, token=AS_USER)


def _sent(account: Account, outgoing: Outgoing, data: Any) -> Sent:
    """Only an id from X's own mouth makes it sent; a 2xx without one leaves us unsure."""
    key = "dm_event_id" if outgoing.private else "id"
    sent_id = data.get(key) if isinstance(data, dict) else None
    if not isinstance(sent_id, str) or not is_id(sent_id):
        raise Unsure("X said yes but did not say which post it made.")
    if outgoing.private:
        return Sent(f"dm-{sent_id}")
    return Sent(sent_id, link(account, sent_id, account.handle))


def link(account: Account, post_id: str, handle: str) -> str:
    """Where people see a public post."""
    return f"{account.site}/{handle or 'i'}/status/{post_id}"


def compose_link(account: Account, outgoing: Outgoing) -> str:
    """X's own page with the answer filled in, for a person to send (web intents, X for Websites)."""
    if outgoing.private:
        return _write_to(account, outgoing.recipient)
    # X posts as whoever is signed in there and passes over `as`; the pretend X, where all brands live, needs it.
    said = {"text": outgoing.text, "as": account.handle}
    said |= {"in_reply_to": outgoing.reply_to} if outgoing.reply_to else {}
    return f"{account.site}/intent/post?{urlencode(said)}"


def _write_to(account: Account, recipient: str) -> str:
    """X's own page on which to write to somebody in private."""
    return f"{account.site}/messages/compose?{urlencode({'recipient_id': recipient})}"
