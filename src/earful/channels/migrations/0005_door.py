"""The door at which a network calls for a channel."""

import django.db.models.deletion
from django.db import migrations, models

import earful.channels.doors


class Migration(migrations.Migration):
    dependencies = [("channels", "0004_over_budget")]

    operations = [
        migrations.CreateModel(
            name="Door",
            fields=[
                (
                    "channel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="door",
                        serialize=False,
                        to="channels.channel",
                    ),
                ),
                ("token", models.CharField(default=earful.channels.doors.new_token, max_length=64, unique=True)),
                ("hook", models.CharField(blank=True, max_length=40)),
                ("called_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
