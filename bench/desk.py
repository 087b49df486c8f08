"""A whole desk as `earful up` runs it: seconds to the first page, memory at rest, and from posting to visible.

    .venv/bin/python bench/desk.py [--rate 20] [--seconds 20]

Visible means: the post is committed, the page was told, it fetched the row under its own permission, and the row is in
its answer. Memory is what the processes have for themselves plus their part of what they share (PSS), and for
comparison the sum of what each has resident (RSS), which counts shared pages several times.
"""

import argparse
import re
import statistics
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "journeys"), str(ROOT / "src")]
from running_desk import RunningDesk, wait_for  # noqa: E402


def main() -> None:
    """Start cold, stop, start warm, rest, measure, stop."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rate", type=float, default=20.0)
    options.add_argument("--seconds", type=float, default=20.0)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="earful-bench-") as name:
        Path(name).chmod(0o755)
        desk = RunningDesk(Path(name) / "desk")
        try:
            print(f"first start, database made:  {start(desk):.1f} s to the first page")
            print(f"Ctrl-C to all down:          {desk.interrupt():.1f} s")
            print(f"warm start:                  {start(desk):.1f} s to the first page")
            time.sleep(5)
            memory(desk)
            delays = posting_to_visible(desk, chosen.rate, chosen.seconds)
        finally:
            desk.stop()
    cuts = statistics.quantiles(delays, n=100)
    print(
        f"posting to visible at {chosen.rate:g} posts/s: median {1000 * statistics.median(delays):.0f} ms, "
        f"p99 {1000 * cuts[98]:.0f} ms, longest {1000 * max(delays):.0f} ms ({len(delays)} posts)"
    )


def start(desk: RunningDesk) -> float:
    """Seconds from the command to the first page that answers."""
    began = time.monotonic()
    threading.Thread(target=desk.start, daemon=True).start()
    while True:
        try:
            if httpx.get(f"{desk.url}/accounts/login/", timeout=2).status_code == 200:
                seconds = time.monotonic() - began
                break
        except httpx.TransportError:
            time.sleep(0.02)
    wait_for(lambda: desk.running_file() and desk.log.read_text().count("Ctrl-C stops") >= 1)
    wait_for(lambda: desk.count("SELECT count(*) FROM channels_hearing WHERE ear = 'stream' AND alive_at IS NOT NULL"))
    return seconds


def memory(desk: RunningDesk) -> None:
    """Each process, and the sum."""
    import psutil

    assert desk.process is not None
    processes = [psutil.Process(desk.process.pid), *desk.family()]
    pss = rss = 0
    for process in processes:
        full = process.memory_full_info()
        pss, rss = pss + full.pss, rss + full.rss
        words = " ".join(process.cmdline())
        role = re.search(r"roles (\w+)|sandbox|cli up|postgres.*", words)
        print(f"    {full.pss / 1e6:6.1f} MB  {role[0][:40] if role else words[:40]}")
    print(
        f"memory at rest:              {pss / 1e6:.0f} MB (sum of RSS {rss / 1e6:.0f} MB), {len(processes)} processes"
    )


class Inbox(threading.Thread):
    """An open inbox without a browser: told by events, it fetches the rows that changed, at most five times a second,
    as the page's own script does."""

    def __init__(self, desk: RunningDesk) -> None:
        super().__init__(daemon=True)
        self.browser = httpx.Client(base_url=desk.url, follow_redirects=True, timeout=10)
        page = self.browser.get(desk.enter).text
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
        self.browser.post(desk.enter, data={"csrfmiddlewaretoken": token}, headers={"referer": desk.enter})
        told = self.browser.get("/ticket/").json()
        self.events = f"{told['url']}?ticket={told['ticket']}"
        self.seen: dict[str, float] = {}
        self.changed: set[str] = set()
        threading.Thread(target=self._fetch, daemon=True).start()

    def run(self) -> None:
        """Hear."""
        cookie = {"cookie": f"sessionid={self.browser.cookies['sessionid']}"}
        with suppress(httpx.TransportError), httpx.stream("GET", self.events, headers=cookie, timeout=60) as stream:
            kind = ""
            for line in stream.iter_lines():
                if line.startswith("event: "):
                    kind = line[7:]
                elif line.startswith("data: ") and kind == "case":
                    self.changed |= set(line[6:].split(","))

    def _fetch(self) -> None:
        while True:
            time.sleep(0.03)
            if not self.changed:
                continue
            ids, self.changed = self.changed, set()
            rows = self.browser.get("/inbox/all/rows", params={"ids": ",".join(sorted(ids))}).text
            now = time.monotonic()
            for handle in re.findall(r"@(bench_\d+)", rows):
                self.seen.setdefault(handle, now)
            time.sleep(0.17)


def posting_to_visible(desk: RunningDesk, rate: float, seconds: float) -> list[float]:
    """One post at a time, each by a customer of their own; the delay of each."""
    inbox = Inbox(desk)
    inbox.start()
    time.sleep(1)
    posted: dict[str, float] = {}
    began = time.monotonic()
    with desk.door() as door:
        for number in range(int(rate * seconds)):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            handle = f"bench_{number}"
            posted[handle] = time.monotonic()
            door.post("/pretend/posts", json={"username": handle, "text": f"@LumenHelp no signal, number {number}"})
    wait_for(lambda: len(inbox.seen) == len(posted), 20)
    return [inbox.seen[handle] - at for handle, at in posted.items()]


if __name__ == "__main__":
    main()
