"""X's prices for pay-per-use, in US dollars, as its pricing page stood in August 2026.

They change: configuration later replaces this list by date.
"""

from typing import Final

SUMMONED_REPLY: Final = 0.010
POST: Final = 0.015
POST_WITH_LINK: Final = 0.200
PRIVATE_MESSAGE: Final = 0.015
# Read, for each post, each author expanded along with it, and each question to the counts.
FOUND_POST: Final = 0.005
AUTHOR: Final = 0.010
COUNTS: Final = 0.005
