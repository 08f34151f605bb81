import django.db.models.deletion
from django.db import migrations, models

import warmline.protocol.clock


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_ways_back_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="Forgotten",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="forgotten",
                        serialize=False,
                        to="people.person",
                    ),
                ),
                ("at", models.DateTimeField(default=warmline.protocol.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="Phrase",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="phrase",
                        serialize=False,
                        to="people.person",
                    ),
                ),
                ("phrase_hash", models.CharField(max_length=64, unique=True)),
                ("drawn_at", models.DateTimeField(default=warmline.protocol.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("token_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("used_at", models.DateTimeField(default=warmline.protocol.clock.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="devices",
                        to="people.person",
                    ),
                ),
            ],
        ),
    ]
