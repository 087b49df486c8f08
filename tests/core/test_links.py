"""What counts as a link: the published conformance cases, the domain list, and texts made to hurt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.conformance import HOSTILE, PIECES, cases, wrong
from earful.core.addresses import is_web_address
from earful.core.links import find_links


def test_links_are_found_as_the_conformance_cases_say():
    wanted = {case["text"]: case["expected"] for case in cases("extract.yml", "urls", "tco_urls_with_params")}
    found = {text: [link.text for link in find_links(text)] for text in wanted}
    assert not wrong(found, wanted)


def test_links_stand_where_the_conformance_cases_say():
    groups = cases("extract.yml", "urls_with_indices", "urls_with_directional_markers")
    wanted = {case["text"]: [(e["url"], *e["indices"]) for e in case["expected"]] for case in groups}
    found = {text: [(link.text, link.start, link.end) for link in find_links(text)] for text in wanted}
    assert not wrong(found, wanted)


@pytest.mark.parametrize("group", ["country", "generic"])
def test_every_top_level_domain_of_the_conformance_list_makes_a_link(group):
    wanted = {case["text"]: case["expected"] for case in cases("tlds.yml", group)}
    found = {text: [link.text for link in find_links(text)] for text in wanted}
    assert not wrong(found, wanted)


@pytest.mark.parametrize("name", ["music", "kids", "spa", "merck", "amazon", "hotel", "アマゾン"])
def test_a_top_level_domain_younger_than_the_conformance_list_makes_a_link(name):
    assert [link.text for link in find_links(f"See shop.{name}/sale now")] == [f"shop.{name}/sale"]


@pytest.mark.parametrize("group", ["urls", "urls_without_protocol"])
def test_addresses_are_valid_as_the_conformance_cases_say(group):
    wanted = {case["text"]: case["expected"] for case in cases("validate.yml", group)}
    found = {text: is_web_address(text, bare=group == "urls_without_protocol") for text in wanted}
    assert not wrong(found, wanted)


@pytest.mark.parametrize(
    "text",
    [
        "Write to help@kettle-shop.com please",
        "@kettle.com #kettle.com $kettle.com",
        "Version 1.2.3, e.g. the one of 12.5.",
        "Well...thanks.Bye",
        "and/or.com is no address after a slash: and/example.com",
    ],
)
def test_what_only_looks_like_an_address_is_no_link(text):
    assert not any("@" in link.text or not link.text.startswith("or.com") for link in find_links(text))


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Look (https://kettle.com/a_(b)_(c)) here", "https://kettle.com/a_(b)_(c)"),
        ("It is on kettle.com.", "kettle.com"),
        ("Is it kettle.com?", "kettle.com"),
        ("„https://kettle.com/spare,“ she said", "https://kettle.com/spare"),
        ("HTTPS://KETTLE.COM/Spare", "HTTPS://KETTLE.COM/Spare"),
        ("Auf ökokettle.de gelesen", "ökokettle.de"),
        ("ökokettle.de", "kokettle.de"),  # as X has it, at the very beginning of a text only
        ("kettle.com:8080/spare?x=1#y", "kettle.com:8080/spare?x=1#y"),
        ("https://xn--fsq.xn--0zwm56d/a", "https://xn--fsq.xn--0zwm56d/a"),
    ],
)
def test_a_link_ends_where_its_reader_would_end_it(text, link):
    assert [found.text for found in find_links(text)] == [link]


def test_only_links_that_name_a_protocol_are_found_when_bare_ones_do_not_count():
    text = "kettle.com or https://kettle.com"
    assert [link.text for link in find_links(text, bare=False)] == ["https://kettle.com"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_of_a_hundred_thousand_signs_comes_to_an_end(piece):
    text = piece * (100_000 // len(piece))
    assert all(text[link.start : link.end] == link.text for link in find_links(text))


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_links_lie_in_order_inside_the_text_and_never_overlap(text):
    end = 0
    for link in find_links(text):
        assert end <= link.start < link.end <= len(text)
        assert text[link.start : link.end] == link.text
        end = link.end


@given(st.text(alphabet=st.sampled_from("ab.-_/:日 ")), st.sampled_from(["https://kettle.com/x", "kettle.com"]))
def test_a_link_between_blanks_is_always_found(around, link):
    assert link in [found.text for found in find_links(f"{around} {link} {around}")]
