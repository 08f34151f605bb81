"""Open hours in words, for volunteers' own ticks, and where nobody has ticked yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext

from warmline.availability import hours
from warmline.availability.hours import Occurrence
from warmline.availability.models import OpenHours, Pledge
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms import languages
from warmline.rooms.languages import fit_keys
from warmline.rooms.models import WAYS_ON, Way
from warmline.rules.models import Community
from warmline.support.models import Profile, Topic, TopicLevel

ON_HOME = 4
GAPS_SHOWN = 6


def next_lines() -> list[dict[str, Any]]:
    """The next few, of one week, for everybody."""
    now = clock.now()
    found = hours.upcoming(now, now + timedelta(days=7))[:ON_HOME]
    return occurrence_lines(found)


def occurrence_lines(found: Iterable[Occurrence]) -> list[dict[str, Any]]:
    """Each with its time on the wall clock of its series, and what it is for, in words."""
    known = {series.pk: series for series in OpenHours.objects.all()}
    topics = _topic_names()
    return [
        {
            "at": each.start,
            "from": each.start.astimezone(known[each.series_id].zone),
            "to": each.end.astimezone(known[each.series_id].zone),
            "zone": _zone_name(known[each.series_id]),
            "for": _for(known[each.series_id], topics),
            "series": each.series_id,
            "day": each.day,
        }
        for each in found
        if each.series_id in known
    ]


def series_lines() -> list[dict[str, Any]]:
    """Every series, for the desk."""
    now, topics = clock.now(), _topic_names()
    return [
        {
            "id": each.pk,
            "days": [WEEKDAYS[day] for day in sorted(each.weekdays)],
            "starts": each.starts,
            "zone": _zone_name(each),
            "for": _for(each, topics),
            "next": next(
                (one.day for one in hours.of_series(each, now, now + hours.LOOKS_AHEAD)), None
            ),
        }
        for each in OpenHours.objects.order_by("starts", "pk")
    ]


def for_volunteer(volunteer: Person) -> list[dict[str, Any]]:
    """The next two weeks, with this volunteer's own ticks and with what nobody covers yet."""
    now = clock.now()
    found = hours.upcoming(now, now + hours.LOOKS_AHEAD)
    who = hours.who_pledged(found)
    weekly = set(
        Pledge.objects.filter(person=volunteer, day=None).values_list("series_id", flat=True)
    )
    missing = gaps(who)
    lines = occurrence_lines(found)
    for line, each in zip(lines, found, strict=True):
        line["mine"] = volunteer.pk in who[each]
        line["each_week"] = each.series_id in weekly
        line["gaps"] = missing[each][:GAPS_SHOWN]
        line["more"] = max(0, len(missing[each]) - GAPS_SHOWN)
    return lines


def gaps(who: dict[Occurrence, set[int]]) -> dict[Occurrence, list[str]]:
    """Language, way and topic of each hour for which nobody ticked who could talk so about this."""
    people = set().union(*who.values()) if who else set()
    profiles = {each.person_id: each for each in Profile.objects.filter(person__in=people)}
    cells = {pk: {*fit_keys(each.languages, each.ways)} for pk, each in profiles.items()}
    levels = TopicLevel.objects.filter(person__in=people).exclude(level=TopicLevel.Level.PLEASE_NOT)
    listens = set(levels.values_list("person_id", "topic_id"))
    community, names = Community.current(), _topic_names()
    spoken = tuple(community.languages) if community else ()
    return {
        each: [
            _gap(language, way, names.get(topic, ""))
            for language, way, topic in _wanted(each, spoken, names)
            if not any(
                {*fit_keys([language], [way])} & cells.get(person, set())
                and (topic is None or (person, topic) in listens)
                for person in there
            )
        ]
        for each, there in who.items()
    }


def _wanted(
    each: Occurrence, spoken: tuple[str, ...], names: dict[int | None, str]
) -> list[tuple[str, Any, int | None]]:
    topics: list[int | None] = [topic for topic in each.topics if topic in names]
    return [
        (language, way, topic)
        for language in each.languages or spoken
        for way in ((each.way,) if each.way else WAYS_ON)
        if fit_keys([language], [way])  # type: ignore[list-item]
        for topic in topics or [None]
    ]


def _gap(language: str, way: str, topic: str) -> str:
    return " · ".join(filter(None, [_language(language), str(Way(way).label), topic]))


def _for(series: OpenHours, topics: dict[int | None, str]) -> list[str]:
    words = [_language(each) for each in series.languages]
    words += [str(Way(series.way).label)] if series.way else []
    words += [topics[each] for each in series.topic_ids if each in topics]
    return words or [gettext("Everybody")]


def _topic_names() -> dict[int | None, str]:
    return {topic.pk: topic.shown_name for topic in Topic.objects.topics()}


def _language(tag: str) -> str:
    return languages.name(tag, get_language() or "en", gettext)


def _zone_name(series: OpenHours) -> str:
    return series.time_zone.replace("_", " ")
