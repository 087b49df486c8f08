"""What is stored already is put into the search table. A step of its own: its months are made on another connection,
which must see the table.
"""

from django.db import migrations

from earful.posts.store import index

_AT_ONCE = 2_000


def fill(apps, schema_editor):
    """A post after the other, by key, however many there are."""
    posts = apps.get_model("posts", "Post").objects.select_related("author").order_by("pk")
    after = 0
    while batch := list(posts.filter(pk__gt=after)[:_AT_ONCE]):
        index(batch)
        after = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("posts", "0004_search_by_month"), ("people", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
