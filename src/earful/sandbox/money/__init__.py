"""What X charges and what it holds back: `billing` says what a call costs, `prices` by which table, `ledger` keeps it.

`terms` are an app's own, `caps` end what it may do, `spent` is what X then says. `usage` is X's word on it,
`accounting` the practice door's.
"""
