"""Writes down when somebody was ready, by the hour, and reads it for the forecast.

Writing is idempotent: bits are set, never counted, so several processes may do it at once. A minute
counts as somebody's when it was looked at in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from warmline.availability.forecast import HOUR, HourSeen, reached_bits
from warmline.availability.history_models import ReadyHour

Cell = tuple[str, str]
"""(language as it fits, way)."""
ANY: Cell = ("", "")
CLOSES_AFTER = HOUR + timedelta(minutes=30)
"""After the end of an hour: then the 20 minutes that follow it are known too."""
MARKS = 8


def is_noted(now: datetime) -> bool:
    """Whether this minute was looked at already."""
    row = ReadyHour.objects.filter(hour=_hour(now), language="", way="").first()
    return row is not None and bool(row.watched_bits >> now.minute & 1)


def note(now: datetime, ready: Iterable[tuple[int, Iterable[Cell]]], *, zone: tzinfo) -> None:
    """Who is ready in this minute: (person id, the cells they can talk in) each.

    ``zone`` is the group's: marks of the same time of day there can be put together.
    """
    time_of_day = _hour(now).astimezone(zone).hour
    marks: dict[Cell, int] = {ANY: 0}
    for person, cells in ready:
        for cell in (ANY, *cells):
            marks[cell] = marks.get(cell, 0) | _mark(person, cell, time_of_day)
    minute = 1 << now.minute
    with transaction.atomic():
        for cell, mark in sorted(marks.items()):
            row = ReadyHour.objects.get_or_create(hour=_hour(now), language=cell[0], way=cell[1])[0]
            ReadyHour.objects.filter(pk=row.pk).update(
                watched_bits=F("watched_bits").bitor(minute if cell == ANY else 0),
                ready_bits=F("ready_bits").bitor(minute if mark else 0),
                marks=F("marks").bitor(mark),
            )


def close(now: datetime) -> None:
    """Hours that are over become totals, the oldest first; their minutes are forgotten."""
    over = ReadyHour.objects.filter(watched=None, hour__lt=now - HOUR - CLOSES_AFTER)
    for hour in sorted(set(over.values_list("hour", flat=True))):
        _close_hour(hour)


def forget(now: datetime) -> None:
    """Hours older than 8 weeks."""
    ReadyHour.objects.filter(hour__lt=now - ReadyHour.KEPT).delete()


def of_cells(cells: Iterable[Cell], now: datetime) -> dict[Cell, list[HourSeen]]:
    """The closed hours of each cell, with zeros for those in which nobody was ready; one query."""
    wanted = {*cells, ANY}
    rows = ReadyHour.objects.filter(
        hour__gte=now - ReadyHour.KEPT,
        language__in={language for language, _way in wanted},
        way__in={way for _language, way in wanted},
    ).exclude(watched=None)
    totals: dict[Cell, dict[datetime, tuple[int, int, int]]] = {cell: {} for cell in wanted}
    watched: dict[datetime, int] = {}
    for hour, language, way, minutes, ready, reached, marks in rows.values_list(
        "hour", "language", "way", "watched", "ready", "reached", "marks"
    ):
        if (language, way) in wanted:
            totals[language, way][hour] = (ready or 0, reached or 0, marks)
        if (language, way) == ANY and minutes:
            watched[hour] = minutes
    nothing = (0, 0, 0)
    return {
        cell: [
            HourSeen(hour, minutes, *own.get(hour, nothing)) for hour, minutes in watched.items()
        ]
        for cell, own in totals.items()
    }


def _close_hour(hour: datetime) -> None:
    rows = {(row.language, row.way): row for row in ReadyHour.objects.filter(hour=hour)}
    following = ReadyHour.objects.filter(hour=hour + HOUR)
    later = {(row.language, row.way): row.ready_bits for row in following}
    watched = rows[ANY].watched_bits if ANY in rows else 0
    with transaction.atomic():
        for cell in sorted({*rows, *later}):
            row = rows.get(cell) or ReadyHour(hour=hour, language=cell[0], way=cell[1])
            ready = row.ready_bits & watched
            reached = reached_bits(row.ready_bits, later.get(cell, 0)) & watched
            ReadyHour.objects.update_or_create(
                hour=hour,
                language=cell[0],
                way=cell[1],
                defaults={
                    "watched": watched.bit_count(),
                    "ready": ready.bit_count(),
                    "reached": reached.bit_count(),
                    "watched_bits": 0,
                    "ready_bits": 0,
                },
            )


def _mark(person: int, cell: Cell, time_of_day: int) -> int:
    """One of 8 bits, another one for each time of day, language and way; keyed, so not to be guessed."""
    said = f"{person} {cell[0]} {cell[1]} {time_of_day}"
    return int(1 << salted_hmac("ready hours", said, algorithm="sha256").digest()[0] % MARKS)


def _hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
