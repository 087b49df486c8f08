"""Files of drafts and answers, as the screen shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from earful.replies.models import File


@dataclass(frozen=True, slots=True)
class FileShown:
    """One file. `about` says what it is and how large; `here` that its bytes lie here still, `seen` that a browser can
    show them as a picture.
    """

    id: int
    name: str
    kind: str
    about: str
    alt: str
    here: bool
    seen: bool


def files_shown(files: Iterable[File]) -> list[FileShown]:
    """The files in their order."""
    return [_shown(file) for file in sorted(files, key=lambda file: file.pk)]


def _shown(file: File) -> FileShown:
    here = bool(file.kept)
    return FileShown(file.pk, file.name, file.kind, _about(file), file.alt, here, here and file.kind != "film")


def _about(file: File) -> str:
    length = f" · {file.seconds:.0f} s" if file.kind == "film" else ""
    return f"{file.kind} · {file.width} × {file.height}{length} · {_size(file.size)}"


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} kB"
