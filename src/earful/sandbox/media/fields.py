"""What the API tells about a picture or a video, in the tweet vocabulary (both vocabularies agree here)."""

from typing import TYPE_CHECKING, Any

from earful.sandbox.post_fields import Shape, filled

if TYPE_CHECKING:
    from earful.sandbox.media.uploads import Upload
    from earful.sandbox.world import World

BIT_RATE = 832_000


def media_shape(world: "World", item: dict[str, Any], names: frozenset[str]) -> Shape:
    """One item of a post's media. One that was never uploaded here is told as it was given."""
    upload = world.uploads.of(item)
    known = uploaded(world, upload, item.get("url", "")) if upload else {"type": "photo"} | item
    return shown(known, names)


def shown(known: Shape, names: frozenset[str]) -> Shape:
    """Of everything about a file what was asked for."""
    return {name: known[name] for name in known if name in names | {"media_key", "type"}}


def uploaded(world: "World", upload: "Upload", url: str) -> Shape:
    """Everything about a file. Photos have an address, videos and GIFs a still and variants."""
    size = {"width": upload.measured.width, "height": upload.measured.height}
    told: Shape = {"media_key": upload.key, "type": upload.kind.shows, "alt_text": upload.alt} | size
    if upload.kind.shows == "photo":
        return filled((told | {"url": url}).items())
    still = url if upload.kind.shows == "animated_gif" else f"{world.public_url}/still/{upload.id}.svg"
    told |= {"preview_image_url": still, "variants": [_variant(upload, url)]}
    if upload.kind.shows == "video":
        del told["alt_text"]
        told |= {"duration_ms": round(upload.measured.seconds * 1000), "public_metrics": {"view_count": 0}}
    return filled(told.items())


def _variant(upload: "Upload", url: str) -> Shape:
    rate = BIT_RATE if upload.kind.shows == "video" else 0
    return {"bit_rate": rate, "content_type": upload.mime, "url": url}
