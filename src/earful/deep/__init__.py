"""The second look, optional: a small transformer over the heads of triage, for the posts that the first stage is least
sure of.

MiniLM-L6 (Wang and others 2020; the weights are all-MiniLM-L6-v2, Apache-2.0) reads a post, a linear head for each
question answers. It is made on the desk's own machine (`teaching`, `learning`, `encoder`), kept as whole numbers of
eight bits in an ONNX graph (`graph`), and asked by `model`. What it needs beyond the desk is the extra `deep`; `needed`
says whether that is here.
"""
