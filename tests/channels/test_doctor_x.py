"""`earful doctor x` against the pretend X: a table, an exit code, and no key in it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.practice import Practice, practice
from shared import ROOT


@pytest.fixture(scope="module")
def pretend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with practice(tmp_path_factory.mktemp("doctor-x") / "x.db") as running:
        yield running


def given(pretend: Practice, handle: str, **wish: Any) -> dict[str, str]:
    told = pretend.say("accounts", {"username": handle, "name": handle, "kind": "brand"} | wish)
    names = {
        "X_APP_BEARER": "app_token",
        "X_BRAND_TOKEN": "user_token",
        "X_CONSUMER_KEY": "consumer_key",
        "X_CONSUMER_SECRET": "consumer_secret",
        "X_OAUTH1_TOKEN": "oauth1_token",
        "X_OAUTH1_SECRET": "oauth1_secret",
    }
    return {variable: told[name] for variable, name in names.items() if name in told}


def doctor(pretend: Practice, keys: dict[str, str], *more: str, said: str = "") -> tuple[int, str]:
    """Its exit code and all that it printed."""
    where = ["--api", pretend.url, "--site", pretend.url]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "earful.cli", "doctor", "x", *where, *more],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200", **keys},
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_an_account_in_order_is_told_as_a_table_without_its_keys(pretend: Practice) -> None:
    keys = given(pretend, "WellBrand")
    pretend.say("accounts", {"username": "nina_okafor"})
    code, printed = doctor(pretend, keys, "--about", "@nina_okafor")
    assert "@WellBrand" in printed
    for about in ("Vocabulary", "Stream rules", "Usage", "Activity", "Webhooks", "Reach of @nina_okafor"):
        assert about in printed
    assert not [name for name, key in keys.items() if key in printed]
    assert code == 0, printed


def test_what_wants_doing_is_told_and_makes_the_exit_code(pretend: Practice) -> None:
    keys = given(pretend, "PostBrand", vocabulary="post")
    code, printed = doctor(pretend, keys)
    assert code == 1
    assert "set to tweet.*: link it again" in printed
    assert doctor(pretend, keys, "--vocabulary", "post")[0] == 0


def test_a_key_that_opens_nothing_wants_doing(pretend: Practice) -> None:
    code, printed = doctor(pretend, {"X_BRAND_TOKEN": "made-up"})
    assert code == 1
    assert "link it again" in printed


def rows(printed: str) -> dict[str, str]:
    """How each thing that was looked at stands, by what it is."""
    cells = [[cell.strip() for cell in line.split("│")] for line in printed.splitlines() if line.count("│") == 4]
    return {about: standing for _, standing, about, _, _ in cells if about}


def test_credit_that_is_spent_wants_doing_wherever_it_shows(pretend: Practice) -> None:
    keys = given(pretend, "PoorBrand")
    pretend.say("billing", {"username": "PoorBrand", "balance": 0})
    code, printed = doctor(pretend, keys)
    assert code == 1
    assert (rows(printed)["Keys"], rows(printed)["Account"]) == ("DO", "DO")
    assert "prepaid credit is spent" in printed


def test_an_account_by_oauth1_is_examined_and_may_write(pretend: Practice) -> None:
    keys = given(pretend, "SignedBrand", oauth1=True)
    signed = {name: key for name, key in keys.items() if name not in ("X_APP_BEARER", "X_BRAND_TOKEN")}
    before = pretend.counts()
    code, printed = doctor(pretend, signed, "--oauth1", "--write", said="y\n")
    assert code == 0, printed
    assert "@SignedBrand" in printed
    assert "by OAuth 1.0a" in printed
    for about in ("Account", "Mentions", "Private messages", "Stream rules", "Usage", "Activity", "Posting"):
        assert rows(printed)[about] == "well", printed
    assert "It was deleted again" in printed
    assert pretend.counts()["posts"] == before["posts"]
    assert not [name for name, key in keys.items() if key in printed]


def test_a_wrong_secret_of_oauth1_wants_doing(pretend: Practice) -> None:
    keys = given(pretend, "ForgedBrand", oauth1=True) | {"X_OAUTH1_SECRET": "made-up"}
    code, printed = doctor(pretend, keys, "--oauth1")
    assert (code, rows(printed)["Keys"]) == (1, "DO")


def test_it_writes_only_when_told_to_and_agreed(pretend: Practice, tmp_path: Path) -> None:
    keys = given(pretend, "WritingBrand")
    before = pretend.counts()
    _, printed = doctor(pretend, keys, "--write", said="n\n")
    assert "Posting" not in printed
    _, printed = doctor(pretend, keys, "--write", said="y\n")
    assert "It was deleted again" in printed
    assert pretend.counts()["posts"] == before["posts"]
