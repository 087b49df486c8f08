"""The pretend X runs by itself, says what a client needs, and ends when it is told to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
NAMES = [
    "X_BASE_URL", "X_APP_BEARER", "X_CONSUMER_KEY", "X_CONSUMER_SECRET", "X_CLIENT_ID", "X_CLIENT_SECRET",
    "X_BRAND_USER_ID", "X_BRAND_TOKEN", "X_CUSTOMER_USER_ID", "X_CUSTOMER_TOKEN",
]  # fmt: skip


def start(*options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "earful.cli", "sandbox", *options]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(SOURCE)}
    )


def test_it_prints_what_a_client_needs_once_it_listens_and_ends_at_a_signal(tmp_path: Path) -> None:
    with start("--port", "0", "--print-env", "--data", str(tmp_path / "x.db"), "--edition", "enterprise") as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline().rstrip("\n").partition("=") for _ in range(13)]
            told = {name: value for name, _, value in lines}
            assert list(told)[:10] == NAMES
            assert all(told.values())
            bearer = {"authorization": f"Bearer {told['X_CUSTOMER_TOKEN']}"}
            me = httpx.get(f"{told['X_BASE_URL']}/2/users/me", headers=bearer).json()
            assert me["data"]["id"] == told["X_CUSTOMER_USER_ID"]
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.mark.parametrize("options", [("--edition", "free"), ("--vocabulary", "toot"), ("--scenario", "nowhere")])
def test_what_there_is_not_is_refused_with_what_there_is(options: tuple[str, str]) -> None:
    with start("--port", "0", *options) as process:
        said = process.communicate(timeout=20)[1]
    assert process.returncode in (1, 2)
    assert "Traceback" not in said
    assert options[1] in said


@pytest.mark.parametrize("options", [("--callback", "javascript:alert(1)"), ("--data", __file__), ("--data", "/tmp")])
def test_what_cannot_be_used_is_refused_with_a_sentence(options: tuple[str, str]) -> None:
    with start("--port", "0", *options) as process:
        said = process.communicate(timeout=20)[1]
    assert process.returncode == 1
    assert said.startswith("earful: ")
    assert options[1] in said
    assert "Traceback" not in said


def test_a_person_allows_the_app_at_a_callback_that_was_named() -> None:
    with start("--port", "0", "--print-env", "--callback", "https://desk.example/back") as process:
        try:
            assert process.stdout is not None
            told = dict(process.stdout.readline().rstrip("\n").split("=", 1) for _ in range(13))
            asked = {
                "client_id": told["X_CLIENT_ID"], "redirect_uri": "https://desk.example/back", "state": "abc",
                "response_type": "code", "scope": "tweet.read users.read", "code_challenge": "c" * 43,
            }  # fmt: skip
            page = httpx.get(f"{told['X_BASE_URL']}/i/oauth2/authorize", params=asked)
            assert "You will be led to desk.example" in page.text
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
