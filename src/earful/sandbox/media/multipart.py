"""A form with files (`multipart/form-data`), taken apart. Source: RFC 7578 and RFC 2046, section 5.1."""

import re
from collections.abc import Iterator

BOUNDARY = re.compile(r"""multipart/form-data\b.*?;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))""", re.IGNORECASE)
NAME = re.compile(rb"""content-disposition:\s*form-data\b[^\r\n]*?;\s*name="([^"\r\n]{1,100})""", re.IGNORECASE)

LONGEST_HEAD = 2000


def fields(content_type: str, body: bytes) -> dict[str, bytes] | None:
    """The fields of a form, each as bytes, of equal names the last; None when the body is no such form."""
    found = BOUNDARY.match(content_type)
    if found is None:
        return None
    boundary = (found[1] or found[2]).encode("latin-1", "replace")
    return dict(_parts(b"\r\n" + body, b"\r\n--" + boundary))


def _parts(body: bytes, mark: bytes) -> Iterator[tuple[str, bytes]]:
    # What stands before the first mark, and behind the last ("--"), is nobody's.
    for part in body.split(mark)[1:]:
        head, gap, content = part.partition(b"\r\n\r\n")
        name = NAME.search(head[:LONGEST_HEAD])
        if gap and name and not head.startswith(b"--"):
            yield name[1].decode("utf-8", "replace"), content
