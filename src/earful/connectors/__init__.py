"""One room a network. A connector says what to ask and what an answer means; `wire` alone talks."""
