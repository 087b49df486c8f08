"""Spikes: suspected incidents, found in what was heard, told once, judged by people."""
