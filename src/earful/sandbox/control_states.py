"""The practice door's states: what befalls accounts and posts, how accounts stand to each other, and what uploads and
compliance jobs go through.

Each method takes a request and its body. What cannot be done is a ValueError with the reason, what is not there a
ControlError.
"""

import re
from typing import TYPE_CHECKING, Annotated

import msgspec
from starlette.requests import Request

from earful.sandbox.compliance.jobs import Jobs
from earful.sandbox.control_asking import person, post_of
from earful.sandbox.facts import Withheld
from earful.sandbox.media.attaching import as_media
from earful.sandbox.media.categories import CATEGORIES
from earful.sandbox.media.uploads import Uploads
from earful.sandbox.numerals import Count, Seconds, identifier
from earful.sandbox.shapes import Shape
from earful.sandbox.states import Away, Letters
from earful.sandbox.ties import Tie

if TYPE_CHECKING:
    from earful.sandbox.world import World

MOST_VOTES = 1_000_000_000


class StateWish(msgspec.Struct, forbid_unknown_fields=True):
    """How an account shall stand; None leaves it. `letters` says whose private messages it takes."""

    protected: bool | None = None
    away: Away | None = None
    withheld: list[str] | None = None
    letters: Letters | None = None


class Withholding(msgspec.Struct, forbid_unknown_fields=True):
    """Where a post shall not be shown; nowhere shows it everywhere again."""

    countries: list[str]
    copyright: bool = False


class Bouncing(msgspec.Struct, forbid_unknown_fields=True):
    """Whether a post is taken down until its author mends something."""

    bounced: bool = True


class Voting(msgspec.Struct, forbid_unknown_fields=True):
    """How many more votes one of a poll's options gets, counted from 1."""

    position: int
    votes: Annotated[int, msgspec.Meta(ge=0, le=MOST_VOTES)] = 1


class TieWish(msgspec.Struct, forbid_unknown_fields=True):
    """Whether a tie to another account shall stand."""

    tie: Tie
    to: str
    stands: bool = True


class Leaving(msgspec.Struct, forbid_unknown_fields=True):
    """Who leaves which group."""

    username: str
    conversation: str


class WorkWish(msgspec.Struct, forbid_unknown_fields=True):
    """How long something is worked on, in seconds, and how many of the next ones fail."""

    seconds: Seconds | None = None
    failing: Count | None = None


def countries(given: list[str]) -> tuple[str, ...]:
    """Country codes. Raises ValueError for what cannot be one."""
    codes = tuple(one.upper() for one in given)
    if not all(re.fullmatch("[A-Z]{2}", code) for code in codes):
        raise ValueError("A country is two letters, like FR.")
    return codes


class States:
    """What the practice door does to accounts and uploads."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def put_state(self, request: Request, body: bytes) -> Shape:
        """Protect, suspend, deactivate or withhold an account, or change whose messages it takes; and back again."""
        account = person(self.world, request)
        wanted = msgspec.json.decode(body, type=StateWish)
        given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
        if "withheld" in given:
            given["withheld"] = countries(wanted.withheld or [])
        state: Shape = msgspec.to_builtins(self.world.befall(account, **given))
        return {"id": str(account.id)} | state

    def withhold(self, request: Request, body: bytes) -> Shape:
        """Withhold a post in some countries."""
        wanted = msgspec.json.decode(body, type=Withholding)
        codes = list(countries(wanted.countries))
        self.world.withhold(post_of(self.world, request), Withheld(codes, wanted.copyright) if codes else None)
        return {"countries": codes}

    def bounce(self, request: Request, body: bytes) -> Shape:
        """Take a post down until its author mends something, or let it stand again."""
        post, wanted = post_of(self.world, request), msgspec.json.decode(body, type=Bouncing)
        if post.gone and not self.world.posts.bounced(post):
            raise ValueError("That post was deleted: it can neither be taken down nor stand again.")
        self.world.bounce(post, down=wanted.bounced)
        return {"bounced": wanted.bounced}

    def vote(self, request: Request, body: bytes) -> Shape:
        """Give votes to one of a poll's options."""
        post, wanted = post_of(self.world, request), msgspec.json.decode(body, type=Voting)
        poll = post.facts.poll
        if poll is None or not 1 <= wanted.position <= len(poll.options):
            raise ValueError("That post has no poll with such an option.")
        options = list(poll.options)
        chosen = options[wanted.position - 1]
        options[wanted.position - 1] = msgspec.structs.replace(chosen, votes=chosen.votes + wanted.votes)
        self.world.restate(post, poll=msgspec.structs.replace(poll, options=options))
        return {"votes": options[wanted.position - 1].votes}

    def put_tie(self, request: Request, body: bytes) -> Shape:
        """Let one account follow, mute or block another, or stop."""
        account, wanted = person(self.world, request), msgspec.json.decode(body, type=TieWish)
        other = self.world.accounts.named_or_new(wanted.to)
        self.world.relate(account, wanted.tie, other, stands=wanted.stands)
        return {"tie": wanted.tie, "stands": wanted.stands}

    def leave(self, _: Request, body: bytes) -> Shape:
        """Take somebody out of a group."""
        wanted = msgspec.json.decode(body, type=Leaving)
        account, group = self.world.accounts.named_or_new(wanted.username), identifier(wanted.conversation)
        if group is None or account.id not in self.world.messages.members(group):
            raise ValueError(f"@{account.username} is not in {wanted.conversation[:40]}.")
        return {"id": str(self.world.leave(account, group).id)}

    def scrub_geo(self, request: Request, _: bytes) -> Shape:
        """Take the places from everything that an account has posted."""
        self.world.scrub_geo(person(self.world, request))
        return {"scrubbed": True}

    def put_jobs(self, _: Request, body: bytes) -> Shape:
        """Change how long compliance jobs take, and how many of the next ones come to nothing."""
        return _worked(body, self.world.jobs)

    def put_work(self, _: Request, body: bytes) -> Shape:
        """Change how uploads are worked on."""
        return _worked(body, self.world.uploads)

    def upload(self, request: Request, body: bytes) -> Shape:
        """Take a file of somebody's as it is, to be sent in a message (`id`) or put on a post (`media`)."""
        query = request.query_params
        owner = self.world.accounts.named_or_new(query.get("username", ""))
        category = query.get("category", "tweet_image")
        if category not in CATEGORIES or not body:
            raise ValueError(f"Send the file's bytes, and a `category` out of {', '.join(CATEGORIES)}.")
        begun = self.world.uploads.begin([owner.id], category, "", len(body))
        self.world.uploads.append(begun, 0, body)
        done = self.world.uploads.finish(begun)
        if done.fault:
            raise ValueError(done.fault)
        self.world.uploads.describe(done, query.get("alt", ""))
        self.world.uploads.use(done.id)
        return {"id": str(done.id), "media": as_media(self.world, done)}


def _worked(body: bytes, work: Jobs | Uploads) -> Shape:
    wanted = msgspec.json.decode(body, type=WorkWish)
    work.lasts = work.lasts if wanted.seconds is None else wanted.seconds
    work.failing = work.failing if wanted.failing is None else wanted.failing
    return {"seconds": work.lasts, "failing": work.failing}
