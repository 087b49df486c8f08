"""A real PostgreSQL for every test that asks for `db`: our own embedded one, started once a run, thrown away after."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import hypothesis
import pytest

from earful.embedded import Cluster, locate

# How long an example takes says what else the machine is doing: no test asserts a time.
hypothesis.settings.register_profile("earful", deadline=None)
hypothesis.settings.load_profile("earful")
DATA = Path(tempfile.mkdtemp(prefix="earful-tests-"))
# Root's server runs as another user, who must be able to pass through.
DATA.chmod(0o755)
os.environ["EARFUL_DATA"] = str(DATA / "desk")
os.environ["DJANGO_SETTINGS_MODULE"] = "earful.settings"
# Threads of BLAS that wait for each other beside other tests' take ten times as long as one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
for _set_outside in ("EARFUL_SANDBOX_URL", "EARFUL_EVENTS_URL", "EARFUL_SECURE", "EARFUL_DEBUG", "EARFUL_ORIGIN"):
    os.environ.pop(_set_outside, None)
_binaries = locate(DATA)
_cluster = Cluster(DATA, _binaries) if _binaries else None
if _cluster is not None:
    os.environ["DATABASE_URL"] = _cluster.dsn("earful")
django.setup()


def pytest_configure(config: pytest.Config) -> None:
    """Let each worker of a run on several cores take a server and a folder of its own.

    They inherit this process's environment, and pytest-django reads the settings before a worker comes to this file.
    """
    if getattr(config.option, "numprocesses", None):
        for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "EARFUL_DATA"):
            os.environ.pop(name, None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start the server before Django makes its test database; tests without a database never pay for it."""
    if _cluster is not None:
        _cluster.start()
    yield
    if _cluster is not None:
        _cluster.stop()


def pytest_unconfigure() -> None:
    shutil.rmtree(DATA, ignore_errors=True)
