"""Community texts in force: the community's own versions, or what ships with Warmline."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _lazy

from warmline.protocol import clock
from warmline.rules.models import CommunityText

SHIPPED = Path(__file__).parent / "data" / "texts.toml"
SHIPPED_VERSION = 1
"""The number of what ships; a community's own versions of a shipped text begin at 2."""

NAMES: dict[str, object] = {
    "crisis_thoughts": _lazy("Crisis: thoughts, handing over"),
    "crisis_danger": _lazy("Crisis: in danger soon"),
    "crisis_now": _lazy("Crisis: happening now"),
    "crisis_goodbye": _lazy("Crisis: goodbye"),
    "someone_else": _lazy("Someone else is in danger"),
    "sexual_chance": _lazy("Sexual misuse: one chance"),
    "sexual_end": _lazy("Sexual misuse: ending"),
    "aggression_chance": _lazy("Aggression: one chance"),
    "aggression_end": _lazy("Aggression: ending"),
    "pressure": _lazy("Pressure to stay or to meet outside"),
    "ten_minutes": _lazy("Ten minutes left"),
    "time_up": _lazy("Time is up"),
    "time_used": _lazy("Time used up for today"),
    "beyond_us": _lazy("Beyond what we can handle"),
    "need_to_stop": _lazy("I need to stop"),
    "nobody_free": _lazy("No volunteer available"),
    "under_18": _lazy("They may be under 18"),
    "plan_invitation": _lazy("We would like to make a plan with you"),
    "not_for_this": _lazy("This is not what we are for"),
}
"""Every text, in the order of the ground rules (section 4), by the name people call it."""


@dataclass(frozen=True)
class Version:
    """One version of a text in one language. ``approved_by`` is empty for what ships: *proposed*."""

    key: str
    language: str
    version: int
    text: str
    approved_by: str = ""
    approved_at: datetime | None = None


@cache
def shipped() -> dict[tuple[str, str], Version]:
    """What ships with Warmline, by (key, language)."""
    read = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return {
        (key, language): Version(key, language, SHIPPED_VERSION, text)
        for key, by_language in read.items()
        for language, text in by_language.items()
    }


def in_force(*wanted: str) -> dict[str, Version]:
    """Every text by key, in the first of the languages it exists in, at last in English; one query."""
    known = newest()
    order = list(dict.fromkeys(tag for each in wanted for tag in narrow_to_wide(each)))
    return {
        key: next(known[key, tag] for tag in [*order, "en"] if (key, tag) in known) for key in NAMES
    }


def versions(key: str) -> list[Version]:
    """All versions of a text, by language, newest first."""
    own = [_as_version(row) for row in CommunityText.objects.filter(key=key)]
    ships = [version for (of, _), version in shipped().items() if of == key]
    return sorted([*own, *ships], key=lambda each: (each.language, -each.version))


def approve(key: str, language: str, text: str, *, by: str) -> Version:
    """A new version of a text in one language, in force from now; ``by`` is an alias."""
    with transaction.atomic():
        last = CommunityText.objects.filter(key=key, language=language).aggregate(
            last=Max("version")
        )["last"]
        first = SHIPPED_VERSION if (key, language) in shipped() else 0
        row = CommunityText.objects.create(
            key=key,
            language=language,
            version=(last or first) + 1,
            text=text,
            approved_by=by,
            approved_at=clock.now(),
        )
    return _as_version(row)


def newest() -> dict[tuple[str, str], Version]:
    """The version in force of each text in each language, by (key, language); one query."""
    rows = CommunityText.objects.order_by("version")
    return {**shipped(), **{(row.key, row.language): _as_version(row) for row in rows}}


def _as_version(row: CommunityText) -> Version:
    return Version(row.key, row.language, row.version, row.text, row.approved_by, row.approved_at)


def narrow_to_wide(tag: str) -> list[str]:
    """``pt-BR`` → ``pt-BR``, ``pt``."""
    parts = tag.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
