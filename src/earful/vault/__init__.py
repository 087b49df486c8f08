"""Secrets sealed at rest. What goes into the database is a Fernet token; the key never does.

The key is a setting (EARFUL_VAULT_KEY), or a file in the data folder that only we can read. Several keys,
comma between: the first seals, all open, so that a key can be changed without a gap (`vault.rotating`).
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken

from earful.vault.keys import present


class Unopenable(Exception):
    """A sealed secret that none of the keys opens: the key file was lost or changed."""


def seal(secret: str) -> str:
    """`secret` as a token that is safe to store; an empty secret stays empty."""
    return _fernet(present()[0]).encrypt(secret.encode()).decode() if secret else ""


def unseal(token: str) -> str:
    """The secret inside a sealed token; raises Unopenable when no key fits."""
    return opened(token)[0] if token else ""


def opened(token: str) -> tuple[str, int]:
    """The secret inside a sealed token, and which of the keys opened it, the sealing one being 0; raises Unopenable."""
    for number, key in enumerate(present()):
        try:
            return _fernet(key).decrypt(token.encode()).decode(), number
        except InvalidToken:
            continue
    raise Unopenable(
        "A stored access token cannot be opened with the present vault key. Put the old key back "
        "(EARFUL_VAULT_KEY or vault.key in the data folder), or link the account again."
    )


@lru_cache(maxsize=8)
def _fernet(secret: str) -> Fernet:
    """Fernet wants exactly 32 bytes; any long random secret is brought to that by SHA-256."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))
