"""The corpus is what it says it is: varied, balanced, without repeats or templates, and nobody else's."""

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from earful.core.triage.corpus import Example, corpus
from earful.core.triage.heads import HEADS
from shared import shared

_WORDS = re.compile(r"\w+")
_NAMES = re.compile(r"@\w+|https?://\S+")
# What an alike pair shares of the shorter one, in runs of three words.
ALIKE = 0.5
# Every language has phrases of four words that everybody says.
MOST_IN_COMMON = 10
LEAKED_WORDS = 8


def words(text: str) -> list[str]:
    return _WORDS.findall(_NAMES.sub(" ", text.lower()))


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    said = words(text)
    return {tuple(said[at : at + length]) for at in range(len(said) - length + 1)}


def test_it_is_large_enough_and_speaks_five_languages() -> None:
    many = Counter(each.lang for each in corpus())
    assert many["en"] >= 4_000
    assert {lang: many[lang] for lang in ("de", "fr", "es", "pt")} == dict.fromkeys(("de", "fr", "es", "pt"), 150)


def test_every_post_has_an_answer_to_every_question_and_they_agree() -> None:
    for each in corpus():
        told = each.answers
        assert set(told) == {name for name, head in HEADS.items() if head.of is None or told["complaint"] == "1"}
        assert all(answer in HEADS[name].answers for name, answer in told.items()), each
        assert told["spam"] == "0" or (told["actionable"], told["reply"]) == ("0", "none"), each
        assert not each.brand or f"@{each.brand}".lower() in each.text.lower(), each
        assert len(each.text) <= 290, each


def test_no_answer_is_so_rare_that_it_could_not_be_learned() -> None:
    for name in HEADS:
        many = Counter(each.answers[name] for each in corpus() if name in each.answers)
        assert set(many) == set(HEADS[name].answers)
        assert min(many.values()) >= 60, (name, many)


def test_no_two_posts_are_alike() -> None:
    assert list(_alike(corpus())) == []


def test_there_is_no_smell_of_a_template() -> None:
    english = [each for each in corpus() if each.lang == "en"]
    said = Counter(run for each in english for run in runs(each.text, 4))
    assert {run: many for run, many in said.items() if many > MOST_IN_COMMON} == {}
    begins = Counter(tuple(words(each.text)[:2]) for each in english)
    assert begins.most_common(1)[0][1] <= len(english) / 60


def test_nothing_in_it_stands_in_the_public_sets() -> None:
    ours = {run: each.text for each in corpus() for run in runs(each.text, LEAKED_WORDS)}
    leaked = {ours[run] for text in _public() for run in runs(text, LEAKED_WORDS) & ours.keys()}
    assert leaked == set()


def _alike(examples: Sequence[Example]) -> Iterator[tuple[str, str]]:
    having = defaultdict(list)
    told = [runs(each.text, 3) for each in examples]
    for number, said in enumerate(told):
        for run in said:
            having[run].append(number)
    shared_by = Counter(
        (one, other) for those in having.values() for at, other in enumerate(those) for one in those[:at]
    )
    for (one, other), many in shared_by.items():
        shorter = min(len(told[one]), len(told[other]))
        if shorter >= 5 and many / shorter > ALIKE:
            yield examples[one].text, examples[other].text


def _public() -> Iterator[str]:
    folder = shared("data", "triage")
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from (row["text"] for row in csv.DictReader(file))
    for line in (folder / "twcs_threads.jsonl").read_text("utf-8").splitlines():
        yield from (post["text"] for post in json.loads(line)["posts"])
    for line in (folder / "care_articles.jsonl").read_text("utf-8").splitlines():
        yield from (turn["text"] for turn in json.loads(line)["turns"])
