"""Duties: what a network may demand of those who keep what was said on it, done every night without being asked."""
