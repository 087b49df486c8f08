"""Accounts on the pretend X: brands and customers. What programs may do for them is in `grants`."""

import re
import sqlite3
from dataclasses import dataclass
from typing import Literal

import msgspec

from earful.sandbox.numerals import Count, Seconds
from earful.sandbox.snowflake import Snowflakes
from earful.sandbox.store import Store

Kind = Literal["brand", "customer"]
HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
LIKELY_FOLLOWERS = 120


class Options(msgspec.Struct, frozen=True, omit_defaults=True):
    """A brand's switches: what X leaves undecided, or ties to the contract; and what else a profile shows.

    `window_s` is the length of the 15-minute limits in seconds (longer ones shrink with it); `limits`
    replaces the 15-minute count of an operation, named like "POST /2/tweets"; `deletes` sends deletions on
    the stream; `post_limit` is the weighted length of a post; with `implicit_summons` a mention that a reply only
    carries along lets a program answer. `badge` is what a verified account wears, `location` is as the person
    writes it, `following` how many accounts they follow, `listed` how many lists hold them.
    """

    vocabulary: Literal["tweet", "post", "both"] = "tweet"
    tier: Literal["self-serve", "enterprise"] = "self-serve"
    deletes: bool = False
    window_s: float = 900.0
    limits: dict[str, int] = {}
    post_limit: int = 280
    implicit_summons: bool = False
    badge: Literal["blue", "business", "government"] = "blue"
    location: str = ""
    following: int = 0
    listed: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """One account."""

    id: int
    username: str
    name: str
    kind: Kind
    bio: str
    followers: int
    verified: bool
    options: Options

    @property
    def brand(self) -> bool:
        """Whether it is one of ours, as opposed to a customer's."""
        return self.kind == "brand"


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wanted of an account; None leaves what it has (or takes the usual)."""

    username: str
    name: str | None = None
    kind: Kind | None = None
    followers: Count | None = None
    bio: str | None = None
    verified: bool | None = None
    vocabulary: Literal["tweet", "post", "both"] | None = None
    tier: Literal["self-serve", "enterprise"] | None = None
    deletes: bool | None = None
    window_s: Seconds | None = None
    limits: dict[str, Count] | None = None
    post_limit: Count | None = None
    implicit_summons: bool | None = None
    badge: Literal["blue", "business", "government"] | None = None
    location: str | None = None
    following: Count | None = None
    listed: Count | None = None


class Accounts:
    """Everybody on the pretend X."""

    def __init__(self, store: Store, ids: Snowflakes) -> None:
        self.store = store
        self.ids = ids

    def put(self, wanted: Profile) -> tuple[Account | None, Account]:
        """Create the account, or bring it to what is wanted; what it was before, None for a new one, and what it is
        now. Raises ValueError for an impossible handle.
        """
        handle = proper_handle(wanted.username)
        with self.store.together():
            before = self.named(handle)
            account = before or self._create(handle)
            self._save(account, wanted)
            return before, self.known(account.id)

    def rename(self, account: Account, username: str) -> Account:
        """Give an account another handle. Raises ValueError for one that cannot be, or that somebody has."""
        handle = proper_handle(username)
        holder = self.named(handle)
        if holder and holder.id != account.id:
            raise ValueError(f"@{handle} is somebody else's already.")
        self.store.write(
            "UPDATE accounts SET username = ?, folded = ? WHERE id = ?", handle, handle.lower(), account.id
        )
        return self.known(account.id)

    def named_or_new(self, username: str) -> Account:
        """The account of a handle, made on the fly as a customer's if nobody has it yet."""
        return self.named(username) or self.put(Profile(username=username))[1]

    def known(self, account: int) -> Account:
        """The account with an id that certainly exists."""
        found = self.find(account)
        if found is None:
            raise LookupError(f"no account {account}")
        return found

    def find(self, account: int) -> Account | None:
        """The account with an id."""
        return _account(self.store.row("SELECT * FROM accounts WHERE id = ?", account))

    def named(self, username: str) -> Account | None:
        """The account with a handle, in whatever case it is written."""
        folded = username.removeprefix("@").lower()
        return _account(self.store.row("SELECT * FROM accounts WHERE folded = ?", folded))

    def newest(self, size: int) -> list[Account]:
        """The newest accounts, brands before customers."""
        rows = self.store.rows("SELECT * FROM accounts ORDER BY kind, id DESC LIMIT ?", size)
        return [account for row in rows if (account := _account(row))]

    def like(self, words: str, before: int, most: int) -> list[Account]:
        """Accounts with words in their handle or their name, newest first."""
        question = (
            "SELECT * FROM accounts WHERE id < ?1 AND (instr(folded, ?2) OR instr(lower(name), ?2))"
            " ORDER BY id DESC LIMIT ?3"
        )
        rows = self.store.rows(question, before, words.lower(), most)
        return [account for row in rows if (account := _account(row))]

    def brands(self) -> list[Account]:
        """All brands, oldest first."""
        rows = self.store.rows("SELECT * FROM accounts WHERE kind = 'brand' ORDER BY id")
        return [account for row in rows if (account := _account(row))]

    def _create(self, handle: str) -> Account:
        blank = Account(self.ids.next(), handle, handle, "customer", "", LIKELY_FOLLOWERS, False, Options())
        self.store.write(
            "INSERT INTO accounts (id, username, folded, name, kind, bio, followers, verified, options)"
            " VALUES (?, ?, ?, ?, 'customer', '', ?, 0, '{}')",
            blank.id, handle, handle.lower(), handle, LIKELY_FOLLOWERS,
        )  # fmt: skip
        return blank

    def _save(self, account: Account, wanted: Profile) -> None:
        self.store.write(
            "UPDATE accounts SET name = ?, kind = ?, bio = ?, followers = ?, verified = ?, options = ? WHERE id = ?",
            account.name if wanted.name is None else wanted.name,
            wanted.kind or account.kind,
            account.bio if wanted.bio is None else wanted.bio,
            account.followers if wanted.followers is None else wanted.followers,
            int(account.verified if wanted.verified is None else wanted.verified),
            msgspec.json.encode(_options(account.options, wanted)).decode(),
            account.id,
        )


def proper_handle(username: str) -> str:
    """A handle without its "@". Raises ValueError unless it is 1 to 15 letters, digits or underscores."""
    handle = username.strip().removeprefix("@")
    if not HANDLE.fullmatch(handle):
        raise ValueError(f"'{username}' cannot be a handle: 1 to 15 letters (a to z), digits or underscores.")
    return handle


def _options(had: Options, wanted: Profile) -> Options:
    given = {name: getattr(wanted, name) for name in Options.__struct_fields__}
    return msgspec.structs.replace(had, **{name: value for name, value in given.items() if value is not None})


def _account(row: sqlite3.Row | None) -> Account | None:
    if row is None:
        return None
    return Account(
        id=row["id"],
        username=row["username"],
        name=row["name"],
        kind=row["kind"],
        bio=row["bio"],
        followers=row["followers"],
        verified=bool(row["verified"]),
        options=msgspec.json.decode(row["options"], type=Options),
    )
