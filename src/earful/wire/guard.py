"""Addresses that we must not reach: a token never travels in clear text except to this very machine."""

from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Forbidden(Exception):  # named by what it says, as the errors of core.connector are
    """An address in a setting that we will not talk to; the message says what would be allowed."""


def checked(url: str) -> str:
    """`url`, if it is https, or http to this machine (the pretend X); raises Forbidden otherwise."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise Forbidden(f"{url!r} is not an address: {error}.") from error
    if parts.scheme == "https" and host:
        return url
    if parts.scheme == "http" and host in LOOPBACK:
        return url
    raise Forbidden(f"{url!r} is not allowed: channels speak https, or http to this machine alone.")
