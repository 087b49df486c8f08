"""A version of a post is kept once, however often and by whatever way it is heard."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0006_drop_the_old_search")]

    operations = [
        migrations.AddConstraint(
            model_name="postversion",
            constraint=models.UniqueConstraint(fields=["post", "version"], name="one_row_per_version"),
        ),
    ]
