"""`earful rules`: check, say, match, cases. Each command imports what it needs, and no more."""

import io
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from earful.cli.ending import end, for_pipes

rules = typer.Typer(no_args_is_help=True)
# A rule may begin with a dash.
WITH_RULE = {"ignore_unknown_options": True}
RuleText = Annotated[str, typer.Argument(help="The listening rule, in quotes.", show_default=False)]
Dialect = Annotated[
    Literal["stream", "search", "stored"],
    typer.Option(help="Where the rule is used: X's stream, X's search, or the search of stored posts."),
]


@rules.callback()
def speak_of_rules() -> None:
    """Listening rules: check one, say it in English, try it on posts. No desk and no database are needed."""
    # A rule typed here may hold bytes that are no text, and what is said of it must still be printed.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@rules.command(context_settings=WITH_RULE)
def check(rule: RuleText, dialect: Dialect = "stream") -> None:
    """Say whether a rule is right and what it finds; if it is wrong, where, and what to write instead."""
    from earful.cli.rules import check as check_rule

    end(lambda: check_rule(rule, dialect))


@rules.command(context_settings=WITH_RULE)
def say(rule: RuleText, dialect: Dialect = "stream") -> None:
    """Say in one plain sentence what a rule finds."""
    from earful.cli.rules import say as say_rule

    end(lambda: say_rule(rule, dialect))


@rules.command(context_settings=WITH_RULE)
def match(
    rule: RuleText,
    posts: Annotated[Path, typer.Option(help='Posts in X\'s shape, one a line; "-" reads them from stdin.')],
    dialect: Dialect = "stream",
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for every post, found or not.")] = False,
) -> None:
    """Say which posts of a file a rule finds, and why."""
    from earful.cli.rule_finds import match as match_rule

    end(for_pipes(lambda: match_rule(rule, posts, dialect, for_programs=as_json)))


@rules.command()
def cases(
    file: Annotated[Path, typer.Argument(help="Cases, one JSON object a line; docs/listening.md shows one.")],
) -> None:
    """Run a file of cases of the rule language, and tell each that failed."""
    from earful.cli.rule_cases import run

    end(for_pipes(lambda: run(file)))
