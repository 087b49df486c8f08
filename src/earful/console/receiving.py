"""How large a request with files may be, before any of it is read: nothing from strangers, and from agents no more than
the largest file that any network takes.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from earful.connectors.registry import CONNECTORS

# What a form has beside its file.
_FORM = 1_000_000


class Bounded(FileUploadHandler):
    """The first handler of every upload (settings.FILE_UPLOAD_HANDLERS). It keeps nothing itself."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *_: Any) -> None:  # noqa: N803
        """Refuse by the length that is announced; Django reads no more than that."""
        if content_length > (largest() if _is_agent(self.request) else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            raise RequestDataTooBig("This is larger than anything that may be sent here.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def largest() -> int:
    """The largest request that an agent may send: one file, as large as any network takes."""
    rules = (each.capabilities.media(private=private) for each in CONNECTORS.values() for private in (False, True))
    return max(taken.largest for taken in rules) + _FORM


def _is_agent(request: Any) -> bool:
    return bool(request is not None and request.user.is_authenticated)
