"""Once a minute: in which languages and ways somebody could be met, for the forecast."""

from __future__ import annotations

from datetime import datetime

from warmline.availability import history
from warmline.support import outlook


def note(now: datetime) -> None:
    """Write down this minute, unless it is written down already."""
    if history.is_noted(now):
        return
    free = [(each.person_id, outlook.cells_of(each)) for each in outlook.free_now(now)]
    history.note(now, free, zone=outlook.group_zone())
