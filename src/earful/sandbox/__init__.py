"""A pretend X: the part of X's API v2 that the desk uses, with its own storage, in a process of its own.

Start reading in `app.py` (what is put together), then `operations.py` (the API as a table) and `gate.py`
(what every call passes through). `control.py` is the practice desk's own door, `pages.py` what people see in
a browser. Nothing in here reaches another machine.
"""
