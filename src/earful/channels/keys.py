"""The keys of our app at a network, and how keys are sealed: several that belong together, as one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec

from earful.core.connector import Account
from earful.core.linking import Grant
from earful.vault import Unopenable, seal, unseal

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AppKeys:
    """What our app proves itself with to a network; a key that we do not have is ""."""

    app_token: str = field(default="", repr=False)
    consumer_key: str = field(default="", repr=False)
    consumer_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)

    @property
    def fetches(self) -> bool:
        """Whether the network can be asked for the token of our app alone."""
        return bool(self.consumer_key and self.consumer_secret)

    @property
    def lacks_token(self) -> bool:
        """Whether it is to be asked for."""
        return self.fetches and not self.app_token

    @classmethod
    def of(cls, account: Account) -> AppKeys:
        return cls(**{name: getattr(account, name) for name in cls.__slots__})

    def on(self, account: Account) -> Account:
        """The account with these keys."""
        return replace(account, **{name: getattr(self, name) for name in self.__slots__})


def sealed(keys: AppKeys | Grant) -> str:
    """The keys in one sealed token."""
    return seal(msgspec.json.encode(keys).decode())


def opened(token: str, shape: type[T]) -> T | None:
    """The keys in a sealed token, None for an empty one; raises vault.Unopenable."""
    if not token:
        return None
    try:
        return msgspec.json.decode(unseal(token), type=shape)
    except msgspec.MsgspecError as error:
        raise Unopenable("What is sealed here are not the keys of a channel: link the account again.") from error
