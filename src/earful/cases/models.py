"""Case, its messages, notes and events, and the verbs that touch one case.

Every verb is decided by the table in `core.lifecycle`, written in one transaction with its event, and told
after commit. A verb that races another is settled by a guarded UPDATE: the one who comes second gets `False`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any, Final

from django.contrib.postgres.indexes import GinIndex
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from earful import pulse
from earful.cases.judgings import JudgingAgain
from earful.cases.strangers import Stranger
from earful.cases.weights import Weighing, held, in_force
from earful.channels.models import Channel
from earful.core.conversation import Role
from earful.core.lifecycle import CATEGORY, CaseMove, CaseStatus, Category, next_status
from earful.core.priority import Facts, Weights, days_within, rank_at, shown, weigh_up
from earful.core.triage import points_of
from earful.core.triage.answers import from_kept
from earful.core.triage.casewise import SOLVED, signs_taken_up, taken_up, told_by, urgency_beyond
from earful.core.triage.heads import HEADS
from earful.people.models import Agent, Identity
from earful.posts.models import Post

__all__ = [
    "Case",
    "CaseEvent",
    "CaseQuery",
    "Closing",
    "JudgingAgain",
    "Message",
    "Note",
    "Stranger",
    "Thread",
    "Weighing",
]

OPEN_STATUSES = [status.value for status, category in CATEGORY.items() if category is Category.OPEN]
RUNNING_STATUSES = [status.value for status, category in CATEGORY.items() if category is not Category.DONE]
# What one asks for where a head doubts; no head has an answer of that name.
UNSURE: Final = "unsure"


class CaseQuery(models.QuerySet["Case"]):
    """Questions about cases; they chain, and begin with whose eyes ask."""

    def visible_to(self, agent: Agent) -> CaseQuery:
        """The cases that this agent may see: all of them, for now, to every active agent."""
        return self if agent.is_active else self.none()

    def running(self) -> CaseQuery:
        return self.filter(status__in=RUNNING_STATUSES)

    def waiting_on_us(self) -> CaseQuery:
        """Somebody's last word is the customer's, and it wants an answer."""
        return self.filter(status__in=OPEN_STATUSES, waiting_since__isnull=False)

    def of(self, agent: Agent) -> CaseQuery:
        return self.running().filter(owner=agent)

    def unassigned(self) -> CaseQuery:
        return self.running().filter(owner=None)

    def answering(self, said: Mapping[str, str]) -> CaseQuery:
        """Those of which triage tells all of this: by head an answer, or UNSURE where it does not know one."""
        told = {head: says for head, says in said.items() if says != UNSURE}
        unsure = said.keys() - told.keys()
        # A head that is asked of some posts alone doubts about those, and says nothing of the others.
        asked = dict(of for head in unsure if (of := HEADS[head].of))
        cases = self.filter(answers__contains=told | asked) if told or asked else self
        return cases.filter(*(~Q(answers__has_key=head) for head in sorted(unsure)))

    def put_aside(self) -> CaseQuery:
        return self.filter(status=CaseStatus.CLOSED, closing=Closing.SPAM)

    def done(self) -> CaseQuery:
        return self.exclude(status__in=RUNNING_STATUSES).exclude(closing=Closing.SPAM)


class Closing(models.TextChoices):
    NONE = "", "solved"
    SPAM = "spam", "spam"
    DECLINED = "declined", "declined, told why"


class Case(models.Model):
    """One matter of one customer. `waiting_since` is the oldest customer message that nobody has answered;
    `last_answered_at` is when our newest answer was written, whenever it was heard.

    `answers` is what its customer's posts say, head by head (see core.triage.casewise); `incident` that they are part
    of a known one. `points` and `reasons` are urgency without waiting; `rank_at` orders the waiting (see
    core.priority). What a list row shows (`subject`, `snippet`) is kept here, so that a page of the inbox reads one
    table and its customers.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="cases", db_index=False)
    # No index of its own: `case_customer` below begins with it, as `case_owner` does with the owner.
    customer = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="cases", db_index=False)
    owner = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="cases", db_index=False)
    status = models.CharField(max_length=10, default=CaseStatus.NEW)
    closing = models.CharField(max_length=10, blank=True, choices=Closing.choices)
    subject = models.CharField(max_length=120)
    snippet = models.CharField(max_length=200, blank=True)
    private = models.BooleanField(default=False)
    found_by_rule = models.BooleanField(default=False)
    # An answer of ours did not go out and needs somebody: said on the row, so that nobody has to open the case.
    unsent = models.BooleanField(default=False, db_default=False)
    intent = models.CharField(max_length=20, blank=True)
    points = models.SmallIntegerField(default=0)
    reasons = models.JSONField(default=list)
    signals = models.JSONField(default=list)
    answers = models.JSONField(default=dict, db_default={})
    incident = models.BooleanField(default=False, db_default=False)
    unanswered = models.IntegerField(default=1)
    contacts = models.IntegerField(default=1)
    # When the first of these contacts was, this one left out.
    contact_since = models.DateTimeField(null=True)
    joined_in = models.IntegerField(default=0)
    # How often its customer's posts were carried on, about (see cases.spreading).
    spread = models.BigIntegerField(default=0, db_default=0)
    rank_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    first_answered_at = models.DateTimeField(null=True)
    last_answered_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)

    objects = CaseQuery.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["rank_at", "id"],
                name="case_waiting",
                condition=Q(waiting_since__isnull=False, status__in=["new", "open"]),
            ),
            models.Index(
                fields=["rank_at", "id"],
                name="case_running",
                condition=Q(status__in=["new", "open", "waiting", "paused"]),
            ),
            models.Index(
                fields=["owner", "rank_at", "id"],
                name="case_owner",
                condition=Q(status__in=["new", "open", "waiting", "paused"]),
            ),
            models.Index(
                fields=["-touched_at", "-id"],
                name="case_done",
                condition=~Q(status__in=["new", "open", "waiting", "paused"]),
            ),
            models.Index(fields=["customer", "-touched_at"], name="case_customer"),
            # What few of many cases say: of 100,000 running ones a page of them takes 1 ms, and 160 to 230 without it.
            GinIndex(
                fields=["answers"],
                opclasses=["jsonb_path_ops"],
                name="case_answers",
                condition=Q(status__in=["new", "open", "waiting", "paused"]),
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}: {self.subject}"

    def get_absolute_url(self) -> str:
        return f"/cases/{self.pk}/"

    @property
    def category(self) -> Category:
        return CATEGORY[CaseStatus(self.status)]

    def priority(self, now: datetime | None = None, weights: Weights | None = None) -> int:
        """The number that people see: points, and a point for every few minutes of waiting. Whoever asks of many cases
        gives the `weights` in force.
        """
        return shown(self.points, self.waiting_since, now or timezone.now(), weights or in_force())

    @property
    def facts(self) -> Facts:
        """What its priority is made of."""
        return Facts(
            points_of(self.signals),
            self.customer.followers,
            self.unanswered,
            self.contacts,
            self.joined_in,
            urgency=urgency_beyond(self.answers, self.signals),
            severity=self.answers.get("severity", ""),
            spread=self.spread,
            incident=self.incident,
            within=days_within(self.contact_since, self.opened_at),
        )

    def assign(self, agent: Agent | None, *, by: Agent, taken_from: Agent | None) -> bool:
        """Give the case to `agent` (or nobody), if it still belongs to `taken_from`; False when somebody was
        faster.
        """
        with transaction.atomic():
            won = Case.objects.filter(pk=self.pk, owner=taken_from).update(owner=agent)
            if won:
                self.refresh_from_db()
                if agent is not None and self.status == CaseStatus.NEW:
                    self._move(CaseMove.TAKEN)
                self._record("assigned", by, to=agent and agent.pk, to_name=agent.shown_name if agent else "")
        return bool(won)

    def solve(self, *, by: Agent) -> None:
        """The matter is settled. Raises MoveRefused when it is already."""
        with self._locked():
            self._move(CaseMove.SOLVED, solved_at=timezone.now(), waiting_since=None, unanswered=0)
            self._record("solved", by)

    def reopen(self, *, by: Agent, reason: str = "") -> None:
        """Work on it again; also the way back from spam. Raises MoveRefused when it is running."""
        with self._locked():
            ours = self.messages.filter(role=Role.OURS).order_by("-post__created_at")
            since, unanswered = self._written_after(ours.values_list("post__created_at", flat=True).first())
            self._move(
                CaseMove.REOPENED,
                solved_at=None,
                closing=Closing.NONE,
                waiting_since=since,
                unanswered=unanswered,
            )
            self._record("reopened", by, reason=reason)

    def close_as_spam(self, *, by: Agent) -> None:
        """Put it aside, with a way back (`reopen`)."""
        with self._locked():
            self._move(CaseMove.CLOSED, closing=Closing.SPAM, waiting_since=None, unanswered=0)
            self._record("put_aside", by)

    def corrected(self, head: str, says: str, *, by: Agent) -> None:
        """Write down that somebody corrected what one of its posts says."""
        self._record("corrected", by, head=head, says=says)

    def took_back(self, head: str, *, by: Agent) -> None:
        """Write down that somebody took such a correction back."""
        self._record("correction_back", by, reason=head)

    def say_anew(self) -> None:
        """Put together anew what its customer's posts say, and weigh it."""
        with self._locked():
            self.answers = self._said_by(self._written())
            self.intent = self.answers.get("intent", self.intent)
            self._weigh()
            self.save(update_fields=["answers", "intent", "points", "reasons", "rank_at"])

    def judged_again(self, version: str) -> bool:
        """Its posts were judged again, by that version of the model: say what they say now, and weigh it. Whether that
        is anything else; only then it is told.
        """
        with self._locked():
            before = self.answers, self.signals
            written = self._written()
            self.signals = reduce(signs_taken_up, (signals for *_, signals in written), list[str]())
            self.answers = self._said_by(written)
            if (self.answers, self.signals) == before:
                return False
            self.intent = self.answers.get("intent", self.intent)
            self._weigh()
            self.save(update_fields=["answers", "signals", "intent", "points", "reasons", "rank_at"])
            self._record("judged_again", None, reason=version)
        return True

    def _written(self) -> list[tuple[datetime, dict[str, Any], dict[str, str], list[str]]]:
        """What its customer wrote and left there, in order: when, what triage told of it, what people say instead, and
        its signs.
        """
        posts = Post.objects.filter(message__case=self, message__role=Role.CUSTOMER, deleted_at=None)
        return list(posts.order_by("created_at", "pk").values_list("created_at", "verdict", "corrected", "signals"))

    def _said_by(self, written: Sequence[tuple[datetime, dict[str, Any], dict[str, str], list[str]]]) -> dict[str, str]:
        answers: dict[str, str] = {}
        answered = self.last_answered_at
        for at, verdict, corrected, signals in written:
            first = answered is not None and at > answered
            told = told_by(from_kept(verdict.get("answers", {})), corrected)
            answers = taken_up(answers, told, fresh=first or SOLVED in signals)
            answered = None if first else answered
        return answers

    def note(self, text: str, *, by: Agent) -> Note:
        """Keep an internal note; customers never see it."""
        with transaction.atomic():
            note = Note.objects.create(case=self, agent=by, text=text)
            self._record("noted", by, note=note.pk)
        return note

    def answered(self, at: datetime, *, by: Agent | None, reply: int) -> None:
        """Our answer is out: the customer waits no longer, unless they wrote again after it.

        Posts are heard in any order, so what counts is when each was written.
        """
        with self._locked():
            running = self.category is not Category.DONE
            last = max(at, self.last_answered_at or at)
            since, unanswered = self._written_after(last) if running else (None, 0)
            self._move(
                CaseMove.CUSTOMER_WROTE if unanswered else CaseMove.ANSWERED,
                waiting_since=since,
                unanswered=unanswered,
                touched_at=max(self.touched_at, at),
                first_answered_at=min(at, self.first_answered_at or at),
                last_answered_at=last,
            )
            self._record("answered", by, reply=reply)

    def _written_after(self, at: datetime | None) -> tuple[datetime | None, int]:
        """The oldest post of the customer after `at` (None: at all), and how many there are. Deleted ones want no
        answer.
        """
        posts = Post.objects.filter(message__case=self, message__role=Role.CUSTOMER, deleted_at=None)
        later = posts.filter(created_at__gt=at) if at else posts
        written = later.order_by("created_at").values_list("created_at", flat=True)
        return (written[0], len(written)) if written else (None, 0)

    def _locked(self) -> Any:
        return _Locked(self)

    def weigh_again(self) -> None:
        """Its customer is known better now: how many follow them is part of its priority."""
        with self._locked():
            self._weigh()
            self.save(update_fields=["points", "reasons", "rank_at"])
            pulse.tell("case", [self.pk])

    def _move(self, move: CaseMove, **fields: Any) -> None:
        self.status = next_status(CaseStatus(self.status), move)
        for name, value in fields.items():
            setattr(self, name, value)
        self._weigh()
        self.save(update_fields=["status", "points", "reasons", "rank_at", *fields])

    def _weigh(self) -> None:
        weights = held()
        urgency = weigh_up(self.facts, weights)
        self.points, self.reasons = urgency.points, urgency.reasons
        self.rank_at = rank_at(self.points, self.waiting_since or self.touched_at, weights)

    def _record(self, kind: str, by: Agent | None, **detail: Any) -> None:
        CaseEvent.objects.create(case=self, kind=kind, agent=by, detail=detail)
        pulse.tell("case", [self.pk])


class _Locked:
    """The case's row, locked and fresh, for the length of a `with`."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.transaction = transaction.atomic()

    def __enter__(self) -> None:
        self.transaction.__enter__()
        self.case.refresh_from_db(from_queryset=Case.objects.select_for_update(of=("self",)))

    def __exit__(self, *error: Any) -> None:
        self.transaction.__exit__(*error)


class Message(models.Model):
    """A post's place in a case: whose word it is there."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="message")
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    reason = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.role} in case {self.case_id}"


class Thread(models.Model):
    """A public thread, or a private conversation, that belongs to a case; a case may run through several.

    Written in the transaction that writes the case, so the database need not check the reference: 4 µs a post.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="threads", db_constraint=False)
    root = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["root", "case"], name="one_thread_per_case_and_root")]

    def __str__(self) -> str:
        return f"{self.root} in case {self.case_id}"


class Note(models.Model):
    """An internal message. Yellow everywhere, and never seen by a customer."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL)
    text = models.TextField(max_length=10_000)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"note in case {self.case_id}"


class CaseEvent(models.Model):
    """Something that was done to a case: what, by whom, when. Written with the case, hence no check by the database."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events", db_constraint=False, db_index=False)
    kind = models.CharField(max_length=20)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, db_index=False)
    at = models.DateTimeField(default=timezone.now)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="event_case_at")]

    def __str__(self) -> str:
        return f"{self.kind} in case {self.case_id}"
