import django.db.models.deletion
from django.db import migrations, models

import warmline.core.fields
import warmline.protocol.clock


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_role_suspended_until"),
        ("rooms", "0003_debrief_rooms"),
        ("support", "0004_one_open_talk"),
    ]

    operations = [
        migrations.AddField(
            model_name="profile",
            name="ask_back_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="profile",
            name="debriefs_others",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="profile",
            name="minutes_a_shift",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="profile",
            name="minutes_a_week",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Debrief",
            fields=[
                ("id", warmline.core.fields.RandomIdField(serialize=False)),
                ("asked_at", models.DateTimeField(default=warmline.protocol.clock.now)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="debriefs_asked",
                        to="people.person",
                    ),
                ),
                (
                    "room",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="debrief",
                        to="rooms.room",
                    ),
                ),
                (
                    "taker",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="debriefs_taken",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("asker",),
                        name="one_debrief_an_asker",
                    )
                ],
            },
        ),
    ]
