"""Scenarios: small worlds by name, for a test or a person who wants something to have happened already.

Pure but for the stage: a story only tells steps, and the same seed tells the same steps. `stories` is the table,
`stage` plays one. Loading the same story with the same seed again changes nothing.
"""
