"""A volunteer's role has ended: readiness, offers, debriefs, open talks and the profile end with it.

For the seeker an open talk ends as when the volunteer needed to stop: it costs nothing, it is nobody's
fault, and they may go to the front of the line.
"""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from warmline.availability import hours, telling
from warmline.availability.models import Reachable
from warmline.core.realtime import publish
from warmline.people.models import Person, Role
from warmline.people.signals import role_ended
from warmline.protocol import topics
from warmline.support import letter_keys
from warmline.support.models import Conversation, Profile, TopicLevel
from warmline.support.services import appointing, debriefing, lettering, resting, talking, third


@receiver(role_ended, dispatch_uid="support.volunteers")
def stop_volunteering(*, role: Role, **_about: Any) -> None:
    """Volunteers' topics, limits, hours: deleted with the role (safety and privacy, section 2).

    A debrief ends with either role: coordinators listen to them, too.
    """
    debriefing.leave_all(role.person)
    if role.kind != Role.Kind.VOLUNTEER:
        return
    resting.stop_offers(role.person)
    telling.forget(role.person)
    hours.end_role(role.person)
    Reachable.objects.filter(person=role.person).delete()
    third.leave_all(role.person)
    lettering.end_role(role.person)
    appointing.stop(role.person)
    letter_keys.delist(role.person)
    _end_talks(role.person)
    TopicLevel.objects.filter(person=role.person).delete()
    Profile.objects.filter(person=role.person).delete()
    publish(topics.MATCHER, "done")


def _end_talks(volunteer: Person) -> None:
    """Their seats are left for good, also those of talks that were over already."""
    open_talks = Conversation.objects.open().filter(volunteer=volunteer)
    for talk in open_talks.select_related("room", "seeker"):
        if talk.started_at:
            talking.need_to_stop(talk, by=volunteer)
        else:
            talking.decline(talk, by=talk.seeker)
    for talk in Conversation.objects.filter(volunteer=volunteer).select_related("room"):
        seat = talk.seat_of(volunteer)
        if seat and seat.left_at is None:
            talking.leave(seat)
