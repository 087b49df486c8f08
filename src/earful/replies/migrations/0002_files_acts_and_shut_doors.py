import django.db.models.deletion
import django.utils.timezone
import earful.core.lifecycle
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_initial"),
        ("channels", "0001_initial"),
        ("people", "0001_initial"),
        ("replies", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("network_id", models.CharField(max_length=100)),
                ("state", models.CharField(default=earful.core.lifecycle.DeedState["QUEUED"], max_length=10)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("raw", models.TextField(blank=True)),
                ("attempts", models.SmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="File",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("alt", models.TextField(blank=True, max_length=1000)),
                ("kind", models.CharField(max_length=10)),
                ("media_type", models.CharField(max_length=40)),
                ("size", models.BigIntegerField()),
                ("width", models.IntegerField(default=0)),
                ("height", models.IntegerField(default=0)),
                ("seconds", models.FloatField(default=0)),
                ("kept", models.CharField(blank=True, max_length=60)),
                ("uploading", models.JSONField(default=dict)),
                ("anew", models.SmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ShutDoor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "route",
                    models.CharField(
                        choices=[("public", "public reply"), ("private", "private message")], max_length=10
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="reply",
            name="invite",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="reply",
            name="without",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(condition=models.Q(("looked", False)), fields=["started_at"], name="delivery_sends"),
        ),
        migrations.AddField(
            model_name="act",
            name="agent",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="act",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="acts", to="cases.case"),
        ),
        migrations.AddField(
            model_name="file",
            name="reply",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="files", to="replies.reply"
            ),
        ),
        migrations.AddField(
            model_name="shutdoor",
            name="channel",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="channels.channel"),
        ),
        migrations.AddField(
            model_name="shutdoor",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="people.identity"),
        ),
        migrations.AddIndex(
            model_name="act",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at", "id"], name="act_due"),
        ),
        migrations.AddIndex(
            model_name="act",
            index=models.Index(fields=["case", "id"], name="act_case"),
        ),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "queued")), fields=("case", "network_id"), name="one_act_at_a_time"
            ),
        ),
        migrations.AddIndex(
            model_name="file",
            index=models.Index(
                condition=models.Q(("kept", ""), _negated=True), fields=["created_at"], name="file_kept"
            ),
        ),
        migrations.AddConstraint(
            model_name="shutdoor",
            constraint=models.UniqueConstraint(fields=("channel", "person", "route"), name="one_shut_door_per_route"),
        ),
    ]
