"""Changing the vault's key: everything opens at every moment, however the change ends."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from building import brand, for_a_process
from channels.linked import held_by, linked
from earful.channels.models import Credentials
from earful.vault import Unopenable, keys, seal, unseal
from earful.vault.fields import sealed_columns
from earful.vault.rotating import check, rotate

NOWHERE = "http://127.0.0.1:9"
ROTATE = """
import django
django.setup()
from earful.vault.rotating import rotate
print(flush=True)
rotate(settling=0.05)
"""


@pytest.fixture
def key_file(settings: Any, tmp_path: Path) -> Path:
    """A vault of the test's own, with one key in its file."""
    settings.VAULT_KEY, settings.VAULT_FILE = "", tmp_path / "vault.key"
    keys.replace(("the old key",))
    return tmp_path / "vault.key"


def test_after_a_rotation_the_new_key_alone_opens_everything(key_file: Path, db: None) -> None:
    channel = linked(NOWHERE)
    tally = rotate(settling=0)
    assert (tally.all, tally.anew, tally.lost) == (2, 2, 0)
    assert "old" not in key_file.read_text()
    assert len(keys.present()) == 1
    assert held_by(channel).grant is not None
    assert held_by(channel).app.client_secret == "client-secret"
    assert check().older == 0


def test_the_key_file_is_ours_alone(key_file: Path, db: None) -> None:
    rotate(settling=0)
    assert key_file.stat().st_mode & 0o077 == 0


def test_a_process_that_runs_meanwhile_reads_the_new_key(key_file: Path, db: None) -> None:
    before = seal("said before")
    keys.replace(("another key", "the old key"))
    assert unseal(before) == "said before"
    after = seal("said after")
    keys.replace(("another key",))
    assert unseal(after) == "said after"
    with pytest.raises(Unopenable):
        unseal(before)


def test_keys_from_the_environment_are_left_and_everything_is_sealed_with_the_first(
    key_file: Path, settings: Any, db: None
) -> None:
    channel = linked(NOWHERE)
    settings.VAULT_KEY = "from outside,the old key"
    assert rotate(settling=0).anew == 2
    settings.VAULT_KEY = "from outside"
    assert held_by(channel).grant is not None
    assert key_file.read_text() == "the old key"


def test_what_no_key_opens_is_counted_and_holds_nothing_up(key_file: Path, db: None) -> None:
    channel = linked(NOWHERE)
    Credentials.objects.filter(pk=channel.pk).update(grant_sealed="sealed with a key that is gone")
    tally = rotate(settling=0)
    assert (tally.lost, tally.anew) == (1, 1)
    assert len(keys.present()) == 1


def test_every_column_that_keeps_a_seal_is_one_that_rotation_finds() -> None:
    found = {f"{model.__name__}.{name}" for model, names in sealed_columns() for name in names}
    assert {"Credentials.app_sealed", "Credentials.grant_sealed", "Credentials.former_sealed"} <= found
    assert {"Attempt.app_sealed", "Attempt.verifier_sealed"} <= found


def test_killed_at_any_moment_everything_still_opens_and_the_next_one_ends_it(
    key_file: Path, transactional_db: None
) -> None:
    for number in range(250):
        brand(api=f"http://127.0.0.1:{number}")
    dice, cut = random.Random(7), 0
    with begun() as rotating:
        began = time.monotonic()
        assert rotating.wait(60) == 0
    whole = time.monotonic() - began
    for share in (0, *(dice.random() for _ in range(5))):
        with begun() as rotating:
            time.sleep(whole * share)
            rotating.kill()
            cut += rotating.wait(10) < 0
        assert check().lost == 0
    assert cut
    rotate(settling=0)
    assert (check().older, check().lost, len(keys.present())) == (0, 0, 1)


@contextmanager
def begun() -> Iterator[subprocess.Popen[bytes]]:
    """A process that has started up, and changes the key from now on."""
    with subprocess.Popen([sys.executable, "-c", ROTATE], env=for_a_process(), stdout=subprocess.PIPE) as rotating:
        assert rotating.stdout is not None
        assert rotating.stdout.readline(), "it ended before it began"
        yield rotating
