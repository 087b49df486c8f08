"""`./earful test` and `./earful lint`: what they bring, what they say, whose word they pass on."""

from pathlib import Path

import pytest

from earful.cli import testing


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(testing, "NODE", tmp_path / "node")
    return tmp_path / "node"


def test_the_exit_code_is_pytests_own_and_its_closing_line_comes_last(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "test_two.py"
    path.write_text("def test_true(): pass\ndef test_false(): assert False\n")
    assert testing.run_pytest([str(path), "-p", "no:cacheprovider"]) == 1
    assert "1 failed, 1 passed" in capfd.readouterr().out.splitlines()[-1]


def test_every_linter_runs_though_one_is_not_content(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    linters = {"strict": "python -c 'raise SystemExit(3)'", "kind": "python -c 'print(\"fine\")'"}
    monkeypatch.setattr(testing, "LINTERS", linters)
    assert testing.run_lint() == 1
    out = capfd.readouterr().out
    assert out.index("== strict") < out.index("== kind") < out.index("fine")
    assert out.splitlines()[-1] == "Not content: strict."


def test_where_nothing_may_be_installed_one_command_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    needs = (
        testing.Need("Chromium", ("chromium",), lambda: False),
        testing.Need("a font", ("fonts-x",), bool),
    )
    monkeypatch.setattr(testing, "NEEDS", needs)
    monkeypatch.setenv("PATH", "/nowhere")
    assert testing.run_tests([]) == 2
    said = capsys.readouterr().err
    assert "The tests need Chromium and a font" in said
    assert "apt-get install --no-install-recommends chromium fonts-x" in said


def test_debian_is_kept_from_making_a_cluster_only_while_we_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "createcluster.d" / "earful-tests.conf"
    monkeypatch.setattr(testing, "NO_CLUSTER", path)
    with testing.no_cluster([]):
        assert path.read_text() == "create_main_cluster = false\n"
    assert not path.exists()


def test_npm_is_not_asked_for_what_is_there(node: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node.mkdir()
    (node / "installed.json").write_text((testing.ROOT / "package-lock.json").read_text())
    monkeypatch.setenv("PATH", "/nowhere")
    testing.install_node_packages()


def test_without_axe_the_command_that_brings_it_is_named(node: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"\./earful test"):
        testing.axe_path()


def test_the_last_words_of_a_command_are_kept() -> None:
    succeeded, words = testing.run_quietly(["sh", "-c", "seq 30; exit 1"])
    assert not succeeded
    assert words.split() == [str(number) for number in range(21, 31)]


def test_the_lock_of_npm_names_no_place_to_fetch_from() -> None:
    assert "resolved" not in (testing.ROOT / "package-lock.json").read_text()
