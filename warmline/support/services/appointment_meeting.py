"""At the time of an appointment: both say that they are here, and are put together.

No offer goes to anybody else: the request is made and taken in one transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from warmline.availability.appointment_models import HERE_FOR, Appointment
from warmline.core.errors import DomainError
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.support import appointment_times, caps, queue
from warmline.support.matching import rules
from warmline.support.models import Conversation, Offer, Profile, Request
from warmline.support.services import appointing, asking, offering

State = Appointment.State


def here(appointment: Appointment, *, by: Person) -> Conversation | None:
    """One of the two is here; the talk as soon as the other is too.

    Raises ``not_now`` outside the 10 minutes; ``time_used``, ``plan``, ``paused`` and
    ``already_talking`` of the seeker, ``enough_talks`` and ``on_break`` of the volunteer.
    """
    now = clock.now()
    appointment_times.settle(now)
    with transaction.atomic():
        held = Appointment.objects.select_for_update(of=("self",)).filter(state=State.HELD)
        found = held.filter(pk=appointment.pk).first()
        if found is None or by.pk not in (found.seeker_id, found.taker_id):
            raise DomainError("not_now", _("The time of this appointment is not now."))
        if by.pk == found.seeker_id:
            found.seeker_here_at = now
        if by.pk == found.taker_id:
            found.taker_here_at = now
        found.save(update_fields=["seeker_here_at", "taker_here_at"])
    if not (_is_here(found.seeker_here_at, now) and _is_here(found.taker_here_at, now)):
        return None
    return _meet(found, now)


def other_is_here(appointment: Appointment, *, by: Person) -> bool:
    """Whether the other one said so, a moment ago."""
    seeks = by.pk == appointment.seeker_id
    at = appointment.taker_here_at if seeks else appointment.seeker_here_at
    return _is_here(at, clock.now())


def _is_here(at: datetime | None, now: datetime) -> bool:
    return at is not None and at > now - HERE_FOR


def _meet(appointment: Appointment, now: datetime) -> Conversation:
    with transaction.atomic():
        met = Appointment.objects.filter(pk=appointment.pk, state=State.HELD)
        volunteer = appointment.taker
        if volunteer is None or not met.update(state=State.MET, ended_at=now):
            raise DomainError("not_now", _("The time of this appointment is not now."))
        for elsewhere in Offer.objects.pending(now).filter(volunteer=volunteer):
            offering.not_now(elsewhere, by=volunteer)
        Offer.objects.filter(volunteer=volunteer, state=Offer.State.PENDING).update(
            state=Offer.State.EXPIRED, answered_at=now
        )
        request = appointing.wait_instead(appointment)
        asking.withdraw_offers(request)
        offered = offering.offer(
            request.pk, volunteer.pk, minutes=_minutes(request, volunteer, now)
        )
        if offered is None:
            raise DomainError("not_now", _("That did not work just now. Please try again."))
        return offering.take(offered, by=volunteer)


def _minutes(request: Request, volunteer: Person, now: datetime) -> int:
    """The shorter of both sides' time, as in matching; at least the shortest talk."""
    profile = Profile.objects.get(person=volunteer)
    limits, talks = caps.of(volunteer.pk)
    minute = timedelta(minutes=1)
    waiting = queue.as_waiting([request], now)
    most = waiting[0].minutes if waiting else rules.SHORTEST_TALK
    return max(
        rules.SHORTEST_TALK, min(most, profile.longest_talk, limits.left(talks, now) // minute)
    )
