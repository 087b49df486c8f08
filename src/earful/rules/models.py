"""ListeningRule, what it found, how fast, and how it stands with each network."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from earful.channels.models import Channel
from earful.core.language.errors import RuleError
from earful.core.language.parser import parse
from earful.people.models import Agent
from earful.posts.models import Post

# A rule that finds more than this in a minute is too broad for people to read: one post a second.
MOST_A_MINUTE = 60


def well_formed(text: str) -> None:
    """Raises ValidationError, with the column and what to do, when `text` is no rule."""
    try:
        parse(text)
    except RuleError as error:
        raise ValidationError(str(error)) from error


class ListeningRule(models.Model):
    """A query in the rule language. Posts that match are heard even when nobody named us.

    `enabled` is what its owner wants; a rule that found more than `most_a_minute` posts in a minute was `tripped_at`
    that time, and rests until somebody resumes it. With `opens_cases` off its posts are kept and shown, and become
    cases only by hand.
    """

    name = models.CharField(max_length=100)
    text = models.CharField(max_length=1024, validators=[well_formed])
    enabled = models.BooleanField(default=True)
    opens_cases = models.BooleanField(default=True)
    owner = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="rules")
    most_a_minute = models.PositiveIntegerField(default=MOST_A_MINUTE, validators=[MinValueValidator(1)])
    tripped_at = models.DateTimeField(null=True, blank=True)
    tripped_by = models.PositiveIntegerField(null=True, blank=True)  # how many posts in that minute
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class Match(models.Model):
    """A rule found a post. `reasons` are the words and operators that say so, with where they stand in the text:
    a list of {"term", "spans", "quoted"}; empty where only the network knows why, NULL where nobody knows any more: the
    words were deleted, or edited.
    """

    rule = models.ForeignKey(ListeningRule, on_delete=models.CASCADE, related_name="matches", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="matches")
    reasons = models.JSONField(default=list, null=True)
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "matches"
        constraints = [models.UniqueConstraint(fields=["rule", "post"], name="one_match_per_rule_and_post")]

    def __str__(self) -> str:
        return f"{self.rule} found {self.post}"


class Pace(models.Model):
    """How many posts a rule found that were written in an hour; and of those that came in during that hour, what
    networks billed for them at most (`cost`, dollars by their price lists, each post with an author of its own) and how
    many the newest minute brought: for its trend, its price and its breaker.

    `minute` counts minutes since 1970. What a backfill brings counts for the hour alone.
    """

    rule = models.ForeignKey(ListeningRule, on_delete=models.CASCADE, related_name="paces", db_index=False)
    hour = models.DateTimeField()
    posts = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=4, default=0)
    minute = models.BigIntegerField(default=0)
    in_minute = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "hour"], name="one_pace_per_rule_and_hour")]
        indexes = [models.Index(fields=["hour"], name="pace_hour")]

    def __str__(self) -> str:
        return f"{self.rule} in the hour of {self.hour:%Y-%m-%d %H:%M}"


class StandingState(models.TextChoices):
    IN_FORCE = "in_force", "in force"
    REFUSED = "refused", "refused"
    HERE_ONLY = "here_only", "matched here only"


class Standing(models.Model):
    """How a rule stands with the network of a channel: held there, refused there, or matched by this desk alone."""

    rule = models.ForeignKey(ListeningRule, on_delete=models.CASCADE, related_name="standings", db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=20, choices=StandingState.choices)
    reason = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "channel"], name="one_standing_per_rule_and_channel")]

    def __str__(self) -> str:
        return f"{self.rule} is {self.get_state_display()} on {self.channel}"
