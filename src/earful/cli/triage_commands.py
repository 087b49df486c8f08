"""`earful triage`: explain, eval, predict, train, deepen. Each command imports what it needs, and no more."""

import os
from pathlib import Path
from typing import Annotated

import typer

from earful.cli.ending import end, for_pipes

triage = typer.Typer(no_args_is_help=True)
Models = Annotated[
    list[Path] | None,
    typer.Option("--model", help="A file that `train` made; its heads stand beside, or for, those shipped."),
]


Stage = Annotated[
    int, typer.Option(min=1, max=2, help="2 also asks the second stage, which `deepen` makes: slower, and better.")
]


@triage.callback()
def speak_of_triage() -> None:
    """What a post is, by ten learned questions: ask them of one post or of a file, see how often they are right, teach
    one from a file. No desk and no database are needed. They know English best.
    """


@triage.command()
def explain(
    text: Annotated[str, typer.Argument(help="The post, in quotes.")], model: Models = None, stage: Stage = 1
) -> None:
    """Print every answer, how sure it is, and the words that spoke for it."""
    from earful.cli.triage import explain as explain_text

    end(lambda: explain_text(text, model or [], stage))


@triage.command(name="eval")
def evaluate(
    labelled: Annotated[
        str,
        typer.Argument(
            metavar="SET",
            help="A .csv or .jsonl with a column for a head, or a set known by name: complaints, airline, …",
        ),
    ],
    text: Annotated[str, typer.Option(help="The column with the text.")] = "text",
    head: Annotated[
        list[str] | None,
        typer.Option(help="A head, or HEAD=COLUMN where its answers stand in another column."),
    ] = None,
    model: Models = None,
    stage: Stage = 1,
) -> None:
    """Print how good each head is on a labelled file: macro-F1, accuracy, calibration, accuracy on the surest 80 %."""
    from earful.cli.triage_learning import evaluate as evaluate_set

    end(lambda: evaluate_set(labelled, text, head or [], model or [], stage))


@triage.command()
def predict(
    came: Annotated[Path, typer.Option("--in", help='One {"id", "text"} a line; "-" is stdin.')],
    goes: Annotated[Path, typer.Option("--out", help='Where the answers go, one a line; "-" is stdout.')],
    model: Models = None,
    stage: Stage = 1,
    articles: Annotated[
        Path | None, typer.Option(help='The articles of each brand, as JSON: {"brand": [{"id", "url", "title", …}]}.')
    ] = None,
    history: Annotated[
        Path | None, typer.Option(help='What was sent so far: one {"brand", "text", "article", …} a line.')
    ] = None,
    topics: Annotated[
        list[Path] | None,
        typer.Option(help='A .toml with a desk\'s own topics, in place of the contact reasons: they become "labels".'),
    ] = None,
) -> None:
    """Answer every head for each line of a file; where a line has a brand, rank the articles to send as well."""
    from earful.cli.articles import articles as read_articles
    from earful.cli.triage import predict as predict_file

    def write() -> int:
        return predict_file(came, goes, model or [], stage, read_articles(articles, history), topics or [])

    end(for_pipes(write))


@triage.command()
def train(
    given: Annotated[Path, typer.Option("--from", help="A .csv or .jsonl with texts and the right answers.")],
    label: Annotated[str, typer.Option(help="The column with the right answer.")],
    head: Annotated[str, typer.Option(help="The name of the head that learns.")],
    goes: Annotated[Path, typer.Option("--out", help="The file to write the model to.")],
    text: Annotated[str, typer.Option(help="The column with the text.")] = "text",
    stage: Stage = 1,
) -> None:
    """Learn a head from a file; a tenth is held back to say how good it is."""
    from earful.cli.triage_learning import train as train_head

    end(lambda: train_head(given, text, label, head, goes, stage))


@triage.command()
def deepen(
    data: Annotated[
        Path,
        typer.Option("--data", envvar="EARFUL_DATA", help="The desk's folder, into which it goes.", show_default=False),
    ] = Path(os.environ.get("EARFUL_HOME", Path.cwd())) / ".earful" / "desk",
    rounds: Annotated[int | None, typer.Option(min=1, max=20, help="How often each post is read.")] = None,
) -> None:
    """Make this desk's second stage: a small transformer (MiniLM), taught here, in some minutes of one core."""
    from earful.cli.triage_learning import deepen as make

    end(lambda: make(data.resolve(), rounds))
