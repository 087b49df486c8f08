"""The search table, a partition a month. What is stored already is put into it in the next step."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

_MAKE = """
    CREATE TABLE posts_search (
        created_at timestamptz NOT NULL,
        post_id bigint NOT NULL,
        private boolean NOT NULL,
        words tsvector NOT NULL,
        CONSTRAINT posts_search_pkey PRIMARY KEY (created_at, post_id)
    ) PARTITION BY RANGE (created_at);
    CREATE INDEX posts_search_words ON posts_search USING gin (words) WITH (gin_pending_list_limit = 512);
    CREATE TABLE posts_search_before PARTITION OF posts_search FOR VALUES FROM (MINVALUE) TO ('1997-01-01T00:00:00Z');
    CREATE TABLE posts_search_after PARTITION OF posts_search FOR VALUES FROM ('2100-01-01T00:00:00Z') TO (MAXVALUE);
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0003_carried")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(_MAKE, "DROP TABLE posts_search")],
            state_operations=[
                migrations.CreateModel(
                    name="Searched",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "created_at", "post", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("private", models.BooleanField()),
                        ("words", django.contrib.postgres.search.SearchVectorField()),
                        (
                            "post",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="posts.post",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "posts_search",
                        "verbose_name_plural": "searched",
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["words"], name="posts_search_words", gin_pending_list_limit=512
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
