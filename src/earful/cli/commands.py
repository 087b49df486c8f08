"""The commands: up, sandbox, test, lint, replay, rules, triage, doctor, link, agent, vault, db, version.

Each command imports what it needs, and no more.
"""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from earful.cli.ending import end
from earful.cli.rule_commands import rules
from earful.cli.triage_commands import triage

app = typer.Typer(
    name="earful",
    help="Earful: the desk for customers who speak up in public.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
database = typer.Typer(help="The embedded database: dump, restore, upgrade.", no_args_is_help=True)
app.add_typer(database, name="db")
agent = typer.Typer(help="The people who answer: add one, let one in.", no_args_is_help=True)
app.add_typer(agent, name="agent")
app.add_typer(rules, name="rules")
app.add_typer(triage, name="triage")
doctor = typer.Typer(help="Is everything well? Say what to do.")
app.add_typer(doctor, name="doctor")
vault = typer.Typer(help="The key that seals access tokens: change it, try it.", no_args_is_help=True)
app.add_typer(vault, name="vault")

HOME = Path(os.environ.get("EARFUL_HOME", Path.cwd()))
DataFolder = Annotated[
    Path,
    typer.Option(
        "--data", envvar="EARFUL_DATA", help="Folder for everything that this desk keeps.", show_default=False
    ),
]
DEFAULT_DATA = HOME / ".earful" / "desk"
# Words after these belong to another program, options among them.
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False}


@app.command()
def up(
    data: DataFolder = DEFAULT_DATA,
    port: Annotated[
        int, typer.Option(min=1, max=65_533, help="Port of the pages; events and the pretend X take the next two.")
    ] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="With a pretend X and its customers.")] = True,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the desk in the browser.")] = False,
) -> None:
    """Set everything up and run the desk, until Ctrl-C."""

    def command() -> int:
        from earful.cli.up import Desk

        return Desk(data.resolve(), host, port, demo=demo).run(open_browser=open_browser)

    end(command)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")] = 8090,
    edition: Annotated[Literal["self-serve", "enterprise"], typer.Option(help="The contract with X.")] = "self-serve",
    vocabulary: Annotated[Literal["tweet", "post", "both"], typer.Option(help="X's words for REST.")] = "both",
    data: Annotated[Path | None, typer.Option(help="File that keeps the world; without it, it is gone.")] = None,
    scenario: Annotated[str, typer.Option(help="A story that is played first.")] = "",
    callback: Annotated[list[str] | None, typer.Option(help="One more callback address of the app.")] = None,
    rule_lag: Annotated[float, typer.Option(min=0, help="Seconds until a changed rule finds posts.")] = 20.0,
    crowd: Annotated[bool, typer.Option("--crowd", help="Let invented customers talk.")] = False,
    print_env: Annotated[bool, typer.Option("--print-env", help="Print what a client needs, NAME=value.")] = False,
) -> None:
    """Run the pretend X by itself, on this machine only, for any client of X's API v2."""
    from earful.cli.pretending import pretend

    end(
        lambda: pretend(
            port,
            data,
            edition=edition,
            vocabulary=vocabulary,
            scenario=scenario,
            callbacks=callback or [],
            rule_lag=rule_lag,
            crowd=crowd,
            print_env=print_env,
        )
    )


@app.command(context_settings=PASSED_ON)
def test(context: typer.Context) -> None:
    """Set up what the tests need, and run them; arguments go on to pytest."""
    from earful.cli.testing import run_tests

    raise typer.Exit(run_tests(context.args))


@app.command()
def lint() -> None:
    """Run every check of the code: ruff, mypy, the floors, bandit."""
    from earful.cli.testing import run_lint

    raise typer.Exit(run_lint())


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="Conversations, one JSON object a line.")],
    data: DataFolder = DEFAULT_DATA,
    rate: Annotated[float, typer.Option(help="Posts a second.")] = 20.0,
    limit: Annotated[int, typer.Option(help="Play only so many posts; 0 plays all.")] = 0,
) -> None:
    """Play real conversations into the pretend X of a running desk, and tell what became of them."""
    from earful.cli.replay import Replay

    end(lambda: Replay(data.resolve(), file, rate=rate, limit=limit).run())


@doctor.callback(invoke_without_command=True)
def examine_desk(
    context: typer.Context,
    data: DataFolder = DEFAULT_DATA,
    port: Annotated[int, typer.Option(min=1, max=65_533, help="Port of the pages.")] = 8000,
) -> None:
    """Check database, disk, ports, clock, settings and what could not be read; say what to do."""
    if context.invoked_subcommand is None:
        from earful.cli.doctor import examine

        end(lambda: examine(data.resolve(), port))


@doctor.command("x")
def examine_x(
    data: DataFolder = DEFAULT_DATA,
    channel: Annotated[str, typer.Option(help="@handle of a channel of the running desk; else keys are asked.")] = "",
    api: Annotated[str, typer.Option(help="Base address of the API.")] = "https://api.x.com",
    site: Annotated[str, typer.Option(help="Base address of the pages.")] = "https://x.com",
    about: Annotated[str, typer.Option(help="@handle of whom we would write to in private.")] = "",
    oauth1: Annotated[bool, typer.Option("--oauth1", help="By the four values of OAuth 1.0a.")] = False,
    vocabulary: Annotated[Literal["tweet", "post"], typer.Option(help="The words in which X is asked.")] = "tweet",
    write: Annotated[bool, typer.Option("--write", help="Make a post and delete it, after asking.")] = False,
) -> None:
    """First contact with an account on X: vocabulary, scopes, limits, rules, reach, as a table; 1 if something wants
    doing.

    It only reads; X bills a few cents at the most. Keys come from the environment as for `link`, or are asked for.
    """
    from earful.cli import doctor_x

    def command() -> int:
        where = (api.rstrip("/"), site.rstrip("/"), vocabulary)
        account = doctor_x.of_channel(data.resolve(), channel) if channel else doctor_x.of_keys(*where, oauth1=oauth1)
        return doctor_x.examine(account, about, write=write)

    end(command)


@app.command()
def link(
    data: DataFolder = DEFAULT_DATA,
    api: Annotated[str, typer.Option(help="Base address of the API.")] = "https://api.x.com",
    site: Annotated[str, typer.Option(help="Base address of the pages.")] = "https://x.com",
    renews: Annotated[bool, typer.Option("--renews", help="With the client's pair and a refresh token.")] = False,
    oauth1: Annotated[bool, typer.Option("--oauth1", help="By the four values of OAuth 1.0a.")] = False,
    tier: Annotated[Literal["self-serve", "enterprise"], typer.Option(help="The contract with X.")] = "self-serve",
    vocabulary: Annotated[Literal["tweet", "post"], typer.Option(help="The words in which X is asked.")] = "tweet",
    implicit_mention: Annotated[
        Literal["ask", "allowed", "refused"], typer.Option(help="What X makes of answers to who did not name us.")
    ] = "ask",
    activity: Annotated[
        Literal["stream", "webhook", "off"], typer.Option(help="How X tells by itself what happens to the account.")
    ] = "stream",
) -> None:
    """Link an X account to a running desk by keys that you have; in the browser it is linked without them.

    Keys are taken from the environment (X_APP_BEARER, X_CONSUMER_KEY, X_CONSUMER_SECRET, X_CLIENT_ID, X_CLIENT_SECRET,
    X_BRAND_TOKEN, X_BRAND_REFRESH_TOKEN, X_OAUTH1_TOKEN, X_OAUTH1_SECRET), or asked for. Never tried against X itself.
    """
    from earful.cli.linking import link as link_account

    where = (api.rstrip("/"), site.rstrip("/"))
    how: dict[str, str] = {"tier": tier, "vocabulary": vocabulary}
    how |= {"implicit_mention": implicit_mention, "activity": activity}
    end(lambda: link_account(data.resolve(), *where, how, renews=renews, oauth1=oauth1))


@app.command()
def version() -> None:
    """Say which version this is."""
    from earful import __version__

    print(f"Earful {__version__}")


@agent.command()
def add(
    username: Annotated[str, typer.Argument(help="What they sign in as.")],
    data: DataFolder = DEFAULT_DATA,
    name: Annotated[str, typer.Option(help='As colleagues see it, like "Dario Kessler".')] = "",
    initials: Annotated[str, typer.Option(help="How they sign in public; made of the name if not given.")] = "",
    staff: Annotated[bool, typer.Option("--staff", help="They may link accounts, too.")] = False,
) -> None:
    """Add an agent to a running desk; prints a link that lets them in once."""
    from earful.cli import agents

    end(lambda: agents.add(data.resolve(), username, name, initials, staff=staff))


@agent.command("link")
def link_agent(
    username: Annotated[str, typer.Argument(help="What they sign in as.")], data: DataFolder = DEFAULT_DATA
) -> None:
    """Print a new link that lets an agent of a running desk in once."""
    from earful.cli import agents

    end(lambda: agents.link(data.resolve(), username))


@vault.command()
def rotate(data: DataFolder = DEFAULT_DATA) -> None:
    """Change the key that seals access tokens; safe while the desk runs, and to begin again wherever it was cut off."""
    from earful.cli import vaults

    end(lambda: vaults.rotate(data.resolve()))


@vault.command()
def check(data: DataFolder = DEFAULT_DATA) -> None:
    """See whether every sealed access token opens with the present key."""
    from earful.cli import vaults

    end(lambda: vaults.check(data.resolve()))


@database.command()
def dump(file: Path, data: DataFolder = DEFAULT_DATA) -> None:
    """Write the whole database into one file."""
    from earful.cli import databases

    end(lambda: databases.dump(data.resolve(), file))


@database.command()
def restore(file: Path, data: DataFolder = DEFAULT_DATA) -> None:
    """Bring a dumped database into an empty one."""
    from earful.cli import databases

    end(lambda: databases.restore(data.resolve(), file))


@database.command()
def upgrade(data: DataFolder = DEFAULT_DATA) -> None:
    """Move the embedded database to the newest PostgreSQL here; the old one is kept aside."""
    from earful.cli import databases

    end(lambda: databases.upgrade(data.resolve()))
