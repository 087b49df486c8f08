"""People: the agents who answer, and the contacts who write, with their accounts on the networks."""
