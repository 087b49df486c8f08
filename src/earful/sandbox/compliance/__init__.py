"""What must no longer be shown, as X tells it: `fates` remembers what befell posts and accounts.

`streams` tells it as it happens (Enterprise); `batch` answers for ids that were handed in: `jobs` keeps the questions,
`verdicts` answers them, `handover` takes the ids and gives the answers at addresses that need no token.
"""
