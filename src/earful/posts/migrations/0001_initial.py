import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("channels", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Forewarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=20)),
                ("network_id", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("network", "network_id"), name="one_forewarning_per_post")
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=20)),
                ("network_id", models.CharField(max_length=100)),
                ("version", models.CharField(blank=True, max_length=100)),
                ("ours", models.BooleanField(default=False)),
                ("private", models.BooleanField(default=False)),
                ("text", models.TextField()),
                ("search", django.contrib.postgres.search.SearchVectorField(null=True)),
                ("lang", models.CharField(blank=True, max_length=10)),
                ("root", models.CharField(blank=True, max_length=100)),
                ("reply_to", models.CharField(blank=True, max_length=100)),
                ("reposts", models.CharField(blank=True, max_length=100)),
                ("quotes", models.CharField(blank=True, max_length=100)),
                ("quotes_author", models.CharField(blank=True, max_length=100)),
                ("reply_to_author", models.CharField(blank=True, max_length=100)),
                ("mentions", models.JSONField(default=list)),
                ("links", models.JSONField(default=list)),
                ("media", models.JSONField(default=list)),
                ("intent", models.CharField(blank=True, max_length=20)),
                ("signals", models.JSONField(default=list)),
                ("spread", models.IntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField()),
                ("edited_at", models.DateTimeField(null=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="people.identity",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to="channels.channel"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PostVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(blank=True, max_length=100)),
                ("text", models.TextField()),
                ("until", models.DateTimeField()),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="posts.post"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["root"], name="post_root"),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["author", "-created_at"], name="post_author"),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(condition=models.Q(("ours", True)), fields=["reply_to"], name="post_our_answer"),
        ),
        migrations.AddIndex(
            model_name="post",
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=True, fields=["search"], name="post_search"),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(fields=("network", "network_id"), name="one_post_per_network_id"),
        ),
    ]
