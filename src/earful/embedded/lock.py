"""One desk on one data folder: a lock that dies with its holder."""

import errno
import fcntl
import os
from pathlib import Path
from types import TracebackType

from earful.embedded.place import make_data_folder
from earful.embedded.trouble import EmbeddedError


class DataLock:
    """An flock on `<data>/<name>`, whose text is the holder's pid. It ends with `release`, `with` or death.

    The file stays when the lock goes: removing it would let two processes hold locks on two files of one
    name. A process that forks without exec shares the lock with its child, until both are gone.
    """

    def __init__(self, data: Path, name: str = "earful.lock") -> None:
        self.data = data
        self.path = data / name
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock at once, making the folder if need be.

        Raises EmbeddedError, naming the holder's pid, when another process, or another lock here, has it.
        """
        if self._file is not None:
            return
        file = self._open()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(file, 32, 0).decode(errors="replace").strip()
            os.close(file)
            raise self._refusal(error, holder) from error
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        """Give the lock back; without one this does nothing."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def held(self) -> bool:
        """Whether this very lock is held (not: whether somebody holds one)."""
        return self._file is not None

    def __enter__(self) -> "DataLock":
        self.acquire()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()

    def _open(self) -> int:
        try:
            make_data_folder(self.data)
            # O_NOFOLLOW: root must not be led to truncate a file elsewhere by a link laid in the data folder.
            return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise EmbeddedError(f"The data folder cannot be used: {error}. Choose one that you own.") from error

    def _refusal(self, error: OSError, holder: str) -> EmbeddedError:
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            return EmbeddedError(f"{self.path} cannot be locked: {error}. Keep the data folder on a local disk.")
        who = f"process {holder}" if holder else "a process that has not said its number yet"
        return EmbeddedError(
            f"Another Earful ({who}) is running on this data ({self.data}). "
            "Stop it first, or give this one a data folder of its own."
        )
