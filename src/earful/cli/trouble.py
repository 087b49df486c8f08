"""What can go wrong at the command line, as one sentence that says what to do."""

import errno
from collections.abc import Mapping
from typing import Final

from earful.embedded import EmbeddedError


class Trouble(Exception):
    """A command cannot do what it was asked; the message says what to do."""


TROUBLE = (Trouble, EmbeddedError, OSError)


def sentence(error: BaseException) -> str:
    """The error for the person at the keyboard."""
    if isinstance(error, OSError) and error.filename and (said := _FILES.get(error.errno or 0)):
        return said.format(error.filename)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return (
            f"The disk is full ({error.filename or 'while writing'}). Free some space; nothing that was kept is lost."
        )
    return str(error)


_FILES: Final[Mapping[int, str]] = {
    errno.ENOENT: "There is no {}. See that its name is right and that it is there.",
    errno.ENOTDIR: "There is no {}. See that its name is right and that it is there.",
    errno.EISDIR: "{} is a folder. Name a file in it.",
    errno.EACCES: "{} may not be opened by you. Change who may, or name another.",
}
