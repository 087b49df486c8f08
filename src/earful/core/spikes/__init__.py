"""Spikes: much more people than usual speak of the same thing. Pure: voices, counts and the moment come in, what is
unusual comes out, with its reason in words.
"""
