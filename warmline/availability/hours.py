"""Open hours: when they are, and how many said that they are probably there.

Recurrence is that of the calendar standard (RFC 5545), and the same events make the feeds: what a
calendar program shows and what a page shows cannot differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import recurring_ical_events
from icalendar import Calendar, Event

from warmline.availability.hours_models import CalendarAddress, OpenHours, Pledge
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.rooms.languages import WAYS, fit_keys

LOOKS_AHEAD = timedelta(days=14)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One open hour, in UTC; ``day`` is its date on the wall clock of the series.

    ``languages``, ``way``, ``topics`` (ids) empty: any.
    """

    start: datetime
    end: datetime
    series_id: int
    day: date
    languages: tuple[str, ...] = ()
    way: str = ""
    topics: tuple[int, ...] = ()


def upcoming(
    now: datetime,
    until: datetime,
    *,
    language: str = "",
    way: str = "",
    topics: Iterable[int] = (),
) -> list[Occurrence]:
    """Those on now or beginning before ``until``, earliest first; empty wishes fit every one."""
    wanted = frozenset(topics)
    return sorted(
        each
        for series in OpenHours.objects.all()
        if fits(series, language, way, wanted)
        for each in of_series(series, now, until)
    )


def next_open(
    now: datetime, *, language: str = "", way: str = "", topics: Iterable[int] = ()
) -> Occurrence | None:
    """The one that is on, or begins next within two weeks."""
    found = upcoming(now, now + LOOKS_AHEAD, language=language, way=way, topics=topics)
    return found[0] if found else None


def pledged(occurrence: Occurrence) -> int:
    """How many volunteers ticked *probably there* for it."""
    return len(who_pledged([occurrence])[occurrence])


def who_pledged(occurrences: Iterable[Occurrence]) -> dict[Occurrence, set[int]]:
    """For each the ids of the people who ticked it, one day or each week; acting volunteers alone."""
    wanted = list(occurrences)
    acting = Role.objects.acting().filter(kind=Role.Kind.VOLUNTEER).values("person")
    rows = Pledge.objects.filter(person__in=acting, series__in={each.series_id for each in wanted})
    said: dict[tuple[int, date | None], dict[int, bool]] = defaultdict(dict)
    for row in rows:
        said[row.series_id, row.day][row.person_id] = row.coming
    return {each: _coming(said, each) for each in wanted}


def _coming(said: dict[tuple[int, date | None], dict[int, bool]], each: Occurrence) -> set[int]:
    answers = said.get((each.series_id, None), {}) | said.get((each.series_id, each.day), {})
    return {person for person, coming in answers.items() if coming}


def pledge(person: Person, series: OpenHours, *, day: date | None = None) -> None:
    """Probably there: on this day, or each week without one. Twice is once."""
    if day is None:
        Pledge.objects.filter(person=person, series=series).exclude(day=None).delete()
    Pledge.objects.update_or_create(
        person=person, series=series, day=day, defaults={"coming": True}
    )


def take_back(person: Person, series: OpenHours, *, day: date | None = None) -> None:
    """Not there after all: on this day, or no longer each week. Nobody is asked why."""
    own = Pledge.objects.filter(person=person, series=series)
    if day is None:
        own.filter(day=None).delete()
        own.filter(coming=False).delete()
    elif own.filter(day=None).exists():
        Pledge.objects.update_or_create(
            person=person, series=series, day=day, defaults={"coming": False}
        )
    else:
        own.filter(day=day).delete()


def end_role(person: Person) -> None:
    """Ticks and calendar address end with the role."""
    Pledge.objects.filter(person=person).delete()
    CalendarAddress.objects.filter(person=person).delete()


def forget_over(now: datetime) -> None:
    """Ticks of days that are over, and series whose last day is more than a day ago."""
    before = (now - timedelta(days=2)).date()
    Pledge.objects.filter(day__lt=before).delete()
    OpenHours.objects.filter(last_day__lt=before).delete()


def fits(series: OpenHours, language: str, way: str, topics: frozenset[int]) -> bool:
    """Whether it is for this language, way and all of these topics."""
    if way and series.way and way != series.way:
        return False
    if series.topic_ids and not topics <= {*series.topic_ids}:
        return False
    if not language or not series.languages:
        return True
    ways = tuple(each for each in WAYS if (way or series.way or each) == each)
    return bool({*fit_keys(series.languages, ways)} & {*fit_keys([language], ways)})


def of_series(series: OpenHours, now: datetime, until: datetime) -> list[Occurrence]:
    """Its occurrences that end after ``now`` and begin before ``until``; UTC."""
    event = event_of(series)
    if event is None:
        return []
    length = timedelta(minutes=series.minutes)
    after = datetime.combine((now - length).astimezone(UTC), time(), UTC)
    before = datetime.combine(until.astimezone(UTC) + timedelta(days=1), time(), UTC)
    starts = _starts(event.to_ical(), after, before)
    return [
        Occurrence(
            start=start.astimezone(UTC),
            end=start.astimezone(UTC) + length,
            series_id=series.pk,
            day=start.date(),
            languages=tuple(series.languages),
            way=series.way,
            topics=tuple(series.topic_ids),
        )
        for start in starts
        if start.astimezone(UTC) + length > now and start.astimezone(UTC) < until
    ]


@lru_cache(maxsize=256)
def _starts(event: bytes, after: datetime, before: datetime) -> tuple[datetime, ...]:
    """Beginnings, on the wall clock of the event's zone; whole days, so that a day asks once."""
    found = recurring_ical_events.of(Event.from_ical(event)).between(after, before)
    return tuple(each["DTSTART"].dt for each in found)


def event_of(series: OpenHours) -> Event | None:
    """The series as an event without words; None where no day is left."""
    first, zone = series.first, series.zone
    if first is None:
        return None
    event = Event()
    event.add("uid", f"open-hours-{series.pk}@warmline")
    event.add("dtstamp", series.changed_at.astimezone(UTC))
    event.add("dtstart", datetime.combine(first, series.starts, zone))
    event.add("duration", timedelta(minutes=series.minutes))
    rule: dict[str, object] = {"FREQ": "WEEKLY", "BYDAY": [DAYS[day] for day in series.weekdays]}
    if series.last_day:
        ends = datetime.combine(series.last_day, time(23, 59, 59), zone)
        rule["UNTIL"] = ends.astimezone(UTC)
    event.add("rrule", rule)
    for day in series.days_out:
        event.add("exdate", datetime.combine(date.fromisoformat(day), series.starts, zone))
    return event


def calendar_of(events: Iterable[Event], *, name: str) -> bytes:
    """A calendar that other programs read: RFC 5545, with the zones it uses."""
    calendar = Calendar()
    calendar.add("prodid", "-//Warmline//Open hours//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones(last_date=(clock.now() + timedelta(days=731)).date())
    return calendar.to_ical()
