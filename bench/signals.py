"""What signs, masking and language cost a post, one by one and together, and how often the language is right.

Over the project's own corpus, on one core: `nice -n 10 python bench/signals.py`.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.resources import files

from earful.core.triage.personal import personal
from earful.core.triage.signals import names
from earful.core.triage.tongues import tongue

TURNS = 3
Row = dict[str, str]


def corpus() -> list[Row]:
    """Every post of the corpus."""
    folder = files("earful.core.triage").joinpath("corpus")
    texts = [path.read_text("utf-8") for path in folder.iterdir() if path.name.endswith(".jsonl")]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def micros(ask: Callable[[str], object], texts: Sequence[str]) -> tuple[float, float]:
    """Microseconds of processor time a text: met for the first time, and the best of further turns."""
    ask(texts[0])
    taken = []
    for _ in range(1 + TURNS):
        begun = time.process_time()
        for text in texts:
            ask(text)
        taken.append(1e6 * (time.process_time() - begun) / len(texts))
    return taken[0], min(taken[1:])


def say_times(texts: Sequence[str]) -> None:
    """Print what each part costs."""
    asked = {"signs, with masking": names, "masking alone": personal, "language": tongue}
    for name, ask in asked.items():
        first, again = micros(ask, texts)
        print(f"{name}: {first:.0f} µs a post, {again:.0f} once its words are known")
    hostile = "\u0301".join("waiting on hold, not again! " * 400)
    begun = time.process_time()
    names(hostile)
    print(f"a hostile text of {len(hostile):,} characters: {1e3 * (time.process_time() - begun):.1f} ms")


def say_languages(rows: Sequence[Row]) -> None:
    """Print how often the language is told, and told right."""
    of, told, right = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        said, lang = tongue(row["text"]), row["lang"]
        of[lang] += 1
        told[lang] += said != ""
        right[lang] += said == lang
    for lang, count in of.most_common():
        print(
            f"{lang}: told {told[lang] / count:.1%} of {count:,}, right {right[lang] / max(1, told[lang]):.1%} of these"
        )


if __name__ == "__main__":
    posts = corpus()
    say_times([row["text"] for row in posts])
    say_languages(posts)
