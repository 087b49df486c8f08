"""The Activity API: what happens to and by an account, told to the apps that subscribed to it.

Start reading in `kinds.py` (what may be subscribed to), then `subscriptions.py`, `happening.py` (what is told, and
to whom) and `payloads.py` (in which words).
"""
