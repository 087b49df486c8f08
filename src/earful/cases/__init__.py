"""Cases: the unit of work, with one owner, its conversation, and an event for every change."""
