from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_credentials")]

    operations = [
        migrations.RemoveField(model_name="channel", name="app_token_sealed"),
        migrations.RemoveField(model_name="channel", name="user_token_sealed"),
    ]
