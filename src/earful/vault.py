"""Secrets sealed at rest. What goes into the database is a Fernet token; the key never does.

The key is a setting (EARFUL_VAULT_KEY, or a file in the data folder that only we can read). Several keys,
comma between: the first seals, all open, so that a key can be changed without a gap.
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unopenable(Exception):
    """A sealed secret that none of the keys opens: the key file was lost or changed."""


def seal(secret: str) -> str:
    """`secret` as a token that is safe to store; an empty secret stays empty."""
    return _keys(settings.VAULT_KEY).encrypt(secret.encode()).decode() if secret else ""


def unseal(token: str) -> str:
    """The secret inside a sealed token; raises Unopenable when no key fits."""
    if not token:
        return ""
    try:
        return _keys(settings.VAULT_KEY).decrypt(token.encode()).decode()
    except InvalidToken:
        raise Unopenable(
            "A stored access token cannot be opened with the present vault key. Put the old key back "
            "(EARFUL_VAULT_KEY or vault.key in the data folder), or link the account again."
        ) from None


@lru_cache(maxsize=4)
def _keys(secrets: str) -> MultiFernet:
    return MultiFernet([Fernet(_fernet_key(key)) for key in secrets.split(",") if key])


def _fernet_key(secret: str) -> bytes:
    """Fernet wants exactly 32 bytes; any long random secret is brought to that by SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())
