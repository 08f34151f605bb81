"""Which open appointments a volunteer could take: the hard rules of matching that can be known before."""

from __future__ import annotations

from collections.abc import Iterable

from warmline.availability.appointment_models import Appointment
from warmline.people.models import Person, Role
from warmline.rooms.languages import UnknownLanguageError, fit_keys
from warmline.safety import ladder
from warmline.safety.models import Block
from warmline.support.models import Profile, TopicLevel


def fitting(volunteer: Person, appointments: Iterable[Appointment]) -> list[Appointment]:
    """Those whose language, way and topics are theirs, of seekers they may meet."""
    profile = Profile.objects.filter(person=volunteer).first()
    if (
        profile is None
        or not profile.complete
        or not volunteer.has_role(Role.Kind.VOLUNTEER)
        or ladder.is_held_back(volunteer)
    ):
        return []
    said_yes = TopicLevel.objects.filter(person=volunteer)
    said_yes = said_yes.exclude(level=TopicLevel.Level.PLEASE_NOT)
    topics = set(said_yes.values_list("topic_id", flat=True))
    apart = set(Block.objects.filter(volunteer=volunteer).values_list("seeker_id", flat=True))
    out = apart | set(ladder.held_back()) | {volunteer.pk}
    return [
        each
        for each in appointments
        if each.seeker_id not in out
        and set(each.topics) <= topics
        and (profile.takes_new_people or not each.new_here)
        and _understand(each, profile)
    ]


def _understand(appointment: Appointment, profile: Profile) -> bool:
    try:
        theirs = fit_keys(profile.languages, profile.ways)
        return not fit_keys([appointment.language], [appointment.way]).keys().isdisjoint(theirs)  # type: ignore[list-item]
    except UnknownLanguageError:
        return False
