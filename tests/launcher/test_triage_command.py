"""`earful triage` on files, as a person types it."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deep.small import start
from earful.cli.commands import app
from earful.deep.lessons import lesson
from earful.deep.needed import kept_in
from earful.deep.teaching import teach


def typed(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["triage", *words])
    return done.exit_code, done.output


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Forty posts with a mood."""
    path = tmp_path / "moods.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["post", "mood"])
        rows.writerows([f"lovely service, thank you {number}", "happy"] for number in range(20))
        rows.writerows([f"broken again, the meter {number}", "cross"] for number in range(20))
    return path


def test_every_line_is_answered_in_its_order(tmp_path: Path) -> None:
    came, goes = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    texts = ["my router is dead, third day", "thank you Ana!", "follow me for crypto https://t.co/x", ""]
    came.write_text("".join(json.dumps({"id": str(number), "text": text}) + "\n" for number, text in enumerate(texts)))
    assert typed("predict", "--in", str(came), "--out", str(goes))[0] == 0
    rows = [json.loads(line) for line in goes.read_text().splitlines()]
    assert [row["id"] for row in rows] == ["0", "1", "2", "3"]
    assert rows[0]["complaint"] > 0.5 > rows[1]["complaint"]
    assert max(rows[1]["sentiment"], key=rows[1]["sentiment"].get) == "positive"


def test_a_head_learned_from_a_file_answers_under_its_name(tmp_path: Path, labelled: Path) -> None:
    model, came, goes = tmp_path / "mood.npz", tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    words = ("--from", str(labelled), "--text", "post", "--label", "mood", "--head", "mood", "--out", str(model))
    code, said = typed("train", *words)
    assert code == 0, said
    assert "40 examples; on the 4 held back" in said
    came.write_text('{"id": 7, "text": "thank you, lovely"}\n')
    assert typed("predict", "--in", str(came), "--out", str(goes), "--model", str(model))[0] == 0
    row = json.loads(goes.read_text())
    assert row["id"] == 7
    assert row["mood"]["happy"] > 0.5
    assert 0 <= row["complaint"] <= 1
    code, said = typed("eval", str(labelled), "--text", "post", "--head", "mood", "--model", str(model))
    assert code == 0
    assert "1.000" in said


def predicted(tmp_path: Path, row: dict[str, object], *more: str) -> dict[str, object]:
    """What `predict` answers to one line."""
    came, goes = tmp_path / "one.jsonl", tmp_path / "answer.jsonl"
    came.write_text(json.dumps(row) + "\n")
    code, said = typed("predict", "--in", str(came), "--out", str(goes), *more)
    assert code == 0, said
    answer: dict[str, object] = json.loads(goes.read_text())
    return answer


def test_labels_are_the_contact_reasons_whose_words_are_found(tmp_path: Path) -> None:
    row = predicted(tmp_path, {"id": 1, "text": "charged me twice, and on hold for an hour"})
    assert row["labels"] == ["billing", "contact"]


def test_a_desk_asks_for_topics_of_its_own_by_a_file_or_several(tmp_path: Path) -> None:
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text('["Solar panels"]\nwords = ["panel*", "inverter"]\n')
    second.write_text('["Heat pumps"]\nwords = ["compressor"]\n["Solar panels"]\nwords = ["pv"]\n')
    text = "the inverter hums and so does the compressor"
    asked = ("--topics", str(first), "--topics", str(second))
    assert predicted(tmp_path, {"text": text}, *asked)["labels"] == ["Solar panels", "Heat pumps"]
    row = {"text": text, "label_space": "Heat pumps|Meters"}
    assert predicted(tmp_path, row, *asked)["labels"] == ["Heat pumps"]


def test_a_head_that_was_taught_a_desks_topics_is_asked_together_with_their_lists(tmp_path: Path) -> None:
    examples, lists, model = tmp_path / "topics.csv", tmp_path / "mine.toml", tmp_path / "topics.npz"
    rows = [f"the inverter hums {number},Solar|Noise" for number in range(12)]
    rows += [f"my boiler is cold {number},Heat" for number in range(12)]
    examples.write_text("text,topics\n" + "\n".join(rows) + "\n")
    lists.write_text('[Solar]\nwords = ["inverter"]\n[Heat]\nwords = ["boiler"]\n[Noise]\nwords = ["hum*", "loud"]\n')
    words = ("--from", str(examples), "--label", "topics", "--head", "topics", "--out", str(model))
    assert typed("train", *words)[0] == 0
    answer = predicted(tmp_path, {"text": "so loud, this boiler"}, "--model", str(model), "--topics", str(lists))
    told = answer["topics"]
    assert isinstance(told, dict)
    assert told["Noise"] > 0.5 > told["Solar"]
    assert answer["labels"] == ["Heat", "Noise"]


def test_topics_that_cannot_be_used_are_refused_by_the_name_of_the_file(tmp_path: Path) -> None:
    lists, came = tmp_path / "mine.toml", tmp_path / "in.jsonl"
    lists.write_text('[bills]\nwords = ["*"]\n')
    came.write_text('{"text": "hello"}\n')
    code, said = typed("predict", "--in", str(came), "--out", "-", "--topics", str(lists))
    assert code == 1
    assert "mine.toml" in said
    assert "bills" in said


def test_a_post_is_explained() -> None:
    code, said = typed("explain", "third day without internet and nobody answers")
    assert code == 0
    assert "complaint:" in said
    assert "because:" in said
    assert "severity:" in said


def test_the_whole_reasoning_is_printed_with_what_is_personal_hidden() -> None:
    code, said = typed("explain", "third time I write, you took my money twice, card 4111 1111 1111 1111")
    assert code == 0
    assert "language:    en" in said
    assert '"third time"' in said
    assert "•••• 1111" in said
    assert "4111 1111" not in said


def test_what_is_no_complaint_has_no_severity_and_no_text_is_refused() -> None:
    _, said = typed("explain", "thank you so much Priya, you fixed it, lovely service")
    assert "severity:" not in said
    code, said = typed("explain", " ")
    assert code == 1
    assert "no text" in said


@pytest.mark.parametrize(
    ("content", "advice"),
    [('{"id": 1}\n', "name its columns"), ("{nonsense\n", "line 1"), ('["text"]\n', "line 1")],
)
def test_what_cannot_be_read_is_named_by_its_line(tmp_path: Path, content: str, advice: str) -> None:
    came = tmp_path / "in.jsonl"
    came.write_text(content)
    code, said = typed("predict", "--in", str(came), "--out", str(tmp_path / "out.jsonl"))
    assert code == 1
    assert advice in said


def test_too_few_examples_and_unknown_heads_are_refused(tmp_path: Path, labelled: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("text,mood\nhello,happy\n")
    words = ("--from", str(few), "--label", "mood", "--head", "mood", "--out", str(tmp_path / "m.npz"))
    assert typed("train", *words)[0] == 1
    code, said = typed("eval", str(labelled), "--text", "post", "--head", "weather=mood")
    assert code == 1
    assert "There is no head 'weather'" in said


@pytest.fixture
def deepened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk that has made itself a second stage, of a small encoder that only knows two words."""
    lessons = {"sentiment": lesson(("negative", "neutral", "positive"), ["negative", "positive"] * 60)}
    taught = teach(start(), ["lovely", "broken"] * 60, lessons, "two words", rounds=100)
    kept_in(tmp_path).write_bytes(taught.deep.as_bytes())
    monkeypatch.setenv("EARFUL_DATA", str(tmp_path))
    return tmp_path


def test_the_second_stage_answers_where_it_is_asked(deepened: Path) -> None:
    came, goes = deepened / "in.jsonl", deepened / "out.jsonl"
    came.write_text('{"id": 1, "text": "lovely"}\n')
    told = {}
    for stage in ("1", "2"):
        code, said = typed("predict", "--in", str(came), "--out", str(goes), "--stage", stage)
        assert code == 0, said
        told[stage] = json.loads(goes.read_text())
    assert told["1"]["sentiment"]["positive"] > 0.5 > told["2"]["sentiment"]["positive"]
    assert told["1"]["complaint"] == told["2"]["complaint"]
    code, said = typed("explain", "lovely", "--stage", "2")
    assert code == 0
    assert "negative" in said


def test_a_desk_without_a_second_stage_is_told_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARFUL_DATA", str(tmp_path))
    code, said = typed("explain", "hello", "--stage", "2")
    assert code == 1
    assert "./earful triage deepen" in said


def test_a_set_is_known_by_its_name() -> None:
    code, said = typed("eval", "desk")
    assert code == 0, said
    assert [line.split()[0] for line in said.splitlines()[1:]] == [
        "actionable",
        "intent",
        "sentiment",
        "urgency",
        "person",
        "reply",
    ]


def test_topics_of_which_a_post_may_have_several_are_learned_by_their_names(tmp_path: Path) -> None:
    given, model, came, goes = (tmp_path / name for name in ("topics.csv", "topics.npz", "in.jsonl", "out.jsonl"))
    with given.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "labels"])
        rows.writerows([f"my parcel is late {number}, delivery never came", "Delivery"] for number in range(12))
        rows.writerows([f"refund me {number} please, the delivery broke it", "Delivery|Refund"] for number in range(12))
        rows.writerows([f"hello there {number}, nice shop", ""] for number in range(12))
    words = ("--from", str(given), "--label", "labels", "--head", "topics", "--out", str(model))
    assert typed("train", *words)[0] == 0
    came.write_text('{"id": 1, "text": "refund please, my delivery is broken"}\n')
    assert typed("predict", "--in", str(came), "--out", str(goes), "--model", str(model))[0] == 0
    told = json.loads(goes.read_text())["topics"]
    assert min(told.values()) > 0.5
