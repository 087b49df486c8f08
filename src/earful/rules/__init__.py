"""Listening rules: saved queries that find posts which do not mention us."""
