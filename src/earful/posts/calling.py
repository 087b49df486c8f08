"""What posts are called (a complaint, praise …) once that is told anew, and found by from then on."""

from collections.abc import Mapping

from earful.posts.models import Post, Searched
from earful.posts.store import index


def call(intents: Mapping[int, str]) -> None:
    """Call these posts (rows) so. In the transaction of whoever tells it; a post that is called so already is left."""
    posts = [post for post in _those(intents) if post.intent != intents[post.pk]]
    for post in posts:
        post.intent = intents[post.pk]
    Post.objects.bulk_update(posts, ["intent"])
    # The moment goes with the row: by the post alone every month would be looked through.
    for post in posts:
        Searched.objects.filter(created_at=post.created_at, post=post).delete()
    index(posts)


def _those(intents: Mapping[int, str]) -> list[Post]:
    return list(Post.objects.filter(pk__in=intents).select_related("author").order_by("pk"))
