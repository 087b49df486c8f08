"""Webhooks: addresses that the pretend X calls, once they proved to be the app's own.

Start reading in `webhooks.py` (what is kept), then `registering.py` (the API), `challenge.py` (the proof),
`deliveries.py` (the events) and `calling.py`, the one place here that speaks HTTP to somebody: to this machine alone.
"""
