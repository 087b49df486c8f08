"""Gaps are rows that people can see; what an ear remembered of them in its cursor becomes such rows."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

_CAUSE = "The stream was away; noticed by an earlier version."


def _read(part):
    """A stretch as it was written, "since/until$spent"; None if that is none."""
    stretch, _, spent = part.removeprefix("!").partition("$")
    since, _, until = stretch.partition("/")
    try:
        return datetime.fromisoformat(since), datetime.fromisoformat(until), Decimal(spent or 0)
    except (ValueError, InvalidOperation):
        return None


def take_over(apps, schema_editor):
    Hearing, Gap = apps.get_model("channels", "Hearing"), apps.get_model("intake", "Gap")
    for hearing in Hearing.objects.filter(ear="stream").exclude(cursor=""):
        for part in hearing.cursor.split():
            read = _read(part)
            if read is None:
                continue
            since, until, spent = read
            row = {"channel_id": hearing.channel_id, "ear": "stream", "since": since, "until": until, "cause": _CAUSE}
            lost = {"state": "partly", "lost_since": since, "lost_until": until, "ended_at": until}
            Gap.objects.create(way="search", spent=spent, **row, **(lost if part[0] == "!" else {"due_at": until}))
        hearing.cursor = ""
        hearing.save(update_fields=["cursor"])


class Migration(migrations.Migration):
    dependencies = [("channels", "0005_door"), ("intake", "0002_backfill")]

    operations = [
        migrations.CreateModel(
            name="Gap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ear", models.CharField(max_length=30)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("cause", models.CharField(max_length=300)),
                ("times", models.PositiveIntegerField(default=1)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("stream", "the stream itself, when it opened again"),
                            ("search", "searches"),
                            ("polls", "polls"),
                            ("replay", "a replay to the webhook, and polls"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "being filled"),
                            ("filled", "filled"),
                            ("partly", "partly filled"),
                            ("lost", "could not be filled"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("reached", models.DateTimeField(null=True)),
                ("posts", models.PositiveIntegerField(default=0)),
                ("spent", models.DecimalField(decimal_places=3, default=0, max_digits=10)),
                ("lost_since", models.DateTimeField(null=True)),
                ("lost_until", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="gaps", to="channels.channel"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["channel", "-since"], name="gap_newest"),
                    models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="gap_due"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pushed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="channels.channel"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "pushed",
                "indexes": [models.Index(fields=["at"], name="pushed_at")],
                "constraints": [models.UniqueConstraint(fields=("channel", "digest"), name="one_row_per_pushed_body")],
            },
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
