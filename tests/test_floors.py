"""The floors of the house where a linter cannot look: foreign keys of models, what an import pulls in."""

import re
import subprocess
import sys
import tomllib

import django
import pytest
from django.apps import apps

from shared import ROOT

PURE = ("core", "connectors")


@pytest.fixture(scope="module", autouse=True)
def _models():
    """The models of every room, without a database."""
    django.setup()


def floors():
    """Each room with its line of the contract, the lowest line the greatest number."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (lines,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {room: number for number, line in enumerate(lines) for room in re.findall(r"\w+", line)}


def room_of(model):
    """The room in which a model stands; "" for those of other people."""
    module = model.__module__.split(".")
    return module[1] if module[0] == "earful" else ""


def references():
    """Every pair of rooms that a foreign key, one-to-one or many-to-many of ours joins, with its name."""
    for model in apps.get_models(include_auto_created=True):
        if room_of(model):
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created and field.related_model is not None:
                    yield f"{model.__name__}.{field.name}", room_of(model), room_of(field.related_model)


def test_every_room_with_models_stands_on_a_floor():
    assert {room_of(model) for model in apps.get_models()} - {""} <= set(floors())


def test_every_foreign_key_points_to_its_own_room_or_down():
    level, found = floors(), list(references())
    up = [name for name, here, there in found if there and here != there and level[there] <= level[here]]
    assert found
    assert not up


def modules(room):
    """Every module of a room, by its name."""
    folder = ROOT / "src" / "earful" / room
    paths = [path.relative_to(ROOT / "src").with_suffix("") for path in folder.rglob("*.py")]
    return sorted(".".join(path.parts).removesuffix(".__init__") for path in paths)


@pytest.mark.parametrize("room", PURE)
def test_the_ground_and_the_reach_know_neither_django_nor_the_wire(room):
    program = (
        "import importlib, sys\n"
        f"for name in {modules(room)!r}: importlib.import_module(name)\n"
        "print(*sorted({'django', 'httpx', 'psycopg', 'earful.wire'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
