"""Extra time: half as much again, by a seeker's own setting, without a reason or proof (practice, section 4).

It follows a seeker who is saved to every device. Everybody else's is kept in their browser session only.
"""

from __future__ import annotations

from django.http import HttpRequest

from warmline.people import saved
from warmline.people.models import Person
from warmline.support.seeking import EXTRA_TIME, seeker_of


def is_on(request: HttpRequest) -> bool:
    """Whether the seeker of this browser wants extra time; what is saved counts before the session."""
    seeker = seeker_of(request)
    if seeker and saved.is_saved(seeker):
        return saved.has_extra_time(seeker)
    return bool(request.session.get(EXTRA_TIME))


def choose(request: HttpRequest, on: bool) -> None:
    """On or off; said once, it stays as long as the session, or as the seeker is saved."""
    request.session[EXTRA_TIME] = on
    if seeker := seeker_of(request):
        saved.set_extra_time(seeker, on)


def carry(request: HttpRequest, seeker: Person, *, before: bool) -> None:
    """The way back of a seeker was added or taken away; ``before``: what was on until then."""
    request.session[EXTRA_TIME] = before
    saved.set_extra_time(seeker, before)
