from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    """Cases are found by what triage tells of them."""

    dependencies = [
        ("cases", "0005_answers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=GinIndex(
                condition=models.Q(("status__in", ["new", "open", "waiting", "paused"])),
                fields=["answers"],
                name="case_answers",
                opclasses=["jsonb_path_ops"],
            ),
        ),
    ]
