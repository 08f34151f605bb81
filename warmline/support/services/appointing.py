"""An appointment's way: asked for, taken by one volunteer, held for 10 minutes, met or not.

``open`` → ``taken`` (given back → ``open``) → ``held`` → ``met`` or ``lapsed``; or ``called_off`` by its
seeker. Every step is one conditional update, so of two at once one wins. Nobody is counted for not
coming. The private link's secret is returned once; the table has its hash.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from warmline.availability import telling
from warmline.availability.appointment_models import (
    TAKEN_UNTIL,
    TIMES_MOST,
    Appointment,
    AppointmentTime,
)
from warmline.availability.telling_models import Kind
from warmline.core.errors import DomainError
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.safety import ladder
from warmline.support import appointment_fit, appointment_times
from warmline.support.models import Request, Topic
from warmline.support.services import asking

State = Appointment.State
SOONEST = timedelta(hours=1)
LATEST = timedelta(days=14)
"""From now: soon enough to be worth waiting for, late enough that somebody can find the time."""
APART = timedelta(hours=1)
"""Between two appointments of one volunteer: a talk has its time, and nobody is in two."""


def ask(
    seeker: Person,
    *,
    times: Iterable[datetime],
    zone: ZoneInfo,
    language: str,
    way: str,
    topics: Sequence[Topic] = (),
    extra_time: bool = False,
) -> tuple[Appointment, str]:
    """Keep what a seeker wishes; the appointment, and the secret of its private link.

    Raises ``paused`` while they are held back, ``has_appointment`` while they have one, ``times`` unless
    there are 1 to 5 of them, each between :data:`SOONEST` and :data:`LATEST` from now.
    """
    chosen, now = sorted(set(times)), clock.now()
    if not 1 <= len(chosen) <= TIMES_MOST:
        raise DomainError("times", _("Please choose one to five times."))
    if chosen[0] < now + SOONEST or chosen[-1] > now + LATEST:
        raise DomainError("times", _("Please choose times from in one hour to in 14 days."))
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=seeker.pk)
        check_may_ask(seeker)
        made = Appointment.objects.create(
            seeker=seeker,
            language=language,
            way=way,
            topics=sorted(topic.pk for topic in topics),
            new_here=asking.is_new(seeker),
            extra_time=extra_time,
            zone=zone.key,
            link_hash=_hashed(secret),
        )
        AppointmentTime.objects.bulk_create(
            AppointmentTime(appointment=made, at=each) for each in chosen
        )
    return made, secret


def check_may_ask(seeker: Person) -> None:
    """Raises ``paused`` and ``has_appointment``."""
    if ladder.is_held_back(seeker):
        raise DomainError("paused", _("You can't ask for an appointment at the moment."))
    if Appointment.objects.live().filter(seeker=seeker).exists():
        raise DomainError("has_appointment", _("You have an appointment already."))


def of(seeker: Person) -> Appointment | None:
    """The one they have, or the last that is still kept."""
    appointment_times.settle(clock.now())
    found = Appointment.objects.filter(seeker=seeker).select_related("taker")
    return found.live().first() or found.order_by("-made_at").first()


def by_link(secret: str) -> Appointment | None:
    """Whose link has this secret; also one that is over, as long as it is kept."""
    appointment_times.settle(clock.now())
    found = Appointment.objects.filter(link_hash=_hashed(secret))
    return found.select_related("seeker").first()


def new_link(appointment: Appointment) -> str:
    """Another secret; the link before works no more."""
    secret = secrets.token_urlsafe(32)
    Appointment.objects.filter(pk=appointment.pk).update(link_hash=_hashed(secret))
    return secret


def call_off(appointment: Appointment) -> None:
    """Its seeker does not want it any more. No reason; again is fine."""
    now = clock.now()
    with transaction.atomic():
        live = Appointment.objects.live().select_for_update(of=("self",))
        found = live.filter(pk=appointment.pk).first()
        if found:
            Appointment.objects.filter(pk=found.pk).update(state=State.CALLED_OFF, ended_at=now)
            if found.taker:
                _tell_volunteer(found.taker)


def open_for(volunteer: Person) -> list[Appointment]:
    """Those this volunteer could take, with the times that can still be taken, the nearest first."""
    now = clock.now()
    appointment_times.settle(now)
    found = Appointment.objects.filter(state=State.OPEN, times__at__gt=now + TAKEN_UNTIL)
    fits = appointment_fit.fitting(volunteer, found.distinct().prefetch_related("times"))
    return sorted(fits, key=lambda each: (min(takeable(each, now)), each.pk))


def takeable(appointment: Appointment, now: datetime) -> list[datetime]:
    """Its times that somebody may still take."""
    return [each.at for each in appointment.times.all() if each.at > now + TAKEN_UNTIL]


def of_volunteer(volunteer: Person) -> list[Appointment]:
    """Those they have taken, the next one first."""
    appointment_times.settle(clock.now())
    return list(Appointment.objects.taken_by(volunteer).order_by("at", "pk"))


def take(appointment: Appointment, *, at: datetime, by: Person) -> None:
    """Have it alone, at one of its times; again by the same volunteer is fine.

    Raises ``appointment_gone`` when somebody was first, the time is too near or it is not for this
    volunteer; ``busy_then`` when they have another one within :data:`APART`.
    """
    now = clock.now()
    appointment_times.settle(now)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=by.pk)
        mine = Appointment.objects.taken_by(by)
        if mine.filter(pk=appointment.pk, at=at).exists():
            return
        if mine.filter(at__gt=at - APART, at__lt=at + APART).exists():
            raise DomainError(
                "busy_then",
                _("You have another appointment near that time. Please choose another."),
            )
        fresh = Appointment.objects.filter(pk=appointment.pk, state=State.OPEN)
        fits = appointment_fit.fitting(by, fresh.prefetch_related("times"))
        if not fits or at not in takeable(fits[0], now):
            raise _gone()
        if not fresh.update(state=State.TAKEN, taker=by, at=at, reminded_at=None):
            raise _gone()
        telling.tell(appointment.seeker, Kind.APPOINTMENT, path=reverse("appointment"))


def give_back(appointment: Appointment, *, by: Person) -> None:
    """To the others, without a reason. What is given back already stays so."""
    appointment_times.free(Appointment.objects.filter(pk=appointment.pk, taker=by))
    appointment_times.settle(clock.now())


def wait_instead(appointment: Appointment) -> Request:
    """Nobody came or could: wait in the line, with the same wish. Raises as :func:`asking.ask`."""
    about = Topic.objects.topics().filter(pk__in=appointment.topics)
    return asking.ask(
        appointment.seeker,
        languages=[appointment.language],
        ways=[appointment.way],
        about=about,
        extra_time=appointment.extra_time,
    )


def stop(person: Person) -> None:
    """Held back, or not a volunteer any more: what they have goes to the others, what they asked ends."""
    appointment_times.free(Appointment.objects.filter(taker=person))
    if ladder.is_held_back(person):
        for appointment in Appointment.objects.live().filter(seeker=person):
            call_off(appointment)


def forget(seeker: Person) -> None:
    """They are deleted: so are their appointments, and whoever had taken one is told."""
    own: QuerySet[Appointment] = Appointment.objects.filter(seeker=seeker)
    for appointment in own:
        call_off(appointment)
    own.delete()


def _tell_volunteer(volunteer: Person) -> None:
    telling.tell(volunteer, Kind.APPOINTMENT, path=reverse("appointments"))


def _hashed(secret: str) -> str:
    """A secret of 256 bits needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _gone() -> DomainError:
    return DomainError(
        "appointment_gone", _("Somebody else has it now, or that time is over. Thank you anyway.")
    )
