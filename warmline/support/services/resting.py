"""Resting: a volunteer lays the role down for as long as they like, and takes it up again in one tap.

No reason is asked and no beginning is kept, so that there is nothing to tell anybody. A suspension goes
before a rest: when it is over the role acts again, and still nobody is offered anything before they say
that they are here.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from warmline.availability.models import Readiness
from warmline.core.realtime import publish
from warmline.people.models import Person, Role
from warmline.protocol import clock, topics
from warmline.support.models import Offer, Profile
from warmline.support.services import offering

VOLUNTEERING = Role.Kind.VOLUNTEER


def begin(volunteer: Person, *, ask_back_on: date | None = None) -> None:
    """No offers from now on; their other roles stay as they are. Again changes the day to be asked."""
    with transaction.atomic():
        volunteer.roles.acting().filter(kind=VOLUNTEERING).update(
            status=Role.Status.RESTING, suspended_until=None
        )
        Profile.objects.update_or_create(person=volunteer, defaults={"ask_back_on": ask_back_on})
        stop_offers(volunteer)


def end(volunteer: Person) -> None:
    """Back, at once; a rest of hours is over with it."""
    with transaction.atomic():
        volunteer.roles.resting().filter(kind=VOLUNTEERING).update(status=Role.Status.ACTIVE)
        Profile.objects.filter(person=volunteer).update(ask_back_on=None, rest_until=None)


def rests(volunteer: Person) -> bool:
    return volunteer.roles.resting().filter(kind=VOLUNTEERING).exists()


def asks_back(profile: Profile) -> bool:
    """The day has come from which they wanted to be asked."""
    return profile.ask_back_on is not None and profile.ask_back_on <= clock.now().date()


def stop_offers(volunteer: Person) -> None:
    """Not ready any more; an offer on the screen goes on to somebody else."""
    Readiness.end(volunteer)
    for offered in Offer.objects.pending().filter(volunteer=volunteer):
        offering.not_now(offered, by=volunteer)
    publish(topics.MATCHER, "done")
