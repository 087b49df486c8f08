"""What a file may be for, and what X takes for that: the media categories with their limits, as a table.

Sources: X's media pages of August 2026 (x-api/media) and the enums of both API descriptions. The numbers before a media
key tell the kind; X publishes no list of them, so the ones for messages are our guess.
"""

from dataclasses import dataclass

from earful.sandbox.media.measuring import Measured

MEGABYTE = 1024 * 1024
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/bmp", "image/pjpeg", "image/tiff"})
GIFS = frozenset({"image/gif"})
VIDEOS = frozenset({"video/mp4", "video/quicktime", "video/webm", "video/mp2t"})
TEXTS = frozenset({"text/srt", "text/vtt"})
GIF_ACROSS, GIF_DOWN, GIF_FRAMES = 1280, 1080, 350
VIDEO_SHORTEST_S, VIDEO_LONGEST_S = 0.5, 140.0


@dataclass(frozen=True, slots=True)
class Category:
    """One use of a file. `shows` is its `type` in answers, `slow` that it is worked on after it was finished."""

    number: int
    shows: str
    most: int
    takes: frozenset[str]
    slow: bool = False
    private: bool = False


CATEGORIES = {
    "tweet_image": Category(3, "photo", 5 * MEGABYTE, PICTURES | GIFS),
    "tweet_gif": Category(16, "animated_gif", 15 * MEGABYTE, GIFS, slow=True),
    "tweet_video": Category(7, "video", 512 * MEGABYTE, VIDEOS, slow=True),
    "amplify_video": Category(13, "video", 512 * MEGABYTE, VIDEOS, slow=True),
    "dm_image": Category(5, "photo", 5 * MEGABYTE, PICTURES | GIFS, private=True),
    "dm_gif": Category(22, "animated_gif", 15 * MEGABYTE, GIFS, slow=True, private=True),
    "dm_video": Category(15, "video", 512 * MEGABYTE, VIDEOS, slow=True, private=True),
    "subtitles": Category(9, "subtitles", MEGABYTE, TEXTS),
}


def unfit(category: Category, measured: Measured, total: int) -> str:
    """Why X would not take a file for this, or "" when it would."""
    if total > category.most:
        return f"The file has {total} bytes; at most {category.most} are taken."
    if category.takes == TEXTS:
        return ""
    if measured.mime not in category.takes:
        return f"The file is {measured.mime or 'of a kind that cannot be read'}, not one of {_listed(category)}."
    if category.shows == "animated_gif":
        return _unfit_gif(measured)
    return _unfit_video(measured) if category.shows == "video" else ""


def _unfit_gif(measured: Measured) -> str:
    if measured.width > GIF_ACROSS or measured.height > GIF_DOWN:
        return f"A GIF has at most {GIF_ACROSS} by {GIF_DOWN} pixels."
    return f"A GIF has at most {GIF_FRAMES} frames." if measured.frames > GIF_FRAMES else ""


def _unfit_video(measured: Measured) -> str:
    if VIDEO_SHORTEST_S <= measured.seconds <= VIDEO_LONGEST_S:
        return ""
    return f"A video lasts {VIDEO_SHORTEST_S} to {VIDEO_LONGEST_S:.0f} seconds, this one {measured.seconds:.1f}."


def _listed(category: Category) -> str:
    return ", ".join(sorted(category.takes))
