"""Who the seeker of a request is: a person the browser session remembers, or who saved their identity."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from warmline.core.counters import TooMany, allow, network
from warmline.people import aliases, device_cookie, saved
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.safety import ladder
from warmline.support.models import Conversation, Request

SEEKER = "seeker"
CONSENT = "consent"
EXTRA_TIME = "extra_time"
LETTER_DRAFT = "letter_draft"
FOUND_LETTERS = "letters"
LINKED_APPOINTMENT = "appointment"
"""In a session: the appointment whose private link was opened, until the yes to be its seeker here."""
AFTER_BEGIN = "after_begin"
"""In a session: the name of the page that the yes to *before we start* leads on to."""
OF_A_SEEKER = (
    SEEKER,
    CONSENT,
    EXTRA_TIME,
    "answered",
    LETTER_DRAFT,
    FOUND_LETTERS,
    LINKED_APPOINTMENT,
    AFTER_BEGIN,
)
CONSENT_VERSION = 2
NEW_SEEKERS_AN_HOUR = 60


def seeker_of(request: HttpRequest) -> Person | None:
    """The seeker of this browser session; a new session of a remembered browser is the same person."""
    person_id = request.session.get(SEEKER)
    person = Person.objects.seekers().filter(pk=person_id).first() if person_id else None
    return person or _remembered(request)


def _remembered(request: HttpRequest) -> Person | None:
    token = device_cookie.token_of(request)
    device = saved.device_of(token) if token else None
    if device is None:
        return None
    if saved.is_forgotten(device.person) and not ladder.is_held_back(device.person):
        saved.forget_device(token)  # it was kept for a pause, which is over
        return None
    request.session[SEEKER] = device.person_id
    device_cookie.was_used(request, token)
    return device.person


def become(request: HttpRequest, person: Person) -> None:
    """This session is somebody who came back; it gets a new key, and nothing of who it was before."""
    stop_being(request)
    request.session.cycle_key()
    request.session[SEEKER] = person.pk
    touch(person)


def stop_being(request: HttpRequest) -> None:
    """Nothing of a seeker is left in this session; whoever is signed in stays so."""
    if not request.user.is_authenticated:
        request.session.flush()
        return
    for name in OF_A_SEEKER:
        request.session.pop(name, None)


def is_busy(seeker: Person) -> bool:
    """In a talk, or waiting for one."""
    return bool(waiting_request(seeker) or open_talk(seeker))


def become_seeker(request: HttpRequest) -> Person:
    """The seeker of this session, made now if need be, with a pseudonym that was drawn.

    Raises ``TooMany`` when one network makes very many in an hour.
    """
    seeker = seeker_of(request)
    if seeker is None:
        _allow_one_more(request)
        seeker = Person.objects.create(alias=aliases.suggest())
        request.session[SEEKER] = seeker.pk
    return seeker


def _allow_one_more(request: HttpRequest) -> None:
    """So many that a library or a hospital never gets there, and somebody who makes hundreds does."""
    hour = timedelta(hours=1)
    try:
        allow("new seeker", network(request), most=NEW_SEEKERS_AN_HOUR, within=hour)
    except TooMany as error:
        raise TooMany(
            _(
                "Very many people have come from your network in the last hour, perhaps others in "
                "the same building. Please try again in a little while. It is not because of you."
            )
        ) from error


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
