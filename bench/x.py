"""From X's stream socket to a stored, cased post, all of them matched; and how long a desk is deaf after a cut.

    .venv/bin/python bench/x.py [--posts 5000] [--cuts 5]

A whole desk as `earful up` runs it hears the pretend X on the same machine: what the pretend X costs to make and send
the posts is in the figure. Each post names the brand and is by a customer of its own, so each opens a case. The pretend
X's limits of a second (X's self-serve tier: 250 posts) do not hold here. "Again after a cut" is the time from the
moment the connection is broken off until a post made right then is stored, by whichever ear brings it.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "journeys"), str(ROOT / "src")]
from running_desk import RunningDesk, wait_for  # noqa: E402

BULK = 1_000
PATIENCE_S = 300.0


def main() -> None:
    """Start a desk, pour posts into the pretend X, break the stream off a few times."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--posts", type=int, default=5_000)
    options.add_argument("--cuts", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="earful-bench-") as name:
        Path(name).chmod(0o755)
        desk = RunningDesk(Path(name) / "desk")
        try:
            desk.start()
            wait_for(lambda: desk.count("SELECT count(*) FROM channels_hearing WHERE ear = 'stream'"))
            time.sleep(5)
            pour(desk, chosen.posts)
            cut(desk, chosen.cuts)
        finally:
            desk.stop()


def pour(desk: RunningDesk, posts: int) -> None:
    """Posts as fast as the pretend X makes them; the time until the last one is stored."""
    before, began = stored(desk), time.monotonic()
    with desk.door() as door:
        for start in range(0, posts, BULK):
            many = [
                {"username": f"pour_{number}", "text": f"@LumenHelp no signal here, number {number}"}
                for number in range(start, min(start + BULK, posts))
            ]
            door.post("/pretend/posts/bulk", json={"posts": many}, timeout=120).raise_for_status()
    made = time.monotonic() - began
    wait_for(lambda: stored(desk) >= before + posts, PATIENCE_S)
    seconds = time.monotonic() - began
    cases = desk.count("SELECT count(*) FROM cases_case WHERE subject LIKE %s", "%no signal here%")
    print(f"made by the pretend X:        {posts / made:,.0f} posts/s")
    print(f"from socket to stored, cased: {posts / seconds:,.0f} posts/s ({posts:,} posts, {cases:,} cases)")


def cut(desk: RunningDesk, cuts: int) -> None:
    """The stream broken off, and a post made at that moment."""
    waits = []
    for number in range(cuts):
        with desk.door() as door:
            door.post("/pretend/stream/LumenHelp/cut").raise_for_status()
            at, before = time.monotonic(), stored(desk)
            door.post(
                "/pretend/posts", json={"username": f"cut_{number}", "text": f"@LumenHelp are you there? {number}"}
            )
        wait_for(lambda before=before: stored(desk) > before, 60)
        waits.append(time.monotonic() - at)
        time.sleep(5)
    print(f"again after a cut:            median {statistics.median(waits):.1f} s, longest {max(waits):.1f} s")


def stored(desk: RunningDesk) -> int:
    """How many posts the desk has."""
    return desk.count("SELECT count(*) FROM posts_post")


if __name__ == "__main__":
    main()
