"""The screen where agents work: inbox, case, composer, channels."""
