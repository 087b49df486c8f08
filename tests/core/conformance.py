"""The published conformance cases of twitter-text, and pieces to make unpleasant texts of."""

import string

import yaml

from shared import shared


def cases(file: str, *groups: str) -> list[dict]:
    """The cases of some groups of a conformance file."""
    tests = yaml.load(shared("contracts", "twitter-text", file).read_bytes(), yaml.CSafeLoader)["tests"]
    return [case for group in groups for case in tests[group]]


def wrong(found: dict[str, object], wanted: dict[str, object]) -> dict[str, object]:
    """What was found otherwise than wanted, by text: (found, wanted)."""
    return {text: (found[text], wanted[text]) for text in wanted if found[text] != wanted[text]}


# Repeated, each of these has made some counter or finder of links hang.
HOSTILE = [
    "a.",
    "(",
    "http://",
    ".",
    "-",
    "@",
    "a.com",
    "a.co/(",
    "http://a.b_",
    "日.",
    "日本com.",
    "a.co?!",
    "://",
    "_.-",
]

PIECES = [*string.punctuation, *"aZ0日é \n\u202a", "http://", "com", ".co", "t.co/"]
