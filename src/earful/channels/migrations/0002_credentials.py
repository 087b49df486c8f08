import django.db.models.deletion
import django.utils.timezone
import earful.vault.fields
from django.db import migrations, models
from django.utils import timezone


def move_keys(apps, schema_editor):
    """The two tokens that lay with each channel, into its credentials. What no vault key opens is to be linked again."""
    from earful.channels.keys import AppKeys, sealed
    from earful.core.linking import Grant
    from earful.vault import Unopenable, unseal

    Channel, Credentials = apps.get_model("channels", "Channel"), apps.get_model("channels", "Credentials")
    for channel in Channel.objects.all():
        held = Credentials(channel=channel, linked_at=channel.created_at)
        try:
            app, user = unseal(channel.app_token_sealed), unseal(channel.user_token_sealed)
        except Unopenable as error:
            held.lost_at, held.lost_reason = timezone.now(), str(error)
        else:
            held.app_sealed = sealed(AppKeys(app_token=app))
            held.grant_sealed = sealed(Grant(user))
        held.save()


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Credentials",
            fields=[
                (
                    "channel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="credentials",
                        serialize=False,
                        to="channels.channel",
                    ),
                ),
                ("app_sealed", earful.vault.fields.SealedField(blank=True)),
                ("grant_sealed", earful.vault.fields.SealedField(blank=True)),
                ("former_sealed", earful.vault.fields.SealedField(blank=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("oauth2", "OAuth 2.0"), ("oauth1", "OAuth 1.0a")], default="oauth2", max_length=6
                    ),
                ),
                ("renews", models.BooleanField(default=False)),
                ("scopes", models.CharField(blank=True, max_length=1000)),
                ("expires_at", models.DateTimeField(null=True)),
                ("linked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("linked_by", models.CharField(blank=True, max_length=150)),
                ("refreshed_at", models.DateTimeField(null=True)),
                ("renewing_at", models.DateTimeField(null=True)),
                ("renew_after", models.DateTimeField(null=True)),
                ("lost_at", models.DateTimeField(null=True)),
                ("lost_reason", models.CharField(blank=True, max_length=500)),
            ],
            options={"verbose_name_plural": "credentials"},
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=64, unique=True)),
                ("session", models.CharField(max_length=64)),
                ("network", models.CharField(max_length=20)),
                ("api", models.CharField(max_length=200)),
                ("site", models.CharField(max_length=200)),
                ("settings", models.JSONField(default=dict)),
                ("app_sealed", earful.vault.fields.SealedField(blank=True)),
                ("verifier_sealed", earful.vault.fields.SealedField()),
                ("callback", models.CharField(max_length=500)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="channels.channel",
                    ),
                ),
            ],
        ),
        migrations.RunPython(move_keys, migrations.RunPython.noop),
    ]
