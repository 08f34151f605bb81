"""The shipped list of crisis lines into the database; what a coordinator changed stays theirs."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from warmline.rooms import languages
from warmline.safety import countries
from warmline.safety.models import INTERNATIONAL, CrisisLine
from warmline.safety.numbers import dialled, texting

SHIPPED = Path(__file__).parent / "data" / "crisis_lines.csv"
EMERGENCY = "Emergency services"
MODES = {"phone", "sms", "chat", "video", "tty", "fax", "directory"}
AUDIENCES = {
    "all", "youth", "lgbtq", "veterans", "deaf", "women", "men", "indigenous", "faith", "seniors",
}  # fmt: skip


@dataclass
class Report:
    """What became of a file: rows taken, rows left as a coordinator has them, rows refused and why.

    ``mended``: taken, but without a part that nobody could read. A line is worth more than its tags.
    """

    taken: int = 0
    kept: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    mended: list[tuple[int, str]] = field(default_factory=list)


def import_lines(path: Path = SHIPPED) -> Report:
    """Bring every good row in; one bad row does not stop the others. Runs as often as you like."""
    report = Report()
    with path.open(encoding="utf-8", newline="") as file, transaction.atomic():
        ours = {line.shipped: line for line in CrisisLine.objects.exclude(shipped="")}
        for number, row in enumerate(csv.DictReader(file), start=2):
            problem = "; ".join(_problems(row))
            if problem:
                report.refused.append((number, problem))
                continue
            known, unknown = _languages(row)
            if unknown:
                report.mended.append((number, f"unknown language {', '.join(unknown)} left out"))
            _bring_in({**row, "languages": ";".join(known)}, ours, report)
    return report


def _problems(row: dict[str, str]) -> Iterator[str]:
    """Why a row can't be shown, in words for whoever keeps the list."""
    country = row.get("country_code") or ""
    if country not in _countries():
        yield f"unknown country {country!r}"
    if not row.get("name"):
        yield "no name"
    yield from _unreadable("phone", row, lambda part: bool(dialled(part)))
    yield from _unreadable("sms", row, lambda part: bool(texting(part).shown))
    yield from _unknown("mode", row.get("modes"), MODES)
    yield from _unknown("audience", row.get("audience"), AUDIENCES)
    for link in ("chat_url", "website"):
        if row.get(link) and not str(row[link]).startswith("https://"):
            yield f"{link} is not https"
    if not any(row.get(way) for way in ("phone", "sms", "chat_url", "website")):
        yield "no way to reach it"


def _unreadable(name: str, row: dict[str, str], good: Callable[[str], bool]) -> Iterator[str]:
    for part in filter(None, map(str.strip, (row.get(name) or "").split(";"))):
        if not good(part):
            yield f"{name} {part!r} can't be dialled"


def _unknown(what: str, text: str | None, known: Iterable[str]) -> Iterator[str]:
    for part in filter(None, (text or "").split(";")):
        if part not in known:
            yield f"unknown {what} {part!r}"


def _languages(row: dict[str, str]) -> tuple[list[str], list[str]]:
    """The row's languages that have a name here, and those that have none."""
    tags = [tag for tag in (row.get("languages") or "").split(";") if tag]
    known = [tag for tag in tags if languages.is_known(tag)]
    return known, [tag for tag in tags if tag not in known]


def _countries() -> frozenset[str]:
    return countries.codes() | {INTERNATIONAL}


def _bring_in(row: dict[str, str], ours: dict[str, CrisisLine], report: Report) -> None:
    key = f"{row['country_code']}:{row['name']}"
    line = ours.get(key)
    if line and line.changed_at:
        report.kept += 1
        return
    line = line or CrisisLine(shipped=key)
    line.country, line.name = row["country_code"], row["name"]
    line.is_emergency = row["name"] == EMERGENCY
    for column in (
        "phone",
        "sms",
        "chat_url",
        "website",
        "languages",
        "audience",
        "hours",
        "modes",
    ):
        setattr(line, column, row.get(column) or "")
    line.note, line.as_of = row.get("note") or "", row.get("as_of") or ""
    line.source_1, line.source_2 = (
        (row.get("source_1") or "")[:300],
        (row.get("source_2") or "")[:300],
    )
    line.double = row.get("confidence") == "double"
    line.save()
    ours[key] = line
    report.taken += 1
