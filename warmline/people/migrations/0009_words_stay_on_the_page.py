"""Six words no longer come to the server: what was kept of the words themselves brings nobody back."""

from typing import Any

from django.db import migrations


def end_phrases(apps: Any, schema_editor: Any) -> None:
    """A hash of words can't be turned into one of what a page makes of them. New ones are drawn."""
    apps.get_model("people", "Phrase").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_keyholder_keys"),
    ]

    operations = [
        migrations.RunPython(end_phrases, migrations.RunPython.noop),
    ]
