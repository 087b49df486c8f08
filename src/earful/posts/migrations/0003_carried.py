"""How far posts were carried on moves to a table of its own, kept by the network's id."""

from django.db import migrations, models

# What was carried on before the desk kept count of it. The first of a person's reposts and quotes counts for the reach.
_FILL = """
    INSERT INTO posts_carried (network, network_id, reposts, quotes, reach)
    SELECT carrier.network, carrier.carried, sum(carrier.repost), count(*) - sum(carrier.repost),
           sum(CASE WHEN carrier.nth = 1 THEN coalesce(person.followers, 0) ELSE 0 END)
    FROM (
        SELECT each.*, row_number() OVER (PARTITION BY network, carried, author_id ORDER BY id) AS nth
        FROM (
            SELECT id, network, author_id, reposts AS carried, 1 AS repost FROM posts_post
            WHERE reposts <> '' AND deleted_at IS NULL AND NOT private
            UNION ALL
            SELECT id, network, author_id, quotes, 0 FROM posts_post
            WHERE quotes <> '' AND deleted_at IS NULL AND NOT private
        ) AS each
    ) AS carrier
    JOIN people_identity AS person ON person.id = carrier.author_id
    GROUP BY carrier.network, carrier.carried
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("posts", "0002_facts_ignored"),
    ]

    operations = [
        migrations.CreateModel(
            name="Carried",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=20)),
                ("network_id", models.CharField(max_length=100)),
                ("reposts", models.IntegerField(default=0)),
                ("quotes", models.IntegerField(default=0)),
                ("reach", models.BigIntegerField(default=0)),
            ],
            options={"verbose_name_plural": "carried"},
        ),
        migrations.AddConstraint(
            model_name="carried",
            constraint=models.UniqueConstraint(fields=("network", "network_id"), name="one_spread_per_post"),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("reposts", ""), _negated=True),
                fields=["network", "reposts", "author"],
                name="post_carriers",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("quotes", ""), _negated=True),
                fields=["network", "quotes", "author"],
                name="post_quoters",
            ),
        ),
    ]
