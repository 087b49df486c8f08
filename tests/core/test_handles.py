"""Mentions, lists, hashtags, cashtags and whom a text replies to: the published conformance cases."""

import pytest

from core.conformance import cases, wrong
from earful.core.handles import find_cashtags, find_hashtags, find_lists, find_mentions, replied_to


@pytest.mark.parametrize(
    ("group", "find"),
    [
        ("mentions", find_mentions),
        ("hashtags", find_hashtags),
        ("hashtags_from_astral", find_hashtags),
        ("cashtags", find_cashtags),
    ],
)
def test_names_are_found_as_the_conformance_cases_say(group, find):
    wanted = {case["text"]: case["expected"] for case in cases("extract.yml", group)}
    assert not wrong({text: [found.text for found in find(text)] for text in wanted}, wanted)


@pytest.mark.parametrize(
    ("group", "key", "find"),
    [
        ("mentions_with_indices", "screen_name", find_mentions),
        ("hashtags_with_indices", "hashtag", find_hashtags),
        ("cashtags_with_indices", "cashtag", find_cashtags),
    ],
)
def test_names_stand_where_the_conformance_cases_say(group, key, find):
    wanted = {case["text"]: [(e[key], *e["indices"]) for e in case["expected"]] for case in cases("extract.yml", group)}
    assert not wrong({text: [(f.text, f.start, f.end) for f in find(text)] for text in wanted}, wanted)


def test_lists_are_told_from_mentions_as_the_conformance_cases_say():
    wanted = {
        case["text"]: [(e["screen_name"] + e["list_slug"], *e["indices"]) for e in case["expected"]]
        for case in cases("extract.yml", "mentions_or_lists_with_indices")
    }
    found = {
        text: sorted([(f.text, f.start, f.end) for f in find_mentions(text) + find_lists(text)], key=lambda f: f[1])
        for text in wanted
    }
    assert not wrong(found, wanted)


def test_a_reply_turns_to_whom_the_conformance_cases_say():
    wanted = {case["text"]: case["expected"] for case in cases("extract.yml", "replies")}
    assert not wrong({text: replied_to(text) for text in wanted}, wanted)


@pytest.mark.parametrize(
    ("group", "find"), [("usernames", find_mentions), ("lists", find_lists), ("hashtags", find_hashtags)]
)
def test_a_whole_text_is_one_name_when_the_conformance_cases_say_so(group, find):
    wanted = {case["text"]: case["expected"] for case in cases("validate.yml", group)}
    found = {text: [(f.start, f.end) for f in find(text)] == [(0, len(text))] for text in wanted}
    assert not wrong(found, wanted)


def test_a_hashtag_inside_a_link_is_none():
    assert [tag.text for tag in find_hashtags("https://kettle.com/#spare #kettle")] == ["kettle"]


@pytest.mark.parametrize("piece", ["@", "#", "$", "#1", "@a", "RT@", "#a a.co ", "$A ", "＃"])
def test_a_hostile_text_of_a_hundred_thousand_signs_comes_to_an_end(piece):
    text = piece * (100_000 // len(piece))
    for find in (find_mentions, find_lists, find_hashtags, find_cashtags):
        assert all(found.text in text for found in find(text)[:10])
