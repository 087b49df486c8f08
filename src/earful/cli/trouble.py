"""What can go wrong at the command line, as one sentence that says what to do."""

import errno

from earful.embedded import EmbeddedError


class Trouble(Exception):
    """A command cannot do what it was asked; the message says what to do."""


TROUBLE = (Trouble, EmbeddedError, OSError)


def sentence(error: BaseException) -> str:
    """The error for the person at the keyboard."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return (
            f"The disk is full ({error.filename or 'while writing'}). Free some space; nothing that was kept is lost."
        )
    return str(error)
