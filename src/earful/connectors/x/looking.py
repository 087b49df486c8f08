"""Finding out whether a message whose answer was lost is out.

X has no idempotency key. The account's own timeline is searched for the same words under the same post, from the moment
of the first attempt; X's refusal of duplicates is the second net below that.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from unicodedata import normalize

from earful.connectors.x.outcomes import understood
from earful.connectors.x.pages import Page
from earful.connectors.x.reading import read
from earful.connectors.x.sending import link
from earful.connectors.x.vocabulary import AS_USER, spoken_by
from earful.core.connector import Account, Outgoing, Request, Response, Sent, Talk, TryLater, Unreadable
from earful.core.post import Link, Post

# Clocks of two machines differ; a post of ours from before this margin is another one.
MARGIN: Final = timedelta(minutes=2)
BEFORE_ANY_POST: Final = datetime(2006, 3, 21, tzinfo=UTC)
# All that X shows of an account's own posts.
MOST_PAGES: Final = 32
_PROTOCOL: Final = re.compile(r"https?://", re.IGNORECASE)
# The page of a post's picture or film, to which X links from behind the words, in public and in private.
_OF_MEDIA: Final = re.compile(r"https?://[^/]+/(?:[^/]+/status|messages/media)/[0-9]+(?:/(?:photo|video)/[0-9]+)?\Z")
_SHORT: Final = re.compile(r"https?://t\.co/\w+\Z")


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
    shown, carries_media = _without_media(post)
    said, posted = _words(text), _words(_expanded(shown, post.links))
    if not said and not carries_media:
        return False
    # X puts the handles that an answer carries along before its words.
    carried = posted[: max(0, len(posted) - len(said))] if post.reply_to else []
    return said == posted[len(carried) :] and all(word.startswith("@") for word in carried)


def _without_media(post: Post) -> tuple[str, bool]:
    """The words without the link to its files that X puts behind them, and whether there are files at all."""
    words, space, last = post.text.rstrip().rpartition(" ")
    words, space, last = (words, space, last) if "\n" not in last else post.text.rstrip().rpartition("\n")
    if _leads_to_media(last, post):
        return words, True
    return post.text, bool(post.media)


def _leads_to_media(word: str, post: Post) -> bool:
    leads = next((each.address for each in post.links if each.short == word), "")
    if leads:
        return _OF_MEDIA.match(leads) is not None and (bool(post.media) or leads != word)
    # A link that X did not explain belongs to the files that it told of.
    return bool(post.media) and _SHORT.match(word) is not None


def _expanded(text: str, links: Sequence[Link]) -> str:
    """X shortens links: put the addresses back, the longest first, since one may begin with another."""
    for each in sorted(links, key=lambda each: -len(each.short)):
        text = text.replace(each.short, each.address or each.short)
    return text


def _words(text: str) -> list[str]:
    """X normalises blanks and letters, and gives each link a protocol and a path: compare without them."""
    return [_PROTOCOL.sub("", word).rstrip("/") or word for word in normalize("NFC", text).split()]
