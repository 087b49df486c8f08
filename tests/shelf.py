"""Where a network in memory keeps files that are handed over, piece by piece, as X's media endpoints take them."""

import base64
from dataclasses import dataclass, field
from typing import Any

from building import next_id
from earful.core.connector import Request


@dataclass
class Kept:
    """One file on its way."""

    said: dict[str, Any]
    pieces: dict[int, bytes] = field(default_factory=dict)
    closed: bool = False
    alt: str = ""

    @property
    def whole(self) -> bytes:
        return b"".join(content for _, content in sorted(self.pieces.items()))


@dataclass
class Shelf:
    """All files. What moves is worked on for `works` askings before it is ready; `failing` is why it never will be."""

    files: dict[str, Kept] = field(default_factory=dict)
    works: int = 0
    failing: str = ""
    started: int = 0

    def answer(self, request: Request) -> tuple[int, dict[str, Any]]:
        """What X says to a step of an upload."""
        *_, last = request.path.split("/")
        if last == "initialize":
            return self._begin(request)
        of = request.path.split("/")[4] if last in ("append", "finalize") else ""
        of = of or request.params.get("media_id", "") or str((request.json or {}).get("id", ""))
        kept = self.files.get(of)
        if kept is None:
            return 404, {"title": "Not Found Error", "detail": f"Could not find media with id: [{of}]."}
        if last == "append":
            assert request.json is not None
            kept.pieces[request.json["segment_index"]] = base64.b64decode(request.json["media"])
            return 200, {"data": {"expires_at": 0}, "meta": {}}
        if last == "metadata":
            assert request.json is not None
            kept.alt = request.json["metadata"]["alt_text"]["text"]
            return 200, {"data": {"id": of}, "meta": {}}
        if last == "finalize" and len(kept.whole) != kept.said["total_bytes"]:
            return 400, {"title": "Invalid Request", "detail": "bytes are missing"}
        kept.closed = True
        return 200, self._state(of, kept)

    def usable(self, media_id: str) -> bool:
        """Whether a post can carry it."""
        return media_id in self.files and self.files[media_id].closed

    def _begin(self, request: Request) -> tuple[int, dict[str, Any]]:
        assert request.json is not None
        new = next_id()
        self.files[new], self.started = Kept(dict(request.json)), self.started + 1
        return 200, {"data": {"id": new, "expires_after_secs": 1_295_999}, "meta": {}}

    def _state(self, of: str, kept: Kept) -> dict[str, Any]:
        data: dict[str, Any] = {"id": of, "expires_after_secs": 86_400}
        if kept.said["media_category"].endswith("image"):
            return {"data": data}
        if self.works:
            self.works -= 1
            return {"data": {**data, "processing_info": {"state": "in_progress", "check_after_secs": 3}}}
        if self.failing:
            errors = [{"title": "Invalid Request", "detail": self.failing}]
            return {"data": {**data, "processing_info": {"state": "failed"}}, "errors": errors}
        return {"data": {**data, "processing_info": {"state": "succeeded"}}}
