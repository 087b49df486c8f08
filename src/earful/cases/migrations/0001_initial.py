import django.db.models.deletion
import django.utils.timezone
import earful.core.lifecycle
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("channels", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("detail", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("customer", "customer"), ("bystander", "bystander"), ("ours", "ours")], max_length=10
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=10000)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("root", models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.CharField(default=earful.core.lifecycle.CaseStatus["NEW"], max_length=10)),
                (
                    "closing",
                    models.CharField(
                        blank=True,
                        choices=[("", "solved"), ("spam", "spam"), ("declined", "declined, told why")],
                        max_length=10,
                    ),
                ),
                ("subject", models.CharField(max_length=120)),
                ("snippet", models.CharField(blank=True, max_length=200)),
                ("private", models.BooleanField(default=False)),
                ("found_by_rule", models.BooleanField(default=False)),
                ("unsent", models.BooleanField(db_default=False, default=False)),
                ("intent", models.CharField(blank=True, max_length=20)),
                ("points", models.SmallIntegerField(default=0)),
                ("reasons", models.JSONField(default=list)),
                ("signals", models.JSONField(default=list)),
                ("unanswered", models.IntegerField(default=1)),
                ("contacts", models.IntegerField(default=1)),
                ("joined_in", models.IntegerField(default=0)),
                ("rank_at", models.DateTimeField()),
                ("waiting_since", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("first_answered_at", models.DateTimeField(null=True)),
                ("last_answered_at", models.DateTimeField(null=True)),
                ("touched_at", models.DateTimeField()),
                ("solved_at", models.DateTimeField(null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="channels.channel",
                    ),
                ),
            ],
        ),
    ]
