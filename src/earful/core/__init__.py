"""The ground floor: pure rules and values. No Django, no I/O, no clock, no dice; time is an argument."""
