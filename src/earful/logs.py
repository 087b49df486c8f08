"""Logs: one line an event; for people on a terminal, as JSON elsewhere. EARFUL_LOG_LEVEL sets what is worth a line."""

import logging
import os
import sys
from typing import Any

import structlog


def configure(process: str) -> None:
    """Set this process up to log to standard error under its name. Call once, before anything logs."""
    level = logging.getLevelNamesMapping().get(os.environ.get("EARFUL_LOG_LEVEL", "info").upper(), logging.INFO)
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if sys.stderr.isatty() else "iso", utc=not sys.stderr.isatty()),
        _named(process),
    ]
    final: list[Any] = (
        [structlog.dev.ConsoleRenderer(pad_event_to=22)]
        if sys.stderr.isatty()
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *final],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # What libraries log goes the same way, from warnings up: an error inside Django must not be silent.
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_unmeta, *final])
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def _named(process: str) -> Any:
    def add(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
        event.setdefault("process", process)
        return event

    return add


def _unmeta(logger: Any, name: str, event: Any) -> Any:
    return structlog.stdlib.ProcessorFormatter.remove_processors_meta(logger, name, event)
