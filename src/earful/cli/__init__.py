"""The command line; its commands are in `commands`."""

import os
import sys

# 128 and SIGINT, as shells have it.
INTERRUPTED = 130


def main() -> None:
    """The entry point of `earful` and of the launcher."""
    # A desk is many processes on few cores: threads of BLAS that wait for each other there take ten times as long.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        # Reading the commands in takes long enough for Ctrl-C to fall into it.
        from earful.cli.commands import app

        app(prog_name="earful")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(INTERRUPTED)
