"""The words of posts are in the search table now; their column and its index are only weight."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("posts", "0005_fill_the_search")]

    operations = [
        migrations.RemoveIndex(model_name="post", name="post_search"),
        migrations.RemoveField(model_name="post", name="search"),
    ]
