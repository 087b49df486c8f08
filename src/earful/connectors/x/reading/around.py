"""What a frame tells beside its posts: people, other posts, media, places."""

from earful.connectors.x.frames import Includes, Item, MediaItem, Variant
from earful.connectors.x.reading.ids import is_id
from earful.core.post import Media, Place, Poll


class Around:
    """The look-ups behind it are made only when a post needs them."""

    __slots__ = ("_items", "_media", "includes", "users")

    def __init__(self, includes: Includes) -> None:
        self.users, self.includes = {user.id: user for user in includes.users}, includes
        self._items: dict[str, Item] | None = None
        self._media: dict[str, MediaItem] | None = None

    def item(self, post_id: str) -> Item | None:
        if self._items is None:
            self._items = {item.id: item for item in (*self.includes.tweets, *self.includes.posts)}
        return self._items.get(post_id)

    def author_of(self, post_id: str) -> str:
        item = self.item(post_id)
        return item.author_id if item and is_id(item.author_id) else ""

    def media(self, keys: list[str]) -> tuple[Media, ...]:
        if self._media is None:
            self._media = {item.media_key: item for item in self.includes.media}
        known = [self._media[key] for key in keys if key in self._media]
        return tuple([_media(item) for item in known])

    def poll(self, ids: list[str]) -> Poll | None:
        found = next((poll for poll in self.includes.polls if poll.id in ids), None)
        if found is None:
            return None
        choices = sorted(found.options, key=lambda choice: choice.position)
        return Poll(
            tuple([each.label for each in choices]), tuple([each.votes for each in choices]), found.end_datetime
        )

    def place(self, place_id: str) -> Place:
        found = next((place for place in self.includes.places if place.id == place_id), None)
        if found is None:
            return Place(place_id)
        box = found.geo.bbox if found.geo else []
        west_south_east_north = (box[0], box[1], box[2], box[3]) if len(box) == 4 else None
        return Place(place_id, found.name, found.full_name, found.country_code, found.country, west_south_east_north)


def _media(item: MediaItem) -> Media:
    address = item.url or _largest(item.variants)
    seconds = item.duration_ms / 1000
    return Media(item.type, address, item.preview_image_url, item.alt_text, item.width, item.height, seconds)


def _largest(variants: list[Variant]) -> str:
    """The address of a film: X gives it in several sizes, and as playlists, which are of use only to a player."""
    films = [each for each in variants if each.url and each.bit_rate is not None]
    return max(films, key=lambda each: each.bit_rate or 0).url or "" if films else ""
