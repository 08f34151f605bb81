"""Who the seeker of a request is: a person the browser session remembers, and nothing more."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest

from warmline.core.counters import allow, network
from warmline.people import aliases
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.support.models import Conversation, Request

SEEKER = "seeker"
CONSENT = "consent"
CONSENT_VERSION = 1
NEW_SEEKERS_AN_HOUR = 60


def seeker_of(request: HttpRequest) -> Person | None:
    """The seeker of this browser session, if there is one."""
    person_id = request.session.get(SEEKER)
    return Person.objects.seekers().filter(pk=person_id).first() if person_id else None


def become_seeker(request: HttpRequest) -> Person:
    """The seeker of this session, made now if need be, with a pseudonym that was drawn.

    Raises ``TooMany`` when one network makes very many in an hour.
    """
    seeker = seeker_of(request)
    if seeker is None:
        allow(
            "new seeker",
            network(request),
            most=NEW_SEEKERS_AN_HOUR,
            within=timedelta(hours=1),
        )
        seeker = Person.objects.create(alias=aliases.suggest())
        request.session[SEEKER] = seeker.pk
    return seeker


def touch(seeker: Person) -> None:
    """This person was here today; idle persons are deleted after 90 days."""
    now = clock.now()
    if now - seeker.seen_at > timedelta(hours=1):
        Person.objects.filter(pk=seeker.pk).update(seen_at=now)


def has_consented(request: HttpRequest) -> bool:
    """Whether this session said yes to the present text."""
    given = request.session.get(CONSENT) or {}
    return bool(given.get("version") == CONSENT_VERSION)


def consent(request: HttpRequest, language: str) -> None:
    """Keep the yes: language and version, nothing else."""
    request.session[CONSENT] = {"language": language, "version": CONSENT_VERSION}


def waiting_request(seeker: Person) -> Request | None:
    return Request.objects.waiting().filter(seeker=seeker).select_related("seeker").first()


def open_talk(seeker: Person) -> Conversation | None:
    return (
        Conversation.objects.open()
        .filter(seeker=seeker)
        .select_related("room", "room__talk_clock", "volunteer", "seeker")
        .first()
    )
