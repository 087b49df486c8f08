"""Whose secret proves what: X moves from the consumer secret to the OAuth 2.0 client secret, and may use both."""

import base64
import hashlib
import hmac

from earful.sandbox.apps import App
from earful.sandbox.habits import Habits

HEADERS = {
    "consumer": "x-twitter-webhooks-signature",
    "client": "x-twitter-webhooks-signature-oauth2",
}


def signature(secret: str, message: bytes) -> str:
    """What only somebody who knows the secret can make of a message."""
    return "sha256=" + base64.b64encode(hmac.digest(secret.encode(), message, hashlib.sha256)).decode()


def signatures(app: App, habits: Habits, message: bytes) -> dict[str, str]:
    """The headers that prove a message: one, or both while X moves."""
    secrets = {"consumer": app.consumer_secret, "client": app.client_secret}
    used = HEADERS if habits.signatures == "both" else {habits.signatures}
    return {HEADERS[which]: signature(secrets[which], message) for which in used}
