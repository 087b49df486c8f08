"""Uploaded files as browsers get them: only kinds that can do no harm in a page, under the type that we measured."""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from earful.sandbox.frame import PageError
from earful.sandbox.numerals import identifier

if TYPE_CHECKING:
    from earful.sandbox.media.uploads import Upload
    from earful.sandbox.world import World

SAFE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "video/mp4", "video/quicktime"})
STILL = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90" width="320" height="180">'
    '<rect width="160" height="90" fill="#333"/><path d="M68 30v30l26-15z" fill="#fff"/></svg>'
)


class Exhibits:
    """Pictures and videos for the pages; private ones only beside the messages that carry them."""

    def __init__(self, world: "World") -> None:
        self.world = world

    async def public(self, request: Request) -> Response:
        """A file that a post may carry."""
        return self._file(request, private=False)

    async def private(self, request: Request) -> Response:
        """A file that a message may carry. Nobody is signed in on these pages, so nobody is asked who they are."""
        return self._file(request, private=True)

    async def still(self, _: Request) -> Response:
        """What stands for a video that does not play yet. Nothing here can look into one, so it is drawn."""
        return Response(STILL, media_type="image/svg+xml")

    def _file(self, request: Request, *, private: bool) -> Response:
        upload = self._find(request.path_params["name"])
        if upload.kind.private != private or upload.mime not in SAFE:
            raise PageError(404, "There is no such file.")
        return FileResponse(self.world.uploads.path(upload), media_type=upload.mime)

    def _find(self, name: str) -> "Upload":
        found = self.world.uploads.find(identifier(name.partition(".")[0]) or 0)
        if found is None or name != f"{found.id}.{found.extension}" or not found.used:
            raise PageError(404, "There is no such file.")
        return found
