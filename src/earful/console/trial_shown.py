"""A trial as the editor shows it: what a rule would have found, how sure that is, and what it would cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.safestring import SafeString

from earful.console.composing import at_most
from earful.console.marking import marked
from earful.console.spark import LARGE, Spark, spark
from earful.core.language.matcher import Match
from earful.core.text import Span
from earful.core.triage.personal import dotted
from earful.posts.models import Post
from earful.posts.searching import Hit
from earful.rules.trial import Trial


@dataclass(frozen=True, slots=True)
class HitShown:
    """A stored post that the rule would have found; `words` has the found words marked, `because` names the reasons."""

    name: str
    handle: str
    at: datetime
    words: SafeString
    because: str


@dataclass(frozen=True, slots=True)
class TrialShown:
    """The sentences of a trial. `cost` and `beware` may be ""; `days` is drawn as bars."""

    found: str
    looked: str
    cost: str
    beware: str
    days: Spark
    hits: list[HitShown]


def trial_shown(trial: Trial, network: str) -> TrialShown:
    """What to say of a trial; `network` is the name of the one whose prices it used."""
    return TrialShown(
        found=_found(trial),
        looked=_looked(trial),
        cost=_cost(trial, network),
        beware=_beware(trial, network),
        days=_days(trial),
        hits=[_hit(hit) for hit in trial.newest],
    )


def _found(trial: Trial) -> str:
    """As in: Would have found about 2,140 posts (1,980 to 2,310), 306 a day."""
    many = f"{trial.found:,} post{'' if trial.found == 1 else 's'}"
    if trial.sampled:
        many = f"about {many} ({trial.low:,} to {trial.high:,})"
    upper = "at most " if trial.at_most else ""
    return f"Would have found {upper}{many}, {_number(trial.per_day)} a day"


def _looked(trial: Trial) -> str:
    words = f"of the {trial.looked_at:,} posts that this desk stored {_window(trial)}"
    return f"{words}; a sample of them was looked at, so the numbers are estimates" if trial.sampled else words


def _window(trial: Trial) -> str:
    """How far back the stored posts reach: over all days of the trial, or only since the desk has heard any."""
    if trial.begins - trial.since > timedelta(days=1):
        return f"since {trial.begins:%a %d %b}"
    days = round((trial.until - trial.since) / timedelta(days=1))
    return f"in the last {days} day{'' if days == 1 else 's'}"


def _cost(trial: Trial, network: str) -> str:
    if trial.price_a_day is None:
        return ""
    return (
        f"On {network} this would cost {at_most(trial.price_a_day)} a day, all that comes along included, if it finds "
        "no more than these."
    )


def _beware(trial: Trial, network: str) -> str:
    if not trial.only_network:
        return ""
    terms = ", ".join(trial.only_network)
    bound = ": the number is an upper bound, as if that were not there" if trial.at_most else ""
    return f"{terms} is evaluated by {network} only{bound}."


def _days(trial: Trial) -> Spark:
    values = [posts for _, posts in trial.days]
    return spark(values, _days_in_words(trial), [f"{day:%a}" for day, _ in trial.days], LARGE)


def _days_in_words(trial: Trial) -> str:
    said = ", ".join(f"{day:%a %d %b} {posts:,}" for day, posts in trial.days)
    return f"By day: {said}" if said else "No days"


def _number(many: float) -> str:
    """A number a day: whole from ten on, one decimal below."""
    return f"{many:,.0f}" if many >= 10 else f"{many:.1f}".removesuffix(".0")


def _hit(hit: Hit) -> HitShown:
    post: Post = hit.post
    return HitShown(
        name=post.author.shown_name,
        handle=post.author.handle,
        at=post.created_at,
        words=marked(dotted(post.text), spans(hit.match)),
        because=because(hit.match),
    )


def spans(match: Match) -> list[Span]:
    """Where in the post's own text its reasons stand."""
    return [span for reason in match.reasons if not reason.quoted for span in reason.spans]


def because(match: Match) -> str:
    """The reasons that cannot be seen in the text: operators, and words of the quoted post."""
    said = [f"{reason.term} in the quoted post" if reason.quoted else reason.term for reason in match.reasons
            if reason.quoted or not reason.spans]  # fmt: skip
    return ", ".join(said)
