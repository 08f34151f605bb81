import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import warmline.core.fields
import warmline.protocol.clock


class Migration(migrations.Migration):
    dependencies = [("people", "0003_approvals")]

    operations = [
        migrations.CreateModel(
            name="Recovery",
            fields=[
                ("id", warmline.core.fields.RandomIdField(serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("factor", "new second factor"), ("password", "new password")],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=warmline.protocol.clock.now)),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recoveries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agreed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "kind"), name="one_recovery_of_a_kind"
                    )
                ],
            },
        ),
    ]
