"""X's limits for sending, and what files its posts and messages carry.

Sources (August 2026): x-api/fundamentals/rate-limits; manage-tweets/integrate, which has a second limit for posts, of
which the lower bounds of both are kept here; media/quickstart for sizes. The three ways to send a message may share one
bucket or not: they are taken to share it.
"""

from typing import Final

from earful.core.media import MediaRules, Takes
from earful.core.pacing import Window

QUARTER: Final = 900
DAY: Final = 86_400
POSTS: Final = (Window(100, QUARTER), Window(300, 3 * 3600))
MESSAGES: Final = (Window(15, QUARTER), Window(1_440, DAY))
MESSAGES_OF_APP: Final = (Window(1_440, DAY),)

# One segment of an upload; X takes up to 5 MB, and at most a thousand of them.
PIECE: Final = 4_000_000

_MEGABYTE: Final = 1024 * 1024
_PICTURES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif")
_ANIMATIONS: Final = ("image/gif",)
_FILMS: Final = ("video/mp4", "video/quicktime")


def _takes(pictures: int) -> MediaRules:
    return MediaRules(
        (
            Takes("picture", _PICTURES, pictures, 5 * _MEGABYTE),
            Takes("animation", _ANIMATIONS, 1, 15 * _MEGABYTE, most_width=1280, most_height=1080, most_frames=350),
            Takes(
                "film",
                _FILMS,
                1,
                512 * _MEGABYTE,
                least_seconds=0.5,
                most_seconds=140,
                most_rate=60,
                codecs=("avc1", "avc3", "mp4a"),
            ),
        ),
        alt=1_000,
        piece=PIECE,
    )


IN_POSTS: Final = _takes(4)
IN_MESSAGES: Final = _takes(1)
