"""Open hours for calendar programs: one feed for everybody, and one for each volunteer who wants it.

Neither names a person or says what the hours are for: calendars lie open on desks and locked screens.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, timedelta

from django.utils.translation import gettext as _
from icalendar import Event

from warmline.availability import hours
from warmline.availability.hours_models import CalendarAddress, OpenHours, Pledge
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.rules.models import Community


def for_everybody() -> bytes:
    """Every series, as text/calendar."""
    found = [hours.event_of(series) for series in OpenHours.objects.order_by("pk")]
    return _calendar([event for event in found if event is not None])


def of_volunteer(volunteer: Person) -> bytes:
    """Every occurrence of the next 8 weeks; those they ticked say *probably there*."""
    now = clock.now()
    found = hours.upcoming(now, now + timedelta(weeks=8))
    own = set(Pledge.objects.filter(person=volunteer).values_list("series_id", flat=True))
    who = hours.who_pledged([each for each in found if each.series_id in own])
    return _calendar([_event(each, volunteer.pk in who.get(each, ())) for each in found])


def _event(each: hours.Occurrence, ticked: bool) -> Event:
    event = Event()
    event.add("uid", f"open-hours-{each.series_id}-{each.day:%Y%m%d}@warmline")
    event.add("dtstamp", each.start)
    event.add("dtstart", each.start.astimezone(UTC))
    event.add("dtend", each.end.astimezone(UTC))
    event.add("summary", _("Probably there") if ticked else _("Open hours"))
    event.add("transp", "OPAQUE" if ticked else "TRANSPARENT")
    return event


def _calendar(events: list[Event]) -> bytes:
    for event in events:
        if "summary" not in event:
            event.add("summary", _("Open hours"))
            event.add("transp", "TRANSPARENT")
    community = Community.current()
    return hours.calendar_of(events, name=community.name if community else _("Open hours"))


def new_address(volunteer: Person) -> str:
    """A new secret (43 characters, 256 bits); the one before no longer works. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    CalendarAddress.objects.update_or_create(
        person=volunteer, defaults={"token_hash": _hashed(token)}
    )
    return token


def end_address(volunteer: Person) -> None:
    """The address shows nothing any more."""
    CalendarAddress.objects.filter(person=volunteer).delete()


def whose(token: str) -> Person | None:
    """The volunteer whose address this is, while they act as one."""
    acting = Role.objects.acting().filter(kind=Role.Kind.VOLUNTEER).values("person")
    known = CalendarAddress.objects.filter(token_hash=_hashed(token), person__in=acting)
    found = known.select_related("person").first()
    return found.person if found else None


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
