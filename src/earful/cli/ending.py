"""How a command ends: with its exit code, a sentence, or quietly."""

import os
import sys
from collections.abc import Callable

import typer

from earful.cli import INTERRUPTED


def end(command: Callable[[], int | None]) -> None:
    """Run a command; what it cannot do becomes one clear sentence and exit code 1, and Ctrl-C a quiet 130."""
    try:
        raise typer.Exit(_code(command))
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None


def _code(command: Callable[[], int | None]) -> int:
    try:
        return command() or 0
    except _troubles() as error:
        from earful.cli.trouble import sentence

        print(f"earful: {sentence(error)}", file=sys.stderr)
        return 1


def _troubles() -> tuple[type[Exception], ...]:
    """Asked for only when something went wrong: they bring the database's client along, which takes 0.2 s."""
    from earful.cli.trouble import TROUBLE

    return TROUBLE


def for_pipes(command: Callable[[], int]) -> Callable[[], int]:
    """The same command, ending quietly when a reader such as `head` has seen enough."""

    def quiet() -> int:
        try:
            code = command()
            sys.stdout.flush()
            return code
        except BrokenPipeError:
            # What is still in the buffer would fail once more at the exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1

    return quiet
