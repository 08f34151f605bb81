"""When somebody is likely to be here, in one of four words; never a count.

*Here*: a volunteer who fits is ready and has a free place. *Soon*: probably within 20 minutes. *At*:
the next time it is likely, or the next open hour. *Unknown*: we don't know yet. Offers and their
answers play no part, so that a volunteer who passes changes nothing that anybody could see.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet

from warmline.availability import forecast, history, hours
from warmline.availability.models import Readiness
from warmline.protocol import clock
from warmline.rooms.languages import Way, fit_keys
from warmline.rooms.models import Way as WayChoice
from warmline.rules.models import Community
from warmline.support.models import TopicLevel, Wait

WAITS_READ = 500
REMEMBERED = timedelta(minutes=10)

Kind = Literal["here", "soon", "at", "unknown"]


@dataclass(frozen=True, slots=True)
class Outlook:
    """``at`` is set for the kind ``at`` alone; ``open_hour``: it is the beginning of an open hour."""

    kind: Kind
    at: datetime | None = None
    open_hour: bool = False


def outlook(
    languages: Iterable[str] = (),
    ways: Iterable[str] = (),
    topics: Iterable[int] = (),
    now: datetime | None = None,
) -> Outlook:
    """For somebody with these languages (BCP 47), ways and topic ids; nothing given means any.

    Ways count only together with languages.
    """
    now, languages, ways = now or clock.now(), tuple(languages), tuple(ways)
    if somebody_here(languages, ways, frozenset(topics), now):
        return Outlook("here")
    patterns = _remembered_patterns(languages, ways, now)
    if forecast.is_probable(forecast.best(pattern.coming(now) for pattern in patterns)):
        return Outlook("soon")
    opens = _open_hours(languages, ways, frozenset(topics), now)
    likely = forecast.next_likely(patterns, opens.items(), now)
    at = min((start for start in (likely, *opens) if start), default=None)
    return Outlook("at", at, open_hour=at in opens) if at else Outlook("unknown")


def _open_hours(
    languages: tuple[str, ...], ways: tuple[str, ...], topics: frozenset[int], now: datetime
) -> dict[datetime, int]:
    """When open hours that fit begin within two weeks, and how many ticked them; not one that is on."""
    found = {
        each
        for language in languages or ("",)
        for way in ways or ("",)
        for each in hours.upcoming(
            now, now + hours.LOOKS_AHEAD, language=language, way=way, topics=topics
        )
        if each.start > now
    }
    people: dict[datetime, set[int]] = defaultdict(set)
    for each, who in hours.who_pledged(found).items():
        people[each.start] |= who
    return {start: len(who) for start, who in people.items()}


def _remembered_patterns(
    languages: tuple[str, ...], ways: tuple[str, ...], now: datetime
) -> list[forecast.Pattern]:
    """Patterns change by the hour; built anew every ten minutes at most."""
    wanted = hashlib.sha256(repr((languages, ways)).encode()).hexdigest()
    key = f"patterns-{now.astimezone(UTC):%Y%m%d%H}-{wanted}"
    found = cache.get(key)
    if found is None:
        found = _patterns(languages, ways, now)
        cache.set(key, found, REMEMBERED.total_seconds())
    return found  # type: ignore[no-any-return]


def _patterns(
    languages: tuple[str, ...], ways: tuple[str, ...], now: datetime
) -> list[forecast.Pattern]:
    """One for each language and way that somebody looks for; one of all without any."""
    cells = wanted_cells(languages, ways)
    wanted: set[history.Cell] = {history.ANY} if cells is None else {*cells}
    seen, waits, zone = history.of_cells(wanted, now), _waits(cells, now), group_zone()
    return [forecast.Pattern.of(seen[cell], waits, now=now, zone=zone) for cell in sorted(wanted)]


def _waits(cells: set[tuple[str, Way]] | None, now: datetime) -> list[forecast.WaitSeen]:
    """The latest waits of those who looked for one of these languages."""
    rows = Wait.objects.filter(at__gte=now - forecast.LOOKS_BACK).order_by("-at")
    return [
        forecast.WaitSeen(at, timedelta(seconds=seconds), met)
        for at, seconds, met, languages in rows.values_list("at", "seconds", "met", "languages")[
            :WAITS_READ
        ]
        if cells is None or cells & set(fit_keys(languages, _ways(WayChoice.values)))
    ]


def group_zone() -> tzinfo:
    """The time zone the group lives by; UTC before there is one."""
    community = Community.current()
    return community.zone if community else UTC


def somebody_here(
    languages: tuple[str, ...], ways: tuple[str, ...], topics: frozenset[int], now: datetime
) -> bool:
    """Whether a volunteer is ready who could talk so about this, and has a free place."""
    cells = wanted_cells(languages, ways)
    listens = _listeners(topics)
    return any(
        (cells is None or cells & cells_of(free)) and (listens is None or free.person_id in listens)
        for free in free_now(now)
    )


def free_now(now: datetime) -> QuerySet[Readiness]:
    """Ready, with a finished profile and a place of their own; whatever they are being offered."""
    return (
        Readiness.objects.in_effect(now)
        .exclude(person__profile=None)
        .exclude(person__profile__topics_seen_at=None)
        .exclude(person__profile__rest_until__gt=now)
        .annotate(
            talks=Count(
                "person__talks_as_volunteer",
                filter=Q(person__talks_as_volunteer__ended_at=None),
            )
        )
        .filter(talks__lt=F("person__profile__talks_at_once"))
        .select_related("person__profile")
    )


def cells_of(readiness: Readiness) -> set[tuple[str, Way]]:
    """(language as it fits, way) in which a volunteer can talk."""
    profile = readiness.person.profile
    return set(fit_keys(profile.languages, _ways(profile.ways)))


def wanted_cells(languages: tuple[str, ...], ways: tuple[str, ...]) -> set[tuple[str, Way]] | None:
    """(language as it fits, way) that somebody looks for; None: any."""
    if not languages:
        return None
    return set(fit_keys(languages, _ways(ways or WayChoice.values)))


def _ways(ways: Iterable[str]) -> tuple[Way, ...]:
    return tuple(way for way in ways if way in set(WayChoice))  # type: ignore[misc]


def _listeners(topics: frozenset[int]) -> set[int] | None:
    """Who listens to all of these; None: nothing was asked for."""
    if not topics:
        return None
    rows = TopicLevel.objects.filter(topic__in=topics).exclude(level=TopicLevel.Level.PLEASE_NOT)
    counted = rows.values("person").annotate(all=Count("topic")).filter(all=len(topics))
    return set(counted.values_list("person", flat=True))
