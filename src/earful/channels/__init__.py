"""Channels: our accounts on the networks, how to speak as them, and how well we hear them."""

from datetime import timedelta
from typing import Final

SILENT_AFTER: Final = timedelta(minutes=3)
"""How long without a sign of life makes an ear silent: a held stream has a heartbeat every 20 s, a poll answers
every minute. It stands here so that the command line can read it without Django.
"""
