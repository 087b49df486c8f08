"""Hooks: the doors at which networks call. No page, no session, no form: what comes is signed, or is turned away."""
