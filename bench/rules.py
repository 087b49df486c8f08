"""How many posts a second the rulebook answers: `python bench/rules.py [posts]`.

Rules and posts are generated from a seed. Beside the rulebook run two obvious ways, on a part of the posts:
asking every tree, and one compiled regular expression for each rule (words only, so it does less).
"""

import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from earful.core.language.candidate import Candidate
from earful.core.language.matcher import holds
from earful.core.language.parser import parse
from earful.core.language.rulebook import Rulebook
from earful.core.post import Author, Post

SYLLABLES = re.findall("..", "katomiresulanevodipakebidefogujahilomunope")
COMMON = re.findall(r"\w+", "the a to of and is my it in for you on this that with not be was have so but they")
NOW = datetime(2026, 8, 10, tzinfo=UTC)
BATCH = 2_000


def main(count: int = 20_000) -> None:
    """Prints one line for each number of rules and share of matching posts."""
    print("  rules  matched  compile s  rulebook/s  with why/s   trees/s      re/s")
    for rules in (10, 1_000, 10_000):
        for share in (0.01, 0.04):
            print(row(rules, share, count), flush=True)


def row(rule_count: int, share: float, count: int) -> str:
    """One measurement: all the ways on the same rules and posts."""
    dice = random.Random(rule_count)
    words = [f"{dice.choice(SYLLABLES)}{dice.choice(SYLLABLES)}{dice.choice(SYLLABLES)}" for _ in range(6_000)]
    keys = [f"{word}{number:x}" for number, word in enumerate(dice.choices(words, k=rule_count))]
    texts = [rule(dice, key) for key in keys]
    posts = [post(dice, number, words, keys, share) for number in range(count)]
    began = time.perf_counter()
    book = Rulebook.compile(list(enumerate(texts)))
    compiled = time.perf_counter() - began
    found: list[list[int]] = []
    whole = rate(lambda part: found.extend(book.find(part)), posts)
    reasons = rate(book.find_with_reasons, posts)
    part = posts[: max(20, 20_000 // rule_count)]
    trees = [parse(text) for text in texts]
    each = rate(lambda some: [[holds(tree, one) for tree in trees] for one in map(Candidate, some)], part)
    patterns = [re.compile(rf"\b{key}\b", re.IGNORECASE) for key in keys[:1_000]]
    plain = (
        rate(lambda some: [[p.search(one.text) for p in patterns] for one in some], part) * len(patterns) / rule_count
    )
    matched = sum(map(bool, found)) / len(found)
    cells = f"{rule_count:>7,} {matched:>8.1%} {compiled:>10.2f} {whole:>11,.0f} {reasons:>11,.0f}"
    return f"{cells} {each:>9,.0f} {plain:>9,.0f}"


def rate(ask: Callable[[Sequence[Post]], Any], posts: Sequence[Post]) -> float:
    """Posts a second, in batches of BATCH."""
    began = time.perf_counter()
    for start in range(0, len(posts), BATCH):
        ask(posts[start : start + BATCH])
    return len(posts) / (time.perf_counter() - began)


def rule(dice: random.Random, key: str) -> str:
    """A rule as a desk writes them: a rare word of its own, and often something beside it."""
    shapes = (
        key,
        f'"{key} now"',
        f"{key} -is:retweet",
        f"({key} OR {key}x) lang:en",
        f"from:{key} OR {key}",
        f"#{key} OR {key}",
    )
    return dice.choice(shapes)


def post(dice: random.Random, number: int, words: list[str], keys: list[str], share: float) -> Post:
    """A post of about 100 characters; a share of them holds a rule's word; one in five is not ASCII."""
    parts = [dice.choice(COMMON if dice.random() < 0.5 else words) for _ in range(17)]
    if dice.random() < share * 1.2:
        parts[5:7] = [dice.choice(keys).title(), "now"]
    if dice.random() < 0.2:
        parts.append(dice.choice(("☕", "café", "“yes”", "да", "猫")))
    author = Author(id=str(number % 977), handle=f"Person_{number % 977}")
    return Post(network="x", id=str(number), author=author, text=" ".join(parts), created_at=NOW, lang="en")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
