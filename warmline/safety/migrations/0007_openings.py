import django.db.models.deletion
from django.db import migrations, models

import warmline.core.fields
import warmline.protocol.clock


class Migration(migrations.Migration):
    dependencies = [
        ("safety", "0006_evidence"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="words_sealed",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", warmline.core.fields.RandomIdField(serialize=False)),
                ("said_yes_at", models.DateTimeField(default=warmline.protocol.clock.now)),
                ("opened_at", models.DateTimeField(null=True)),
                ("first_read_at", models.DateTimeField(null=True)),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings",
                        to="safety.evidence",
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings_allowed",
                        to="safety.keyholder",
                    ),
                ),
                ("newcomers", models.ManyToManyField(related_name="+", to="safety.keyholder")),
                (
                    "second",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings_made",
                        to="safety.keyholder",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HandedOn",
            fields=[
                ("id", warmline.core.fields.RandomIdField(serialize=False)),
                ("sealed", models.BinaryField()),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="safety.keyholder",
                    ),
                ),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="handed_on",
                        to="safety.opening",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.UniqueConstraint(
                condition=models.Q(("second", None)),
                fields=("evidence", "first"),
                name="one_yes_to_opening_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("second", None),
                    models.Q(("second", models.F("first")), _negated=True),
                    _connector="OR",
                ),
                name="opening_is_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="handedon",
            constraint=models.UniqueConstraint(
                fields=("opening", "to"), name="handed_on_once_to_each"
            ),
        ),
    ]
