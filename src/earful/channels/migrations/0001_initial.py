import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=20)),
                ("account_id", models.CharField(max_length=100)),
                ("handle", models.CharField(max_length=100)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("api", models.CharField(max_length=200)),
                ("site", models.CharField(max_length=200)),
                ("app_token_sealed", models.TextField(blank=True)),
                ("user_token_sealed", models.TextField(blank=True)),
                ("settings", models.JSONField(blank=True, default=dict)),
                ("enabled", models.BooleanField(default=True)),
                ("practice", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("network", "account_id", "api"), name="one_channel_per_account")
                ],
            },
        ),
        migrations.CreateModel(
            name="Hearing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ear", models.CharField(max_length=30)),
                ("cursor", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ok", "hearing"),
                            ("lost_access", "link again"),
                            ("out_of_credit", "out of credit"),
                            ("failing", "not reachable"),
                            ("rule_refused", "a listening rule is refused"),
                        ],
                        default="ok",
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("alive_at", models.DateTimeField(null=True)),
                ("heard_at", models.DateTimeField(null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hearings", to="channels.channel"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("channel", "ear"), name="one_hearing_per_ear")],
            },
        ),
    ]
