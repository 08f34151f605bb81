from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rooms", "0002_card_on_a_seat"),
    ]

    operations = [
        migrations.AlterField(
            model_name="room",
            name="purpose",
            field=models.CharField(
                choices=[("talk", "Talk"), ("debrief", "Debrief")], max_length=20
            ),
        ),
    ]
