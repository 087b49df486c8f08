"""The ledger: what was spent on each network, on what, and what a month may cost."""
