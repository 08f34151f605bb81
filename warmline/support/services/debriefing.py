"""How a talk was for a volunteer: they ask, a coordinator or another volunteer listens (practice, section 9).

It is about feelings and practice, never about who a seeker is. Nobody sees more than the alias.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from warmline.core.errors import DomainError
from warmline.core.realtime import publish
from warmline.people.models import Person, Role
from warmline.protocol import clock, topics
from warmline.rooms.models import Room, Seat
from warmline.safety import ladder
from warmline.support.models import Debrief, Profile


def ask(person: Person) -> None:
    """They would like a debrief; asking twice is asking once."""
    with transaction.atomic():
        forget_over(clock.now())
        try:
            with transaction.atomic():
                Debrief.objects.create(asker=person)
        except IntegrityError:
            return
        for listener in listeners().exclude(pk=person.pk):
            publish(topics.person(listener.pk), "debrief")


def take_back(person: Person) -> None:
    """Not any more; too late is fine too."""
    Debrief.objects.asked().filter(asker=person).delete()


def take(debrief: Debrief, *, by: Person) -> Room:
    """One listener, a room for two without a clock. Raises ``debrief_over`` and ``not_a_listener``."""
    if not may_listen(by) or debrief.asker_id == by.pk:
        raise DomainError("not_a_listener", _("You can't take this one."))
    with transaction.atomic():
        taken = Debrief.objects.asked().filter(pk=debrief.pk).update(taker=by, taken_at=clock.now())
        if not taken:
            raise DomainError(
                "debrief_over", _("Somebody else is there already, or it is not needed any more.")
            )
        room = Room.make(
            purpose=Room.Purpose.DEBRIEF,
            granted=None,
            seats=[("volunteer", debrief.asker), ("listener", by)],
        )
        Debrief.objects.filter(pk=debrief.pk).update(room=room)
        publish(topics.person(debrief.asker_id), "debrief")
    return room


def end(debrief: Debrief) -> None:
    """Over for both; again is fine."""
    with transaction.atomic():
        ended = Debrief.objects.filter(pk=debrief.pk, ended_at=None).update(ended_at=clock.now())
        if not ended or debrief.room is None:
            return
        debrief.room.close()
        for person in (debrief.asker_id, debrief.taker_id):
            if person:
                publish(topics.person(person), "ended")


def leave(debrief: Debrief, seat: Seat) -> None:
    """Out of the room; with the second one nothing of it is left."""
    with transaction.atomic():
        end(debrief)
        seat.leave()
        if not Seat.objects.filter(room=seat.room_id, left_at=None).exists():
            Room.objects.filter(pk=seat.room_id).delete()


def leave_all(person: Person) -> None:
    """Quick exit, or the role is over: out of every room, and nothing asked for any more."""
    take_back(person)
    for debrief in Debrief.objects.of(person).exclude(room=None).select_related("room"):
        seat = debrief.seat_of(person)
        if seat:
            leave(debrief, seat)


def may_listen(person: Person) -> bool:
    return listeners().filter(pk=person.pk).exists()


def listeners() -> QuerySet[Person]:
    """Coordinators, and volunteers who said that others may talk with them; who is held back is not."""
    acting = Role.objects.acting()
    coordinators = acting.filter(kind=Role.Kind.COORDINATOR).values("person")
    willing = Profile.objects.filter(debriefs_others=True).values("person")
    volunteers = acting.filter(kind=Role.Kind.VOLUNTEER, person__in=willing).values("person")
    found = Person.objects.filter(Q(pk__in=coordinators) | Q(pk__in=volunteers))
    return found.exclude(pk__in=ladder.held_back())


def for_listener(person: Person) -> QuerySet[Debrief]:
    """What a person may take: asked for by others, the oldest first; none for who does not listen."""
    if not may_listen(person):
        return Debrief.objects.none()
    return wished_by_others(person).select_related("asker").order_by("asked_at")


def wished_by_others(person: Person) -> QuerySet[Debrief]:
    """Asked for, not by this person, and by nobody who is held back."""
    return Debrief.objects.asked().exclude(asker=person).exclude(asker__in=ladder.held_back())


def of(person: Person) -> Debrief | None:
    """Their own debrief, on either side: asked for, or going on."""
    now = clock.now()
    current = Debrief.objects.asked(now) | Debrief.objects.going_on(now)
    mine = current.filter(Q(asker=person) | Q(taker=person)).select_related("asker", "taker")
    return mine.order_by(F("taken_at").desc(nulls_last=True)).first()


def forget_over(now: datetime) -> None:
    """Lapsed, or a day old: the row goes, and the room with all that was said."""
    over = Debrief.objects.over(now)
    Room.objects.filter(debrief__in=over).delete()
    over.delete()
