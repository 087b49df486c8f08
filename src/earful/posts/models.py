"""Post, earlier versions, and what was said about posts before they came."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from earful.channels.models import Channel
from earful.people.models import Agent, Identity


class PostQuery(models.QuerySet["Post"]):
    """Questions about posts; they chain, and begin with whose eyes ask."""

    def visible_to(self, agent: Agent) -> PostQuery:
        """The posts that this agent may see outside of cases: all public ones, for now, to every active agent.

        What was written in private is seen in its case alone.
        """
        return self.filter(private=False) if agent.is_active else self.none()


class Post(models.Model):
    """One utterance on a network, public or private. (network, network_id) is the network's own key.

    A deleted post keeps its row and loses its words, and its reposts with it; an edited one shows the newest version it
    has. `verdict` is what triage told of it, in its time ("model", "lang", and "answers": head → answer and how sure),
    `corrected` what people say instead, by head. `facts` is what else a rule can ask of it (see `remembering`).
    `spread` is how often it was reposted and quoted, as the network told it when the post came; what of that was heard
    itself is in `Carried`. An ignored post was put aside by a person.
    """

    network = models.CharField(max_length=20)
    network_id = models.CharField(max_length=100)
    version = models.CharField(max_length=100, blank=True)
    channel = models.ForeignKey(Channel, null=True, on_delete=models.SET_NULL, db_index=False)
    author = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="posts", db_index=False)
    ours = models.BooleanField(default=False)
    private = models.BooleanField(default=False)
    text = models.TextField()
    lang = models.CharField(max_length=10, blank=True)
    root = models.CharField(max_length=100, blank=True)
    reply_to = models.CharField(max_length=100, blank=True)
    reposts = models.CharField(max_length=100, blank=True)
    quotes = models.CharField(max_length=100, blank=True)
    quotes_author = models.CharField(max_length=100, blank=True)
    reply_to_author = models.CharField(max_length=100, blank=True)
    mentions = models.JSONField(default=list)
    links = models.JSONField(default=list)
    media = models.JSONField(default=list)
    intent = models.CharField(max_length=20, blank=True)
    signals = models.JSONField(default=list)
    verdict = models.JSONField(default=dict, db_default={})
    corrected = models.JSONField(default=dict, db_default={})
    facts = models.JSONField(default=dict)
    spread = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    ignored_at = models.DateTimeField(null=True)
    ignored_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, db_index=False, related_name="+")

    objects = PostQuery.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "network_id"], name="one_post_per_network_id")]
        indexes = [
            models.Index(fields=["root"], name="post_root"),
            models.Index(fields=["author", "-created_at"], name="post_author"),
            models.Index(fields=["reply_to"], name="post_our_answer", condition=Q(ours=True)),
            models.Index(fields=["network", "reposts", "author"], name="post_carriers", condition=~Q(reposts="")),
            models.Index(fields=["network", "quotes", "author"], name="post_quoters", condition=~Q(quotes="")),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.network_id}"


class SearchedQuery(models.QuerySet["Searched"]):
    """Questions to the search table."""

    def found_by(self, query: str) -> SearchedQuery:
        """Those that a tsquery, written as text, lets through. It is cast: its lexemes are taken as they are."""
        asked = Func(Value(query), template="%(expressions)s::tsquery", output_field=SearchQueryField())
        return self.filter(Func(F("words"), asked, function="", arg_joiner=" @@ ", output_field=models.BooleanField()))


class Searched(models.Model):
    """What a post is found by (see `lexemes`), in a table with a partition for each month (see `partitions`).

    A deleted post has no row here. A post keeps the moment that it was written, so (created_at, post) is found at once;
    by the post alone every month would be looked through.
    """

    pk = models.CompositePrimaryKey("created_at", "post")
    created_at = models.DateTimeField()
    post = models.ForeignKey(Post, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    private = models.BooleanField()
    words = SearchVectorField()

    objects = SearchedQuery.as_manager()

    class Meta:
        db_table = "posts_search"
        verbose_name_plural = "searched"
        indexes = [GinIndex(fields=["words"], name="posts_search_words", gin_pending_list_limit=512)]

    def __str__(self) -> str:
        return f"what post {self.post_id} is found by"


class PostVersion(models.Model):
    """How a post read before it was edited."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    version = models.CharField(max_length=100, blank=True)
    text = models.TextField()
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "version"], name="one_row_per_version")]

    def __str__(self) -> str:
        return f"version {self.version} of {self.post_id}"


class Forewarning(models.Model):
    """A deletion that came before its post: streams are not in order. The post is born without words."""

    network = models.CharField(max_length=20)
    network_id = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "network_id"], name="one_forewarning_per_post")]

    def __str__(self) -> str:
        return f"{self.network} {self.network_id} was deleted"


class Carried(models.Model):
    """A post that others carried on: how often it was reposted and quoted as far as that was heard, and how many people
    follow those who did, each of them once. It may be heard later than its first repost, or never (see `spread`).
    """

    network = models.CharField(max_length=20)
    network_id = models.CharField(max_length=100)
    reposts = models.IntegerField(default=0)
    quotes = models.IntegerField(default=0)
    reach = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "carried"
        constraints = [models.UniqueConstraint(fields=["network", "network_id"], name="one_spread_per_post")]

    def __str__(self) -> str:
        return f"{self.network} {self.network_id} was carried on {self.reposts + self.quotes} times"


class Removal(models.Model):
    """That something was taken away here because its network no longer shows it: the fact, and none of the words.

    `subject` is what was taken away, one post or all that one person wrote; `posts` counts the posts that lost their
    words. `learned` is how the desk came to know it, `happened_at` when the network says that it was, where it does.
    Rows are written and never changed.
    """

    class Subject(models.TextChoices):
        POST = "post", "a post"
        PERSON = "person", "a person"

    class Learned(models.TextChoices):
        TOLD = "told", "the network told us at once"
        ASKED = "asked", "we asked the network"

    network = models.CharField(max_length=20)
    network_id = models.CharField(max_length=100)
    subject = models.CharField(max_length=10, choices=Subject.choices)
    why = models.CharField(max_length=20)
    learned = models.CharField(max_length=10, choices=Learned.choices)
    posts = models.IntegerField(default=0)
    happened_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="removal_newest")]

    def __str__(self) -> str:
        return f"{self.subject} {self.network_id} on {self.network}: {self.why}"


class TrainingConsent(models.Model):
    """What an administrator decided about learning from a network's posts. The newest row of a network holds.

    X's terms forbid training on its content by default (developer guidelines, 2026), so without a row the answer is no.
    `grounds` are the administrator's own words on why it is allowed.
    """

    network = models.CharField(max_length=20)
    granted = models.BooleanField()
    grounds = models.TextField(max_length=2_000, blank=True)
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["network", "-at"], name="consent_newest")]

    def __str__(self) -> str:
        return f"training on {self.network}: {'allowed' if self.granted else 'not allowed'}"
