"""The pretend X's own page: what it keeps, whom it serves, what that cost, and what can be made to go wrong.

`pages` is the page and its forms; what stands in its tables comes from `people`, `ears`, `bills` and `mishaps`.
"""
