"""What the community may take with it: its record, numbers, texts, crisis lines, topics.

Never anything of a talk, a request, a report or a seeker. Of the record's entries about reports only
that there was one: which report is left out, so that nobody finds out what they are part of.
"""

from __future__ import annotations

from typing import Any

from warmline.audit.models import Entry
from warmline.protocol import clock
from warmline.rules import texts
from warmline.rules.models import RULES, Community, Setting
from warmline.safety.models import CrisisLine
from warmline.support.models import Topic

LINE_FIELDS = (
    "country",
    "name",
    "is_emergency",
    "phone",
    "sms",
    "chat_url",
    "website",
    "languages",
    "audience",
    "hours",
    "modes",
    "sends_help",
    "note",
    "checked_on",
)
ENTRY_FIELDS = (
    "number",
    "encoding",
    "at",
    "action",
    "actor",
    "second",
    "object",
    "rule",
    "reason",
    "previous",
    "hash",
)


def community() -> dict[str, Any]:
    """Everything as one JSON document, keys in English; ``format`` names its version."""
    return {
        "format": "warmline/export/1",
        "made_at": clock.now().replace(microsecond=0),
        "community": _community(),
        "numbers": _numbers(),
        "texts": _texts(),
        "crisis_lines": _lines(),
        "topics": list(Topic.objects.order_by("kind", "order").values(*_TOPIC_FIELDS)),
        "record": [_entry(entry) for entry in Entry.objects.order_by("number")],
    }


_TOPIC_FIELDS = ("slug", "name", "kind", "order", "heavy", "active")


def _community() -> dict[str, Any]:
    names = ("name", "country", "languages", "time_zone")
    return dict(Community.objects.values(*names).get())


def _numbers() -> dict[str, dict[str, object]]:
    """The number in force of each setting, its unit, and what is proposed."""
    return {
        key: {"value": value, "unit": RULES[key].unit, "proposed": RULES[key].default}
        for key, value in Setting.all_numbers().items()
    }


def _texts() -> list[dict[str, Any]]:
    """The versions that this community has approved."""
    own = (version for key in texts.NAMES for version in texts.versions(key))
    return [vars(version) for version in own if version.approved_by]


def _lines() -> list[dict[str, Any]]:
    """The crisis lines that somebody here has added, changed, checked or taken out."""
    touched = CrisisLine.objects.exclude(changed_at=None, checked_on=None, taken_out_at=None)
    return [_line(line) for line in touched.order_by("country", "pk")]


def _line(line: CrisisLine) -> dict[str, Any]:
    row = {name: getattr(line, name) for name in LINE_FIELDS}
    return {**row, "taken_out": line.taken_out_at is not None}


def _entry(entry: Entry) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in ENTRY_FIELDS}
    kind = entry.object.partition(":")[0]
    return {**row, "object": kind} if kind in ("report", "sanction") else row
