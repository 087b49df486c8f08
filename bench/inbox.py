"""The inbox with 100,000 open cases: CPU a page, and how long a page takes over HTTP with one worker.

.venv/bin/python bench/inbox.py [--cases 100000] [--pages 300]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from path import database

FILL = """
    INSERT INTO people_identity (network, account_id, handle, name, avatar, followers, verified, protected, seen_at)
    SELECT 'x', 'c' || n, 'person_' || n, 'Person ' || n, '', n % 5000, false, false, now()
    FROM generate_series(1, %(cases)s) AS n;
    INSERT INTO cases_case (channel_id, customer_id, status, closing, subject, snippet, private, found_by_rule, intent,
        points, reasons, signals, unanswered, contacts, joined_in, rank_at, waiting_since, opened_at, touched_at)
    SELECT %(channel)s, id, CASE id %% 3 WHEN 0 THEN 'new' ELSE 'open' END, '',
        'No internet since Tuesday, case ' || id, 'Still nothing. Called twice, nobody calls back.', false, false,
        'complaint', id %% 60, '[["has tried before", 20], ["service is down", 14]]', '["outage"]', 2, 1, 0,
        now() - id %% 90000 * interval '1 second', now() - id %% 9000 * interval '1 second', now(), now()
    FROM people_identity WHERE account_id LIKE 'c%%';
"""


def main() -> None:
    """Fill a desk of our own, measure, print, throw it away."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--pages", type=int, default=300)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="earful-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        os.environ["EARFUL_HOSTS"] = "127.0.0.1,testserver"
        with database(folder):
            fill(chosen.cases)
            cookie = sign_in()
            print(f"{chosen.cases:,} open cases")
            print(f"CPU a page, in process: {cpu_a_page(cookie, chosen.pages):.2f} ms")
            over_http(cookie, chosen.pages)


def fill(cases: int) -> None:
    """As many open cases, each of a customer of its own, a tenth of them Dario's."""
    from django.db import connection

    from earful.channels.models import Channel
    from earful.people.models import Agent

    channel = Channel.objects.create(network="x", account_id="1", handle="LumenHelp", api="http://127.0.0.1", site="")
    agent = Agent.objects.create_user("dario", first_name="Dario")
    with connection.cursor() as cursor:
        cursor.execute(FILL.replace("%(cases)s", str(cases)).replace("%(channel)s", str(channel.pk)).replace("%%", "%"))
        cursor.execute("UPDATE cases_case SET owner_id = %s WHERE id %% 10 = 0", [agent.pk])
        cursor.execute("VACUUM ANALYZE")


def sign_in() -> str:
    """A session of Dario's; its cookie."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from earful.people.models import Agent

    agent = Agent.objects.get(username="dario")
    session = SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def cpu_a_page(cookie: str, pages: int) -> float:
    """CPU milliseconds of this process for one whole page, middleware and all."""
    from django.test import Client

    client = Client()
    client.cookies["sessionid"] = cookie
    for _ in range(20):
        assert client.get("/inbox/waiting/").status_code == 200
    began = time.process_time()
    for _ in range(pages):
        client.get("/inbox/waiting/")
    return 1000 * (time.process_time() - began) / pages


def over_http(cookie: str, pages: int) -> None:
    """One page after the other over HTTP from one worker of granian: median and p95."""
    environ = {**os.environ, "EARFUL_HOST": "127.0.0.1", "EARFUL_PORT": "8991"}
    server = subprocess.Popen([sys.executable, "-m", "earful.supervisor.roles", "pages"], env=environ)
    try:
        with httpx.Client(base_url="http://127.0.0.1:8991", cookies={"sessionid": cookie}) as client:
            wait(client)
            for _ in range(20):
                client.get("/inbox/waiting/")
            times, before = [], cpu_of(server.pid)
            for _ in range(pages):
                began = time.perf_counter()
                assert client.get("/inbox/waiting/").status_code == 200
                times.append(1000 * (time.perf_counter() - began))
                time.sleep(0.01)
            used = 1000 * (cpu_of(server.pid) - before) / pages
    finally:
        server.terminate()
        server.wait()
    cuts = statistics.quantiles(times, n=100)
    print(f"CPU a page, of the server's processes while it serves over HTTP: {used:.2f} ms")
    print(f"a page over HTTP, one worker: median {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms")


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process and its children have used."""
    import psutil

    server = psutil.Process(pid)
    times = [process.cpu_times() for process in (server, *server.children(recursive=True))]
    return sum(time.user + time.system for time in times)


def wait(client: httpx.Client) -> None:
    for _ in range(200):
        try:
            client.get("/healthz")
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the pages did not start")


if __name__ == "__main__":
    main()
