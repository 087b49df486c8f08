"""Channels: our accounts on the networks, how to speak as them, and how well we hear them."""
