from django.db import migrations, models

FORGET_EARLIER = "DROP TABLE IF EXISTS django_session"


class Migration(migrations.Migration):
    """Sessions know whose they are. Those from before are forgotten: people sign in once more."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("account", models.BigIntegerField(blank=True, db_index=True, null=True)),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.RunSQL(FORGET_EARLIER, migrations.RunSQL.noop),
    ]
