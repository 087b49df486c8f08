"""What of a rule is answered here, and what is left of it without the network."""

import pytest

from earful.core.language.local import answered_here, only_network, relaxed
from earful.core.language.parser import parse
from earful.core.language.printer import show


@pytest.mark.parametrize(
    ("rule", "only"),
    [
        ("cat", []),
        ("cat sample:100", []),
        ("cat sample:10 (list:5 OR dog)", ["sample:10", "list:5"]),
        ("(list:5 cat) OR (list:5 dog) OR to_affiliate_of:acme", ["list:5", "to_affiliate_of:acme"]),
        ('embedding:"late parcels" embedding_threshold:0.4', ['embedding:"late parcels"', "embedding_threshold:0.4"]),
    ],
)
def test_leaves_that_only_the_network_answers_are_named_once(rule: str, only: list[str]) -> None:
    tree = parse(rule, "stored")
    assert [show(leaf) for leaf in only_network(tree)] == only
    assert answered_here(tree) is (not only)


def test_annotations_are_answered_here_but_named_all_the_same() -> None:
    tree = parse("context:47.* OR entity:acme")
    assert [leaf.name for leaf in only_network(tree)] == ["context", "entity"]
    assert answered_here(tree)
    assert relaxed(tree) == tree


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ("cat -dog", "cat -dog"),
        ("cat sample:10", "cat"),
        ("cat -list:5 -dog", "cat -dog"),
        ("(cat OR dog list:5) sample:10", "cat OR dog"),
        ("cat (dog OR list:5)", "cat"),
        ("cat OR list:5", None),
        ("list:5", None),
        ("list:5 -cat", None),
        ("list:5 is:reply", "is:reply"),
    ],
)
def test_a_relaxed_rule_finds_at_least_what_the_rule_finds(rule: str, left: str | None) -> None:
    without = relaxed(parse(rule, "stored"))
    assert (show(without) if without else None) == left
