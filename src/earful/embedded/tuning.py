"""How the server is set: for one small desk on a shared machine, never at the price of a committed row.

The names are those of PostgreSQL's manual, chapter "Server Configuration". They are given on the command
line, so that a later Earful brings its own along and no file in the cluster grows stale.
"""

from pathlib import Path

PORT = "5432"  # only part of the socket's name, and said wherever one asks: PGPORT may say otherwise

SAFETY = {
    "port": PORT,
    "listen_addresses": "",  # no TCP: whoever may enter the socket's private folder is trusted
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
}

SIZE = {
    "shared_buffers": "64MB",
    "max_connections": "100",
    "max_wal_size": "512MB",
    "wal_compression": "on",
    "jit": "off",  # our queries are short: compiling them costs more than it saves
    # Parallel queries share memory in /dev/shm: containers limit it to 64 MB, logind clears it at log-out.
    "max_parallel_workers": "0",
    "max_wal_senders": "0",
    "max_replication_slots": "0",
    "max_logical_replication_workers": "0",  # one idle process less
    "timezone": "UTC",
    "log_timezone": "UTC",
}

LOGGING = {
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    # Statements and their details carry customers' words, which have no place in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

SINCE = {18: {"io_method": "sync"}}
"""Settings that a major version brought: three idle I/O workers less since 18."""


def options(sockets: Path, major: int) -> list[str]:
    """The server's `-c` options for a socket in `sockets` and this major version."""
    settings = SAFETY | SIZE | LOGGING | {"unix_socket_directories": str(sockets)}
    for since, newer in SINCE.items():
        settings |= newer if major >= since else {}
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
