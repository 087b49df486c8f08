"""Earful: the desk for customers who speak up in public."""

__version__ = "0.1.0"
