"""Named signs in a text: which there are, which a text fires, and by which words.

Deterministic, and all data: `names.toml` has the signals with their weights, `words/` what they are told by.
"""

from earful.core.triage.signals.book import Signal, by_name, signals
from earful.core.triage.signals.plain import READ_AT_MOST, plain
from earful.core.triage.signals.reading import Fired, fired, names

__all__ = ["READ_AT_MOST", "Fired", "Signal", "by_name", "fired", "names", "plain", "signals"]
