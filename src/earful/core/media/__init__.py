"""What a file is, by its own bytes, and whether a network will take it. Names and media types that come with files
are only claims.

Looked at: the type, the size, width and height, an animation's frames, a film's length, codecs and frames a second.
Not looked at, because it would mean decoding: whether what is inside can be shown and heard, bit rates, profiles and
colours. What a network finds wrong with those it says when it has the file.
"""

from earful.core.media.looking import NotMedia, look
from earful.core.media.seen import Kind, Seen
from earful.core.media.taking import NO_MEDIA, MediaRules, Takes, problems, together

__all__ = ["NO_MEDIA", "Kind", "MediaRules", "NotMedia", "Seen", "Takes", "look", "problems", "together"]
