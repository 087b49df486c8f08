"""X's own client for Python, pointed at the pretend X: it links, posts, answers, listens, and no post gets lost.

xdk drops what it cannot validate without a word, so every check counts what came.
"""

import base64
import threading
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from xdk import Client
from xdk.streaming import StreamConfig

from referees.alone import Alone, until
from referees.browsing import approve

NUMBERS = count(1)
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
POST_FIELDS = ["created_at", "conversation_id", "entities", "public_metrics", "note_post", "lang", "source"]
TWEET_FIELDS = ["author_id", "created_at", "entities", "public_metrics", "referenced_tweets", "note_tweet"]
USER_FIELDS = ["public_metrics", "verified", "created_at", "description"]


@pytest.fixture
def brand(pretend: Alone) -> Client:
    return Client(base_url=pretend.url, access_token=pretend["X_BRAND_TOKEN"])


@pytest.fixture
def customer(pretend: Alone) -> Client:
    return Client(base_url=pretend.url, access_token=pretend["X_CUSTOMER_TOKEN"])


@pytest.fixture
def app(pretend: Alone) -> Client:
    return Client(base_url=pretend.url, bearer_token=pretend["X_APP_BEARER"])


def test_it_links_by_pkce_and_renews(pretend, monkeypatch):
    # It speaks to this machine alone; elsewhere its library rightly insists on https.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    address = "http://127.0.0.1/callback"
    client = Client(
        base_url=pretend.url, authorization_base_url=f"{pretend.url}/i", client_id=pretend["X_CLIENT_ID"],
        client_secret=pretend["X_CLIENT_SECRET"], redirect_uri=address,
        scope=["tweet.read", "users.read", "tweet.write", "offline.access"],
    )  # fmt: skip
    code = approve(pretend, client.get_authorization_url(state="abc"))
    token = client.exchange_code(code)
    assert token["refresh_token"]
    renewed = client.oauth2_auth.refresh_token()
    assert renewed["access_token"] != token["access_token"]
    fresh = Client(base_url=pretend.url, access_token=renewed["access_token"])
    assert fresh.users.get_me().data.id == pretend["X_BRAND_USER_ID"]


def test_it_posts_and_answers(pretend, brand, customer):
    asked = customer.posts.create(body={"text": words(f"@{pretend.handle} where is my parcel?")}).data.id
    answered = brand.posts.create(body={"text": words("On its way!"), "reply": {"in_reply_to_tweet_id": asked}})
    assert answered.data.id
    found = brand.posts.get_by_id(answered.data.id, post_fields=["conversation_id"], expansions=["referenced_posts"])
    assert found.data.conversation_id == asked


def test_every_mention_comes_whole(pretend, brand, customer):
    ids = {customer.posts.create(body={"text": words(f"@{pretend.handle} hello")}).data.id for _ in range(12)}
    pages = brand.users.get_mentions(
        pretend["X_BRAND_USER_ID"], max_results=5, post_fields=POST_FIELDS, expansions=["author_id"],
        user_fields=USER_FIELDS,
    )  # fmt: skip
    found = set()
    for page in pages:
        found |= {post.id for post in page.data or []}
        if ids <= found:
            break
    assert ids <= found


def test_search_finds_what_was_said(pretend, app, customer):
    word = words("fernweh").split()[0] + f"{next(NUMBERS)}x"
    ids = {customer.posts.create(body={"text": f"{word} {number}"}).data.id for number in range(3)}
    page = next(iter(app.posts.search_recent(query=word, max_results=10, post_fields=POST_FIELDS)))
    assert {post.id for post in page.data} == ids


def test_rules_are_added_listed_counted_and_deleted(app):
    word = f"zugvogel{next(NUMBERS)}"
    app.stream.update_rules(body={"add": [{"value": word, "tag": "ours"}]})
    rules = [rule for page in app.stream.get_rules() for rule in page.data or []]
    mine = next(rule for rule in rules if rule.value == word)
    assert mine.tag == "ours"
    assert app.stream.get_rule_counts().data
    app.stream.update_rules(body={"delete": {"ids": [mine.id]}})
    assert word not in [rule.value for page in app.stream.get_rules() for rule in page.data or []]


def test_the_stream_drops_no_post(pretend, app, customer):
    word = f"sturmvogel{next(NUMBERS)}"
    app.stream.update_rules(body={"add": [{"value": word}]})
    with Streamed(pretend) as came:
        texts = [f"{word} {number} {'long words ' * 20 * (number % 2)}".strip() for number in range(20)]
        sent = {customer.posts.create(body={"text": text}).data.id for text in texts}
        until(lambda: sent <= {line.data.id for line in came})


def test_private_messages_go_both_ways(pretend, brand, customer):
    us, them = pretend["X_BRAND_USER_ID"], pretend["X_CUSTOMER_USER_ID"]
    asked = customer.direct_messages.create_by_participant_id(us, body={"text": words("my number is 12")})
    told = brand.direct_messages.create_by_participant_id(them, body={"text": words("thank you")})
    page = next(iter(brand.direct_messages.get_events_by_participant_id(them, max_results=50)))
    assert {asked.data.dm_event_id, told.data.dm_event_id} <= {event.id for event in page.data}


def test_media_is_uploaded_described_and_posted(brand):
    begun = brand.media.initialize_upload(
        body={"media_type": "image/png", "total_bytes": len(PIXEL), "media_category": "tweet_image"}
    )
    media = begun.data.id
    brand.media.append_upload(media, body={"media": base64.b64encode(PIXEL).decode(), "segment_index": 0})
    assert brand.media.finalize_upload(media).data.id == media
    brand.media.create_metadata(body={"id": media, "metadata": {"alt_text": {"text": "One red pixel"}}})
    post = brand.posts.create(body={"text": words("Look"), "media": {"media_ids": [media]}})
    found = brand.posts.get_by_id(
        post.data.id, expansions=["attachments.media_keys"], media_fields=["alt_text", "type", "url"]
    )
    assert [item.alt_text for item in found.includes.media] == ["One red pixel"]


def words(text: str) -> str:
    """The same words never twice: X refuses them."""
    return f"{text} {next(NUMBERS)}"


class Streamed:
    """The stream, read by a thread of xdk's own making until the test has what it wants."""

    def __init__(self, pretend: Alone) -> None:
        self.client = Client(base_url=pretend.url, bearer_token=pretend["X_APP_BEARER"])
        self.came: list[Any] = []
        self.open = threading.Event()
        self.over = threading.Event()

    def __enter__(self) -> list[Any]:
        config = StreamConfig(max_retries=0, timeout=1.0, on_connect=self.open.set)
        lines = self.client.stream.posts(
            tweet_fields=TWEET_FIELDS, expansions=["author_id"], user_fields=USER_FIELDS, stream_config=config
        )
        self.thread = threading.Thread(target=self._read, args=(lines,), daemon=True)
        self.thread.start()
        assert self.open.wait(10), "the stream did not open"
        return self.came

    def _read(self, lines: Iterator[Any]) -> None:
        for line in lines:
            self.came.append(line)
            if self.over.is_set():
                return

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.client.session.close()
