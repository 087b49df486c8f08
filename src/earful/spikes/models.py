"""Spike, the posts that it counts, and how many people each hour brought."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any, Final, cast

from django.db import models, transaction
from django.utils import timezone

from earful import pulse
from earful.cases import incidents
from earful.cases.models import Case
from earful.core.lifecycle import MoveRefused
from earful.core.spikes.states import SPIKE_MOVES, SpikeMove, SpikeState, next_state
from earful.core.spikes.voice import Key, Kind
from earful.people.models import Agent
from earful.posts.models import Post
from earful.posts.store import take_turns

LONGEST_NAME: Final = 100
OPEN: Final = [SpikeState.SUSPECTED.value, SpikeState.CONFIRMED.value]


class SpikeQuery(models.QuerySet["Spike"]):
    """Questions about spikes; they chain, and begin with whose eyes ask."""

    def visible_to(self, agent: Agent) -> SpikeQuery:
        """The spikes that this agent may see: all of them, for now, to every active agent."""
        return self if agent.is_active else self.none()

    def open(self) -> SpikeQuery:
        """Those that the desk should know of: suspected by it, or confirmed by somebody, and not over."""
        return self.filter(state__in=OPEN)

    def running(self) -> SpikeQuery:
        """Those that what is heard may still belong to; who said "not one" is not told of it again."""
        return self.filter(ended_at=None)


class Spike(models.Model):
    """Much more people than usual spoke of the same thing: suspected by the desk, judged by somebody, over at last.

    What `people` said within `minutes`, where `usual` are normal, is kept as it was when most people spoke. `lead` is
    the key that those numbers count; `keys` are all that rose with it, each as kind and name. `last_at` is when it was
    last seen going on.
    """

    state = models.CharField(max_length=10, default=SpikeState.SUSPECTED)
    lead_kind = models.CharField(max_length=10)
    lead_name = models.CharField(max_length=LONGEST_NAME)
    keys = models.JSONField(default=list)
    terms = models.JSONField(default=list)
    places = models.JSONField(default=list)
    people = models.IntegerField()
    minutes = models.IntegerField()
    usual = models.FloatField()
    judged_by = models.CharField(max_length=120)
    began_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    last_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    objects = SpikeQuery.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-noticed_at", "-id"], name="spike_newest"),
            models.Index(fields=["state"], name="spike_running", condition=models.Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"spike {self.pk}: {self.people} people, {self.lead_kind} {self.lead_name}"

    def get_absolute_url(self) -> str:
        return f"/spikes/{self.pk}/"

    @property
    def lead(self) -> Key:
        """The key whose numbers are told."""
        return Key(cast(Kind, self.lead_kind), self.lead_name)

    def may(self, move: SpikeMove) -> bool:
        """Whether the table knows this move from here."""
        return (SpikeState(self.state), move) in SPIKE_MOVES

    def confirm(self, *, by: Agent) -> None:
        """It is an incident. Raises MoveRefused where that cannot be said any more."""
        self._move(SpikeMove.CONFIRM, decided_at=timezone.now(), decided_by=by, ended_at=None)

    def dismiss(self, *, by: Agent) -> None:
        """It is none. Raises MoveRefused where that cannot be said any more."""
        self._move(SpikeMove.DISMISS, decided_at=timezone.now(), decided_by=by)

    def end(self, *, by: Agent) -> None:
        """The incident is over. Raises MoveRefused for what is none."""
        self._move(SpikeMove.END, ended_at=timezone.now(), ended_by=by)

    def fade(self, now: datetime) -> None:
        """It became quiet by itself, if nobody called it an incident."""
        if self.may(SpikeMove.FADE):
            # Somebody may judge it meanwhile: then it stands as they said.
            with suppress(MoveRefused):
                self._move(SpikeMove.FADE, ended_at=now, ended_by=None)

    def _move(self, move: SpikeMove, **fields: Any) -> None:
        with transaction.atomic():
            # Who forgets goes from cases to spikes, and this from a spike to its cases.
            take_turns(forgetting=False)
            self.refresh_from_db(from_queryset=Spike.objects.select_for_update(of=("self",)))
            self.state = next_state(SpikeState(self.state), move)
            for name, value in fields.items():
                setattr(self, name, value)
            self.save(update_fields=["state", *fields])
            weigh_cases(self)
            pulse.tell("spike", [self.pk])


def weigh_cases(spike: Spike) -> None:
    """Let the cases of a spike weigh as what they are: parts of an incident or not."""
    known = Case.objects.filter(messages__post__spikes__spike=spike)
    of_incidents = known.filter(messages__post__spikes__spike__state=SpikeState.CONFIRMED)
    belong = set(of_incidents.values_list("pk", flat=True))
    incidents.mark(belong, incident=True)
    incidents.mark(set(known.values_list("pk", flat=True)) - belong, incident=False)


class Counted(models.Model):
    """A post that a spike counts."""

    spike = models.ForeignKey(Spike, on_delete=models.CASCADE, related_name="counted", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="spikes")

    class Meta:
        verbose_name_plural = "counted"
        constraints = [models.UniqueConstraint(fields=["spike", "post"], name="one_count_per_spike_and_post")]

    def __str__(self) -> str:
        return f"spike {self.spike_id} counts post {self.post_id}"


class Hour(models.Model):
    """How many people spoke for a key in an hour (`hour` counts hours since 1970). The kind "desk" counts everybody and
    says that the hour was watched; a key without a row in such an hour had nobody, or as few as are not kept.
    """

    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=LONGEST_NAME)
    hour = models.IntegerField()
    people = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name", "hour"], name="one_count_per_key_and_hour")]
        indexes = [models.Index(fields=["hour"], name="hour_oldest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.people} people in hour {self.hour}"
