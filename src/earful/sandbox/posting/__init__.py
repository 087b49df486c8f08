"""Posting through the API: `bodies` is what may be asked for, `writing` carries it out, `answering` says whom one may
answer, `editing` what may still be changed, `hiding` which answers are shown.
"""
