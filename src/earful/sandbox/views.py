"""Posts and messages made ready to be shown on a page."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from earful.sandbox.accounts import Account
from earful.sandbox.figures import Choice, Figure, attachment, choices, figures, labels, leads_to
from earful.sandbox.messages import Message
from earful.sandbox.posts import Post
from earful.sandbox.sight import Sight
from earful.sandbox.snowflake import moment, written

if TYPE_CHECKING:
    from earful.sandbox.world import World

DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: plain, or a "mention", "tag" or "link". `leads` is the handle a mention names."""

    text: str
    kind: str = ""
    leads: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """One post as a page shows it. `when` is for people (UTC), `moment` for machines; `gone` says why there is
    nothing to see, `leads_to` is the account that its button writes to, `children` are its answers.
    """

    id: str
    author: Account
    pieces: tuple[Piece, ...]
    when: str
    moment: str
    gone: str
    edited: bool
    reposted: bool
    replying_to: str
    replies: int
    quoted: "View | None"
    figures: tuple[Figure, ...] = ()
    choices: tuple[Choice, ...] = ()
    labels: tuple[str, ...] = ()
    leads_to: str = ""
    chosen: bool = False
    children: tuple["View", ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One private message as a page shows it."""

    sender: Account
    text: str
    figure: Figure | None
    when: str
    moment: str


def view(world: "World", post: Post, children: Iterable[View] = (), chosen: int = 0, deep: bool = True) -> View:
    """A post for a page; `chosen` is the first id of the post that the page is about."""
    parent = world.posts.find(post.reply_to) if post.reply_to else None
    quoted = world.posts.find(post.quote) if post.quote and deep else None
    gone = _why_gone(world, post)
    return View(
        id=str(post.id),
        author=world.accounts.known(post.author),
        pieces=() if gone else tuple(pieces(post)),
        when=for_people(post.id),
        moment=written(post.id),
        gone=gone,
        edited=post.id != post.first,
        reposted=post.repost is not None,
        replying_to=world.accounts.known(parent.author).username if parent else "",
        replies=world.posts.counts(post)[1],
        quoted=view(world, quoted, deep=False) if quoted else None,
        figures=figures(world, post),
        choices=choices(post),
        labels=labels(world, post),
        leads_to=leads_to(world, post),
        chosen=post.first == chosen,
        children=tuple(children),
    )


def tree(world: "World", about: Post) -> list[View]:
    """The whole thread around a post: its roots, each with the answers hanging on it, oldest first."""
    thread = world.posts.conversation(about.conversation)
    hung = _hung(world, thread)
    answers: defaultdict[int, list[View]] = defaultdict(list)
    # Newest first, so that every answer is ready before the post it hangs on.
    for post in sorted(thread, key=lambda post: post.first, reverse=True):
        answers[hung[post.first]].append(view(world, post, answers[post.first][::-1], about.first))
    return answers[0][::-1]


def _hung(world: "World", thread: Iterable[Post]) -> dict[int, int]:
    """For each post (by first id) the one it hangs on, 0 for a root; nothing hangs deeper than DEEPEST."""
    hung: dict[int, int] = {}
    depth = {0: -1}
    for post in sorted(thread, key=lambda post: post.first):
        parent = _parent(world, post)
        on = parent if parent in hung else 0
        hung[post.first] = hung[on] if on and depth[on] == DEEPEST else on
        depth[post.first] = depth[hung[post.first]] + 1
    return hung


def lines(world: "World", messages: Iterable[Message]) -> list[Line]:
    """Messages for a page, oldest first."""
    found = sorted(messages, key=lambda message: message.id)
    return [
        Line(world.accounts.known(one.sender), one.text, attachment(world, one), for_people(one.id), written(one.id))
        for one in found
    ]


def pieces(post: Post) -> Iterable[Piece]:
    """A post's text cut at its entities; a short link shows where it leads, and leads nowhere."""
    behind = 0
    for start, end, piece in sorted(_marked(post), key=lambda marked: marked[0]):
        if start >= behind:
            yield Piece(post.text[behind:start])
            yield piece
            behind = end
    yield Piece(post.text[behind:])


def for_people(snowflake: int) -> str:
    """When an id was made, short, in UTC."""
    return datetime.fromtimestamp(moment(snowflake), UTC).strftime("%-d %b, %H:%M:%S UTC")


def _why_gone(world: "World", post: Post) -> str:
    """Why anybody who passes by sees nothing of a post."""
    unseen = Sight(world).of_post(post)
    away = world.states.of(post.author).away
    if not unseen:
        return ""
    if away:
        return f"This post is by an account that is {away}."
    return "This post was deleted." if unseen == "missing" else "This post is by a protected account."


def _marked(post: Post) -> Iterable[tuple[int, int, Piece]]:
    for mention in post.entities.get("mentions", []):
        words = post.text[mention["start"] : mention["end"]]
        yield mention["start"], mention["end"], Piece(words, "mention", mention["username"])
    for kind in ("hashtags", "cashtags"):
        for tag in post.entities.get(kind, []):
            yield tag["start"], tag["end"], Piece(post.text[tag["start"] : tag["end"]], "tag")
    for url in post.entities.get("urls", []):
        yield url["start"], url["end"], Piece(url["display_url"], "link")


def _parent(world: "World", post: Post) -> int:
    parent = world.posts.find(post.reply_to) if post.reply_to else None
    return parent.first if parent else 0
