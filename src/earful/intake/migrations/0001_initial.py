import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("channels", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Frame",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ear", models.CharField(max_length=30)),
                ("body", models.BinaryField()),
                ("heard_at", models.DateTimeField()),
                ("aside_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("channel", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="channels.channel")),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("aside_at__isnull", True)), fields=["id"], name="frame_waiting"),
                    models.Index(
                        condition=models.Q(("aside_at__isnull", False)), fields=["aside_at"], name="frame_aside"
                    ),
                ],
            },
        ),
    ]
