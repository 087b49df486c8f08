"""How the pretend X behaves towards one app where X's word and X's deed differ, or where a desk wants to practise.

Habits are kept with everything else, so that they outlive a restart.
"""

from typing import Annotated, Literal

import msgspec

from earful.sandbox.numerals import Seconds, Share
from earful.sandbox.store import Store


class Habits(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The switches of one app. Times are in seconds; shares go from 0 to 1.

    On its streams:
    - `second_connection`: what becomes of one connection too many (X's pages say both)
    - `delay_s`, `jitter_s`: every line comes that much later, and up to that much more by chance: out of order
    - `shuffle`: so many lines gather and go out in any order; `duplicates`: the share of events told twice
    - `split`: every line goes out in two parts, cut inside a character where it has one of several bytes
    - `slow_reader_told`: a reader dropped for slowness is told why, if it ever reads that far
    - `zombies`: a client that goes away is not noticed: its connection stays until it is kicked
    - `rule_lag_s`: how long a changed rule takes to be in force; None takes the world's own
    - `activity_backfill`: whether a self-serve app may ask the Activity stream for what it missed

    On its webhooks:
    - `crc_every_s`: the rhythm of the challenge; `timeout_s`: how long an answer may take
    - `retries`, `retry_after_s`: how often a delivery that failed is tried again, and when first (then twice as late)
    - `replay_after_s`: how old the end of a replay must be at least
    - `signatures`: by the consumer secret, by the OAuth 2.0 client secret, or both headers at once
    """

    second_connection: Literal["refuse", "replace"] = "refuse"
    delay_s: Seconds = 0.0
    jitter_s: Seconds = 0.0
    shuffle: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    duplicates: Share = 0.0
    split: bool = False
    slow_reader_told: bool = False
    zombies: bool = False
    rule_lag_s: Seconds | None = None
    activity_backfill: bool = False
    crc_every_s: Seconds = 3600.0
    timeout_s: Seconds = 10.0
    retries: Annotated[int, msgspec.Meta(ge=0, le=100)] = 3
    retry_after_s: Seconds = 1.0
    replay_after_s: Seconds = 600.0
    signatures: Literal["consumer", "client", "both"] = "consumer"


class HabitsOfApps:
    """Every app's habits, remembered once read."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.known: dict[int, Habits] = {}

    def of(self, app: int) -> Habits:
        """An app's habits."""
        if app not in self.known:
            self.known[app] = msgspec.json.decode(self.store.recall(_note(app)) or "{}", type=Habits)
        return self.known[app]

    def put(self, app: int, habits: Habits) -> None:
        """Let an app be treated so from now on."""
        self.store.remember(_note(app), msgspec.json.encode(habits).decode())
        self.known[app] = habits


def _note(app: int) -> str:
    return f"habits:{app}"
