"""Which article answers a conversation: how often each was sent, for what, and what it says.

`reading` makes words of texts and addresses, `matching` compares them, `index` ranks the articles of a brand and says
why, `weights` are what each part counts for, and are learned from what agents sent.
"""
