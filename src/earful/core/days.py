"""Days as networks bill by them and as the desk counts: those of UTC, wherever it stands."""

from datetime import UTC, date, datetime


def utc_day(moment: datetime) -> date:
    """The day of a moment, by UTC."""
    # Most moments are of UTC already, and this is asked of every line of the ledger.
    return moment.date() if moment.tzinfo is UTC else moment.astimezone(UTC).date()
