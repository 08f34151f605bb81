"""When a letter will likely be answered, from how it was with the last ones; never who or how many read."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from warmline.support.letter_models import LetterWait

ENOUGH = 5
"""With fewer letters of the last 28 days we only say what we aim at."""
MOST_OF = 0.8
"""So large a share of the last letters was answered within the time we name. Our own choice."""
LONGEST = timedelta(days=3)
"""Nothing later is named: a likely time so far away would be no help."""


def answered_by(language: str, now: datetime) -> datetime | None:
    """The whole hour by which a letter sent now will likely have its answer; None when we can't say.

    Letters that nobody answered count as waiting for ever.
    """
    lately = LetterWait.objects.filter(language=language, at__gte=now - LetterWait.KEPT)
    waits = sorted(
        seconds if answered else math.inf
        for seconds, answered in lately.values_list("seconds", "answered")
    )
    if len(waits) < ENOUGH:
        return None
    usual = waits[math.ceil(MOST_OF * len(waits)) - 1]
    if usual > LONGEST.total_seconds():
        return None
    by = now + timedelta(seconds=usual)
    whole = by.replace(minute=0, second=0, microsecond=0)
    return whole if whole == by else whole + timedelta(hours=1)
