"""How this desk judges: the model in force, what people corrected, and what was learned from that."""
