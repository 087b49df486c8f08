import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0001_initial"),
        ("intake", "0001_initial"),
        ("rules", "0002_breaker_pace_standing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Backfill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=1024)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("opens_cases", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "running"),
                            ("paused", "paused"),
                            ("done", "done"),
                            ("stopped", "stopped"),
                            ("capped", "stopped at its price cap"),
                            ("failed", "stopped by the network"),
                        ],
                        default="running",
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("cursor", models.TextField(blank=True)),
                ("reached", models.DateTimeField(null=True)),
                ("pages", models.PositiveIntegerField(default=0)),
                ("fetched", models.PositiveIntegerField(default=0)),
                ("found", models.PositiveIntegerField(default=0)),
                ("expected", models.PositiveIntegerField(null=True)),
                ("spent", models.DecimalField(decimal_places=3, default=0, max_digits=10)),
                ("price_cap", models.DecimalField(decimal_places=3, max_digits=10)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="channels.channel"
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="backfills", to="rules.listeningrule"
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["running", "paused"])),
                        fields=("rule", "channel"),
                        name="one_backfill_at_a_time",
                    )
                ],
            },
        ),
    ]
