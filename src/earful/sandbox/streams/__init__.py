"""Connections that the pretend X holds open and writes into: the filtered stream, and everything that streams share.

Start reading in `connection.py` (one connection), then `connections.py` (all of them) and `filtered.py`.
"""
