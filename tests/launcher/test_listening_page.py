"""docs/listening.md says nothing that is not so: its rules, its tables and its shell are tried."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.language.rule_posts import said
from earful.cli.commands import app
from earful.core.language.advice import hints
from earful.core.language.candidate import Candidate
from earful.core.language.dialects import DialectName
from earful.core.language.errors import RuleError
from earful.core.language.local import only_network
from earful.core.language.matcher import holds
from earful.core.language.operators import OPERATORS
from earful.core.language.parser import parse
from earful.core.language.sentence import sentence
from earful.core.language.tree import Operator, Tree, leaves

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "listening.md").read_text("utf-8")
TOLD = re.findall(r"^```rule ?(\w*)\n(.*)\n```\n\n> (.*)$", PAGE, re.MULTILINE)
ROWS = [tuple(row.strip("| ").split(" | ")) for row in re.findall(r"^\| `.*$", PAGE, re.MULTILINE)]
OPERATOR_ROWS = [row for row in ROWS if len(row) == 4]
FAULT_ROWS = [row for row in ROWS if len(row) == 2]
FILES = re.findall(r"^```json (\S+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^\$ \./earful (.*)\n((?:(?!```|\$ ).*\n)*)", PAGE, re.MULTILINE)


def test_the_page_has_what_is_tried_here() -> None:
    assert (len(TOLD), len(FILES), len(COMMANDS)) == (8, 2, 7)
    assert PAGE.count("```rule") == len(TOLD)
    assert len(FAULT_ROWS) > 15


@pytest.mark.parametrize(("dialect", "rule", "said"), TOLD)
def test_each_rule_is_said_as_the_page_says(dialect: DialectName, rule: str, said: str) -> None:
    assert sentence(parse(rule, dialect or "stream")) == said


@pytest.mark.parametrize(("code", "said", "where", "by"), OPERATOR_ROWS)
def test_each_operator_is_as_its_table_says(code: str, said: str, where: str, by: str) -> None:
    taken = {dialect: tree for dialect in ("stream", "search") if (tree := parsed(code[1:-1], dialect))}
    assert ("both" if len(taken) == 2 else min(taken)) == where
    tree = next(iter(taken.values()))
    whole = said.replace("… ", "say “lumen” and ", 1)
    assert sentence(tree).replace(" (evaluated by X only)", "") == f"Posts that {whole}."
    assert ("X only" if only_network(tree) else "this desk") == by


def test_no_operator_is_left_out() -> None:
    shown = [leaf for code, *_ in OPERATOR_ROWS for leaf, _ in leaves(parse(code[1:-1], "stored"))]
    operators = {(leaf.name, leaf.value) for leaf in shown if isinstance(leaf, Operator)}
    assert {name for name, _ in operators} == OPERATORS.keys()
    assert {(name, choice) for name in ("is", "has") for choice in OPERATORS[name].choices} <= operators


@pytest.mark.parametrize(("code", "said"), FAULT_ROWS)
def test_each_mistake_is_answered_as_the_page_says(code: str, said: str) -> None:
    assert answered(code[1:-1]) == said


@pytest.mark.parametrize(
    ("dialect", "rule", "yes", "no"),
    [
        ("stream", "router", ["Router!", "#router"], ["routers"]),
        ("stream", "lumen", ["LUMEN", "#lumen", "hi @lumen"], ["lumens"]),
        ("stream", '"wi-fi"', ["my wi-fi", "wi fi"], ["wifi"]),
        ("stream", "café", ["Café"], ["cafe"]),
        ("search", "cafe", ["Café"], []),
        ("search", "café", ["cafe"], []),
        ("stored", "rout*", ["two routers"], ["trout"]),
    ],
)
def test_words_are_what_the_page_says(dialect: DialectName, rule: str, yes: list[str], no: list[str]) -> None:
    tree = parse(rule, dialect)
    assert [text for text in (*yes, *no) if holds(tree, Candidate(said(text), dialect=dialect))] == yes


@pytest.mark.parametrize(("command", "output"), COMMANDS)
def test_the_shell_answers_as_the_page_says(
    command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in FILES:
        Path(name).write_text(content, "utf-8")
    assert CliRunner().invoke(app, shlex.split(command)).output == output


def parsed(rule: str, dialect: DialectName) -> Tree | None:
    try:
        return parse(rule, dialect)
    except RuleError:
        return None


def answered(rule: str) -> str:
    try:
        parse(rule)
    except RuleError as error:
        return str(error)
    return " ".join(f"Column {span[0] + 1}: {hint}" for span, hint in hints(rule))
