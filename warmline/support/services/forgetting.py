"""Leaving everything at once, and being deleted: one step, no questions."""

from __future__ import annotations

from django.db import transaction

from warmline.availability import telling
from warmline.availability.models import Readiness
from warmline.core.realtime import publish
from warmline.people import saved
from warmline.people.models import Account, Person
from warmline.protocol import topics
from warmline.rooms.models import Seat
from warmline.safety import ladder
from warmline.safety.models import Report, Sanction
from warmline.support.models import Conversation, Letter
from warmline.support.seeking import waiting_request
from warmline.support.services import appointing, asking, debriefing, lettering, talking, third

OUTLAST = (Conversation, Letter, Seat, Report, Sanction)
"""What a deleted seeker leaves for a while, under a name nobody knew: that there was a talk, or a letter
that somebody read (7 days, for the volunteer's limits and for reports), reports about them, and a step
that holds them back now."""


def leave_all(person: Person) -> None:
    """Out of the line and of every talk, and the pages of this person learn it."""
    Readiness.end(person)
    if not Account.objects.filter(person=person).exists():
        telling.forget(person)  # a volunteer's other browsers stay; this one gives its address back
    debriefing.leave_all(person)
    third.leave_all(person)
    place = waiting_request(person)
    if place:
        asking.leave(place)
    for conversation in Conversation.objects.open().of(person).select_related("room"):
        if conversation.started_at is None and conversation.seeker_id == person.pk:
            talking.end(conversation, by=person, ending=Conversation.Ending.NOT_COME)
        else:
            talking.end(conversation, by=person, ending=Conversation.Ending.EXIT)
        seat = conversation.seat_of(person)
        if seat:
            talking.leave(seat)
    publish(topics.person(person.pk), "signed_out")


def forget(seeker: Person) -> str | None:
    """Delete a seeker. For one who is held back now: a token that lets this browser keep to it.

    A pause is then over when it would have been. Nothing else comes back with the token.
    """
    with transaction.atomic():
        leave_all(seeker)
        lettering.forget_writer(seeker)
        appointing.forget(seeker)
        held_back = ladder.is_held_back(seeker)
        in_force = Sanction.objects.in_force().values("pk")
        Sanction.objects.filter(person=seeker).exclude(pk__in=in_force).delete()
        saved.forget(seeker, kept=OUTLAST)
        return saved.remember(seeker) if held_back else None
