"""Addresses that we must not reach: a token never travels in clear text except to this very machine."""

from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Forbidden(Exception):
    """An address that a setting names and that we will not talk to; the message says what would be allowed."""


def checked(url: str) -> str:
    """`url`, if it is https, or http to this machine (the pretend X); raises Forbidden otherwise."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return url
    raise Forbidden(f"{url!r} is not allowed: channels speak https, or http to this machine alone.")
