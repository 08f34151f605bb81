import django.db.models.deletion
from django.db import migrations, models

import warmline.core.fields
import warmline.protocol.clock


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_keyholder_keys"),
        ("safety", "0004_appeal_readers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Keyholder",
            fields=[
                ("id", warmline.core.fields.RandomIdField(serialize=False)),
                ("key_id", models.CharField(max_length=22, unique=True)),
                ("public_key", models.BinaryField(max_length=65)),
                ("wrapped", models.BinaryField(max_length=512)),
                ("made_at", models.DateTimeField(default=warmline.protocol.clock.now)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for a second yes"),
                            ("active", "in use"),
                            ("delisted", "replaced"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keyholders",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("person",),
                        name="one_active_key",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("person",),
                        name="one_waiting_key",
                    ),
                ],
            },
        ),
    ]
