"""`earful triage predict --articles --history`: articles ranked for lines of a file, as a person types it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from earful.cli.commands import app

CATALOG = {
    "LumenHelp": [
        {"doc_id": "1", "url": "https://lumen.example/help/reset-router", "train_count": 2},
        {"doc_id": "2", "url": "https://lumen.example/help/read-your-bill", "train_count": 4},
        {"id": 3, "title": "Moving house", "text": "Take your line with you."},
    ],
    "OtherHelp": [{"id": "9", "title": "Reset the router"}],
}
HISTORY = [
    {"id": "a", "brand": "LumenHelp", "turns": [{"is_brand": False, "text": "lights blink red"}], "gold_doc_id": "1"},
    {
        "id": "b",
        "brand": "LumenHelp",
        "text": "new flat in May",
        "agent_reply": {
            "text": "See https://lumen.example/help/reset-router?utm_source=x and https://elsewhere.example"
        },
    },
    {"brand": "Unknown", "text": "lights blink red", "article": "2", "at": "2026-11-01T10:00:00+00:00"},
]
Ranked = Callable[..., list[list[str]]]


@pytest.fixture
def ranked(tmp_path: Path) -> Ranked:
    """The rankings of lines, by this catalog and history."""

    def rank(*asked: dict[str, Any], history: list[dict[str, Any]] | None = None) -> list[list[str]]:
        goes, words = tmp_path / "out.jsonl", ["--articles", written(tmp_path / "catalog.json", CATALOG)]
        if history is not None:
            words += ["--history", written(tmp_path / "history.jsonl", *history)]
        came = written(tmp_path / "in.jsonl", *asked)
        done = CliRunner().invoke(app, ["triage", "predict", "--in", came, "--out", str(goes), *words])
        assert done.exit_code == 0, done.output
        return [json.loads(line)["ranking"] for line in goes.read_text().splitlines()]

    return rank


def written(path: Path, *rows: Any) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_a_line_with_a_brand_gets_the_articles_of_that_brand_best_first(ranked: Ranked) -> None:
    line = {"id": "x", "text": "how do I reset my router", "brand": "LumenHelp"}
    assert ranked(line) == [["1", "2", "3"]]
    assert ranked(line | {"brand": "OtherHelp"}) == [["9"]]


def test_lines_without_brand_or_words_or_of_a_brand_that_nobody_knows_get_none(ranked: Ranked) -> None:
    lines = [{"text": "router"}, {"text": "router", "brand": "Nobody"}, {"text": "", "brand": "LumenHelp"}]
    assert ranked(*lines) == [[], [], []]


def test_what_was_sent_before_counts_by_its_id_and_by_the_links_of_the_reply(ranked: Ranked) -> None:
    lines = [{"text": "all lights blink red", "brand": "LumenHelp"}, {"text": "my new flat", "brand": "LumenHelp"}]
    assert [each[0] for each in ranked(*lines)] == ["2", "2"]
    assert [each[0] for each in ranked(*lines, history=HISTORY * 3)] == ["1", "1"]


def test_a_line_is_no_past_of_its_own(ranked: Ranked) -> None:
    line = {"id": "a", "brand": "LumenHelp", "turns": [{"is_brand": False, "text": "lights blink red"}]}
    assert ranked(line | {"id": "new"}, line, history=HISTORY[:1])[0][0] == "1"
    assert ranked(line, history=HISTORY[:1]) == ranked(line)


def test_what_the_brand_said_before_its_answer_is_not_asked_about(ranked: Ranked) -> None:
    turns = [{"is_brand": True, "text": "moving house"}, {"is_brand": False, "text": "reset the router"}]
    assert ranked({"brand": "LumenHelp", "turns": turns})[0][0] == "1"


def test_without_a_catalog_nothing_is_ranked_and_a_bad_one_is_named(tmp_path: Path) -> None:
    came = written(tmp_path / "in.jsonl", {"id": 1, "text": "router", "brand": "LumenHelp"})
    words = ["triage", "predict", "--in", came, "--out", str(tmp_path / "out.jsonl")]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert json.loads((tmp_path / "out.jsonl").read_text())["ranking"] == []
    for name, more in (("catalog", ["--articles"]), ("history", ["--history"])):
        done = CliRunner().invoke(app, [*words, *more, written(tmp_path / f"bad-{name}", [1])])
        assert done.exit_code == 1
        assert name in done.output
