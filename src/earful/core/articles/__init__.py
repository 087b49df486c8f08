"""Which article answers a conversation: how often each was sent, for what, and what it says.

`reading` makes words of texts and addresses, `matching` compares them, `shelf` holds what speaks for each article of a
brand, `suggesting` ranks them and says why, `weights` are what each part counts for, and are learned from what agents
sent.
"""
