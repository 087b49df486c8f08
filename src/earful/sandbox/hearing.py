"""A post of the pretend X in the shape that the rule language understands."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from earful.core.post import Author, Link, Media, Place
from earful.core.post import Post as Heard
from earful.sandbox.posts import Post
from earful.sandbox.snowflake import moment

if TYPE_CHECKING:
    from earful.sandbox.world import World


class Hearing:
    """Turns posts into `core.post.Post`. Keeps the authors it met: use one for a batch, then let it go."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.authors: dict[int, Author] = {}

    def heard(self, post: Post) -> Heard:
        """The post as a rule sees it."""
        parent = self._find(post.reply_to)
        quoted = self._find(post.quote)
        reposted = self._find(post.repost)
        reposts, replies, quotes = self.world.posts.counts(post)
        entities = post.entities
        return Heard(
            network="x",
            id=str(post.first),
            version=str(post.id),
            author=self._author(post.author),
            text=post.text,
            created_at=datetime.fromtimestamp(moment(post.id), UTC),
            root=str(post.conversation),
            reply_to=str(post.reply_to or ""),
            reply_to_author=str(parent.author) if parent else "",
            reply_to_handle=self._author(parent.author).handle if parent else "",
            quotes=str(post.quote or ""),
            quotes_author=str(quoted.author) if quoted else "",
            reposts=str(post.repost or ""),
            reposts_author=str(reposted.author) if reposted else "",
            reposts_handle=self._author(reposted.author).handle if reposted else "",
            mentions=tuple(mention["username"].lower() for mention in entities.get("mentions", [])),
            hashtags=tuple(tag["tag"] for tag in entities.get("hashtags", [])),
            links=tuple(Link(u["url"], u["expanded_url"], u["display_url"]) for u in entities.get("urls", [])),
            media=tuple(Media(item.get("type", "photo"), item.get("url", "")) for item in post.media),
            lang=post.lang,
            spread=reposts + quotes,
            replies=replies,
            reposted=reposts,
            likes=post.facts.likes,
            place=_place(post.facts.place) if post.facts.place else None,
            point=post.facts.point,
            topics=tuple(f"{each['domain']['id']}.{each['entity']['id']}" for each in post.facts.context_annotations),
            entities=tuple(each["normalized_text"] for each in post.facts.annotations),
            source=post.source,
        )

    def quoted(self, post: Post) -> Heard | None:
        """The post that a post quotes, if it still stands."""
        quoted = self.world.posts.standing(post.quote) if post.quote else None
        return self.heard(quoted) if quoted else None

    def _find(self, post: int | None) -> Post | None:
        return self.world.posts.find(post) if post else None

    def _author(self, account: int) -> Author:
        if account not in self.authors:
            known = self.world.accounts.known(account)
            self.authors[account] = Author(
                id=str(known.id),
                handle=known.username,
                name=known.name,
                followers=known.followers,
                verified=known.verified,
                bio=known.bio,
                location=known.options.location,
                posts=self.world.posts.number_by(known.id),
                following=known.options.following,
                listed=known.options.listed,
            )
        return self.authors[account]


def _place(told: dict[str, Any]) -> Place:
    return Place(
        told["id"],
        told.get("name", ""),
        told.get("full_name", ""),
        told.get("country_code", ""),
        told.get("country", ""),
        told.get("geo", {}).get("bbox"),
    )
