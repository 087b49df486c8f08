"""tweepy, which many know, led to the pretend X: its hosts are written into it, so its sessions are turned to ours."""

import threading
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import tweepy

from referees.alone import Alone, until
from referees.browsing import approve

NUMBERS = count(1)
HOSTS = ("https://api.twitter.com", "https://api.x.com", "https://twitter.com", "https://x.com")


class Turned(requests.adapters.HTTPAdapter):
    """Sends what is meant for X to the pretend X."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.url = self.url + parts.path + (f"?{parts.query}" if parts.query else "")
        return super().send(request, **how)


def turned(client: Any, pretend: Alone) -> Any:
    for host in HOSTS:
        client.session.mount(host, Turned(pretend.url))
    return client


@pytest.fixture
def app(pretend: Alone) -> tweepy.Client:
    return turned(tweepy.Client(bearer_token=pretend["X_APP_BEARER"], return_type=dict), pretend)


@pytest.fixture
def brand(pretend: Alone) -> tweepy.Client:
    """Signed by OAuth 1.0a, as tweepy does for whoever acts."""
    return turned(
        tweepy.Client(
            consumer_key=pretend["X_CONSUMER_KEY"], consumer_secret=pretend["X_CONSUMER_SECRET"],
            access_token=pretend["X_OAUTH1_TOKEN"], access_token_secret=pretend["X_OAUTH1_SECRET"], return_type=dict,
        ),
        pretend,
    )  # fmt: skip


@pytest.fixture
def customer(pretend: Alone) -> tweepy.Client:
    """By an OAuth 2.0 token, which tweepy shows as a bearer."""
    return turned(tweepy.Client(bearer_token=pretend["X_CUSTOMER_TOKEN"], return_type=dict), pretend)


def test_it_links_by_pkce(pretend, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    door = tweepy.OAuth2UserHandler(
        client_id=pretend["X_CLIENT_ID"], client_secret=pretend["X_CLIENT_SECRET"],
        redirect_uri="http://127.0.0.1/callback", scope=["tweet.read", "users.read", "offline.access"],
    )  # fmt: skip
    for host in HOSTS:
        door.mount(host, Turned(pretend.url))
    address = door.get_authorization_url()
    code = approve(pretend, pretend.url + "/i/oauth2/authorize?" + urlsplit(address).query)
    state = dict(pair.split("=") for pair in urlsplit(address).query.split("&"))["state"]
    token = door.fetch_token(f"http://127.0.0.1/callback?code={code}&state={state}")
    assert token["access_token"]


def test_it_says_who_it_is_by_a_signature(pretend, brand):
    assert brand.get_me(user_auth=True)["data"]["id"] == pretend["X_BRAND_USER_ID"]


def test_it_posts_answers_and_deletes(pretend, brand, customer):
    asked = customer.create_tweet(text=words(f"@{pretend.handle} my line is dead"), user_auth=False)["data"]["id"]
    answered = brand.create_tweet(text=words("We look at it"), in_reply_to_tweet_id=asked)["data"]["id"]
    shown = brand.get_tweet(answered, tweet_fields=["conversation_id"], user_auth=True)["data"]
    assert shown["conversation_id"] == asked
    assert brand.delete_tweet(answered)["data"]["deleted"]


def test_every_mention_comes(pretend, brand, customer):
    ids = {
        customer.create_tweet(text=words(f"@{pretend.handle} hello"), user_auth=False)["data"]["id"] for _ in range(7)
    }
    pages = tweepy.Paginator(
        brand.get_users_mentions, pretend["X_BRAND_USER_ID"], max_results=5, user_auth=True,
        tweet_fields=["created_at", "public_metrics"], expansions=["author_id"],
    )  # fmt: skip
    found = {post["id"] for page in pages for post in page.get("data", [])}
    assert ids <= found


def test_search_finds_what_was_said(app, customer):
    word = f"wanderfalke{next(NUMBERS)}"
    ids = {customer.create_tweet(text=f"{word} {n}", user_auth=False)["data"]["id"] for n in range(3)}
    assert {post["id"] for post in app.search_recent_tweets(word)["data"]} == ids


def test_the_stream_drops_no_post(pretend, customer):
    word, came, opened = f"eisvogel{next(NUMBERS)}", list[str](), threading.Event()

    class Listening(tweepy.StreamingClient):
        def on_connect(self) -> None:
            opened.set()

        def on_tweet(self, tweet: tweepy.Tweet) -> None:
            came.append(str(tweet.id))

    stream = turned(Listening(pretend["X_APP_BEARER"], max_retries=0), pretend)
    stream.add_rules(tweepy.StreamRule(word, tag="ours"))
    thread = stream.filter(threaded=True, tweet_fields=["public_metrics", "author_id"], expansions=["author_id"])
    try:
        assert opened.wait(10)
        ids = {customer.create_tweet(text=f"{word} {n}", user_auth=False)["data"]["id"] for n in range(10)}
        until(lambda: ids <= set(came))
        rules = stream.get_rules().data
        stream.delete_rules([rule.id for rule in rules if rule.value == word])
    finally:
        stream.disconnect()
        pretend.control.post(f"/pretend/stream/{pretend.handle}/cut")
        thread.join(10)


def test_private_messages_go_both_ways(pretend, brand, customer):
    us, them = pretend["X_BRAND_USER_ID"], pretend["X_CUSTOMER_USER_ID"]
    asked = customer.create_direct_message(participant_id=us, text=words("psst"), user_auth=False)
    told = brand.create_direct_message(participant_id=them, text=words("yes?"))
    events = brand.get_direct_message_events(participant_id=them, user_auth=True)["data"]
    assert {asked["data"]["dm_event_id"], told["data"]["dm_event_id"]} <= {event["id"] for event in events}


def test_a_file_uploaded_by_another_hand_is_posted(pretend, brand):
    from referees.test_xdk import PIXEL

    sent = pretend.brand.post(
        "/2/media/upload", data={"media_category": "tweet_image", "media_type": "image/png"},
        files={"media": ("pixel.png", PIXEL, "image/png")},
    )  # fmt: skip
    assert sent.status_code == 200, sent.text
    assert brand.create_tweet(text=words("Look"), media_ids=[sent.json()["data"]["id"]])["data"]["id"]


def words(text: str) -> str:
    """The same words never twice: X refuses them."""
    return f"{text}, says tweepy {next(NUMBERS)}"
