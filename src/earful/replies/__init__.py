"""Replies: written, checked, queued, delivered exactly once, and never called sent before the network says
so.
"""
