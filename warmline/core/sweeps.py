"""What was deleted must not lie in SQLite's journal for days."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from warmline.core.sweeping import sweep

PATIENCE_MS = 200
"""How long writers may have to wait for us while somebody still reads."""


@sweep
def empty_journal(now: datetime) -> None:
    """Move the journal into the database file and cut it to nothing; somebody reading delays it.

    SQLite would use the journal again only when it has grown, and leave it on the disk until then.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    usual = int(connection.settings_dict["OPTIONS"]["timeout"]) * 1000
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
