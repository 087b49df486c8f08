"""`earful rules` as a person types it: exit codes, what is said and where, and that it asks for no desk."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from earful.cli.commands import app
from shared import shared


def rules(*words: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["rules", *words], input=stdin)


def answer(text: str, post_id: str = "19", **more: Any) -> dict[str, Any]:
    """One answer of X: a post by Maria."""
    written = {"id": post_id, "author_id": "7", "created_at": "2026-08-10T09:15:00.000Z", "text": text}
    maria = {"id": "7", "name": "Maria K", "username": "maria_k"}
    return {"data": written | more.pop("data", {}), "includes": {"users": [maria], **more}}


def posts_file(folder: Path, *lines: Any) -> str:
    file = folder / "posts.jsonl"
    file.write_text("".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines))
    return str(file)


def case(**change: Any) -> dict[str, Any]:
    found = [{"post": answer("a kettle"), "match": True}, {"post": answer("a toaster"), "match": False}]
    return {"id": "one", "dialect": "stream", "rule": "kettle", "expect": "valid", "posts": found} | change


def test_a_right_rule_is_said_with_its_length_and_its_hints() -> None:
    told = rules("check", "kettle or toaster")
    assert told.exit_code == 0
    assert told.stdout.splitlines()[:2] == [
        "Right: 17 of 1,024 characters.",
        "Posts that say “kettle”, “or” and “toaster”.",
    ]
    assert told.stdout.splitlines()[2].startswith('Column 8: In lower case "or"')


def test_a_wrong_rule_is_shown_with_carets_on_stderr_and_ends_with_1() -> None:
    told = rules("check", "kettle -(late OR lost)")
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr.splitlines() == [
        "Column 8: A group cannot be negated.",
        "kettle -(late OR lost)",
        "       ^^^^^^^^^^^^^^^",
        "Write -late -lost instead.",
    ]


def test_each_dialect_has_its_own_rules() -> None:
    near = '"kettle exploded"~3'
    assert [rules("check", near, "--dialect", name).exit_code for name in ("stream", "search", "stored")] == [0, 1, 0]
    assert "of 512 characters" in rules("check", "kettle", "--dialect", "search").stdout


def test_a_rule_may_begin_with_a_dash() -> None:
    assert rules("say", "-is:retweet kettle").stdout == "Posts that say “kettle” and are not reposts.\n"
    assert rules("say", "--json kettle").exit_code == 1


def test_what_is_no_text_is_answered_all_the_same() -> None:
    told = rules("check", "kettl\udce9.x")
    assert told.exit_code == 1
    assert told.stderr.startswith("Column 1: A word with punctuation in it must be quoted.")


def test_posts_are_found_in_either_wrapping_with_what_was_found_marked(tmp_path: Path) -> None:
    file = posts_file(tmp_path, answer("My KETTLE\nexploded"), {"post": answer("no kettle", "20")}, answer("tea", "21"))
    told = rules("match", 'kettle OR "my kettle"', "--posts", file)
    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "Line 1: post 19 by @maria_k",
        "    «My KETTLE»⏎exploded",
        "    because of kettle (characters 4–9)",
        '    because of "my kettle" (characters 1–9)',
        "Line 2: post 20 by @maria_k",
        "    no «kettle»",
        "    because of kettle (characters 4–9)",
        "2 of 3 posts found.",
    ]


def test_words_of_the_quoted_post_are_marked_in_it(tmp_path: Path) -> None:
    quoted = {"id": "5", "author_id": "8", "created_at": "2026-08-10T08:00:00.000Z", "text": "the kettle broke"}
    quoting = answer("look", data={"referenced_tweets": [{"type": "quoted", "id": "5"}]}, tweets=[quoted])
    told = rules("match", "kettle", "--posts", posts_file(tmp_path, quoting))
    assert "    quoted: the «kettle» broke\n    because of kettle (characters 5–10 of the quoted post)\n" in told.stdout


def test_for_programs_every_post_is_a_line_of_json(tmp_path: Path) -> None:
    file = posts_file(tmp_path, answer("a kettle"), answer("tea", "20"))
    found, missed = map(json.loads, rules("match", "kettle", "--posts", file, "--json").stdout.splitlines())
    assert found["reasons"] == [{"term": "kettle", "spans": [[2, 8]], "quoted": False}]
    assert (found["line"], found["id"], found["match"], missed["match"], missed["reasons"]) == (
        1,
        "19",
        True,
        False,
        [],
    )


def test_a_line_that_cannot_be_read_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    deletion = {"delete": {"tweet": {"id": "3"}}}
    file = posts_file(tmp_path, "rubbish\n", "\n", deletion, '{"post": null}\n', "[" * 9_999 + "\n", answer("a kettle"))
    told = rules("match", "kettle", "--posts", file)
    assert told.exit_code == 1
    assert [line.split(" cannot")[0] for line in told.stderr.splitlines()] == ["Line 1", "Line 3", "Line 4", "Line 5"]
    assert told.stdout.endswith("1 of 1 posts found.\n")


def test_what_only_x_can_answer_is_said_and_not_found(tmp_path: Path) -> None:
    told = rules("match", "kettle sample:10", "--posts", posts_file(tmp_path, answer("a kettle")))
    assert told.stdout == "0 of 1 posts found.\n"
    assert told.stderr.startswith("Column 8: sample: is evaluated by X only")


def test_posts_come_from_stdin_and_cannot_steer_the_terminal() -> None:
    line = json.dumps(answer("kettle \x1b[2J\x9b gone")).encode()
    told = rules("match", "kettle", "--posts", "-", stdin=line)
    assert "    «kettle» \ufffd[2J\ufffd gone\n" in told.stdout


@pytest.mark.parametrize("turn", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_a_post_cannot_turn_the_direction_of_what_stands_behind_it(turn: str) -> None:
    told = rules("match", "kettle", "--posts", "-", stdin=json.dumps(answer(f"{turn}kettle")).encode())
    assert turn not in told.stdout
    assert "\ufffd" in told.stdout


def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path) -> None:
    file = posts_file(tmp_path, *[answer("kettle " * 30) for _ in range(600)])
    command = f"{sys.executable} -m earful.cli rules match kettle --posts {file} | head -1"
    told = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (told.stdout, told.stderr) == ("Line 1: post 19 by @maria_k\n", "")


@pytest.mark.parametrize("words", [("match", "kettle", "--posts"), ("cases",)])
def test_a_file_that_cannot_be_read_is_said_in_a_sentence_with_what_to_do(words: tuple[str, ...]) -> None:
    told = rules(*words, "/nowhere/posts.jsonl")
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr == "earful: There is no /nowhere/posts.jsonl. See that its name is right and that it is there.\n"
    assert rules(*words, "/").stderr == "earful: / is a folder. Name a file in it.\n"


def test_the_contract_of_x_is_met() -> None:
    told = rules("cases", str(shared("contracts", "x", "rule-cases.jsonl")))
    assert (told.stdout, told.exit_code) == ("283 passed, 0 failed\n", 0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"expect": "invalid", "posts": []}, "expected: refused; happened: taken as kettle"),
        ({"rule": "kettle )", "posts": []}, "expected: a right rule; happened: refused. Column 8: "),
        (
            {"rule": "toaster"},
            "post 1, expected: found; happened: not found, by the rule, the rule as printed, the rule",
        ),
        ({"rule": "a"}, "post 2, expected: not found; happened: found, by the rule"),
        ({"rule": "k" * 513, "dialect": "search", "posts": []}, "512 are allowed"),
        ({"posts": [{"post": {"data": 1}, "match": True}]}, "post 1 cannot be read: "),
        ({"dialect": "telegram"}, "this is not a case: "),
    ],
)
def test_a_case_that_fails_says_what_was_expected_and_what_happened(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    told = rules("cases", posts_file(tmp_path, case(), case(**change)))
    assert said in told.stdout
    assert told.stdout.endswith("1 passed, 1 failed\n")
    assert told.exit_code == 1


def test_a_case_for_another_access_has_its_own_limit(tmp_path: Path) -> None:
    profile = {"tier": "self-serve", "endpoint": "all"}
    long = case(rule="k" * 513, dialect="search", posts=[], profile=profile)
    assert rules("cases", posts_file(tmp_path, long)).exit_code == 0


def test_neither_django_nor_a_database_is_loaded() -> None:
    script = (
        "import sys; from earful.cli.commands import app\n"
        "for words in (['check', 'cat'], ['match', 'cat', '--posts', '/dev/null'], ['cases', '/dev/null']):\n"
        "    app(['rules', *words], standalone_mode=False)\n"
        "sys.exit(', '.join({'django', 'psycopg'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False).stderr == "\n"
