"""Requests signed by OAuth 1.0a (RFC 5849, HMAC-SHA1): the consumer's pair and the account's pair over method, address,
parameters and form. Bodies of other kinds, multipart ones among them, are not signed (section 3.4.1.3.1).
"""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from oauthlib.oauth1 import Client

from earful.core.connector import Account, Request

FORM = "application/x-www-form-urlencoded"


def signature(account: Account, request: Request, url: str) -> str:
    """The Authorization header of a request to `url`, made as the account."""
    client = Client(
        account.consumer_key,
        client_secret=account.consumer_secret,
        resource_owner_key=account.user_token,
        resource_owner_secret=account.user_secret,
    )
    signed = request.form is not None and not request.uploads
    body, headers = (_escaped(request.form or {}), {"Content-Type": FORM}) if signed else (None, {})
    asked = f"{url}?{_escaped(request.params)}" if request.params else url
    _, headers, _ = client.sign(asked, http_method=request.method, body=body, headers=headers)
    return str(headers["Authorization"])


def _escaped(pairs: Mapping[str, str]) -> str:
    # oauthlib reads the address strictly: everything that may be escaped is. What is signed is the same either way.
    return urlencode(pairs, quote_via=quote, safe="~")
