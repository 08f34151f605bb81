import django.db.models.deletion
from django.db import migrations, models

import warmline.core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_role_suspended_until"),
        ("support", "0005_resting_limits_and_debriefs"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanAnswer",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="plan_answer",
                        serialize=False,
                        to="people.person",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("not_now", "not now"),
                            ("no", "no"),
                            ("ended", "the plan has ended"),
                        ],
                        max_length=8,
                    ),
                ),
                ("day", models.DateField()),
            ],
        ),
        migrations.AddField(
            model_name="conversation",
            name="goes_on",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="conversation",
            name="tallied",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", warmline.core.fields.RandomIdField(serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("wished", "waits for a proposal"),
                            ("asking", "volunteers are asked"),
                            ("proposed", "waits for their yes"),
                            ("agreed", "agreed"),
                        ],
                        default="wished",
                        max_length=10,
                    ),
                ),
                ("zone", models.CharField(default="UTC", max_length=64)),
                ("languages", models.JSONField(default=list)),
                ("times", models.JSONField(default=list)),
                ("supports", models.JSONField(default=list)),
                ("wishes", models.JSONField(default=list)),
                ("interval_days", models.PositiveSmallIntegerField(default=2)),
                ("review_weeks", models.PositiveSmallIntegerField(default=4)),
                ("review_on", models.DateField(blank=True, null=True)),
                ("seeker_goes_on", models.BooleanField(default=False)),
                ("team_goes_on", models.BooleanField(default=False)),
                ("used_on", models.DateField()),
                ("talked_on", models.DateField(blank=True, null=True)),
                (
                    "seeker",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plan",
                        to="people.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DayTotal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("talks", models.PositiveSmallIntegerField(default=0)),
                ("seconds", models.PositiveIntegerField(default=0)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="day_totals",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "day"), name="one_total_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[("asked", "asked"), ("yes", "yes"), ("no", "no")],
                        default="asked",
                        max_length=6,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plan_teams",
                        to="people.person",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="support.plan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "person"), name="once_in_a_team")
                ],
            },
        ),
    ]
