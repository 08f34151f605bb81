"""Appointments for volunteers: which could be theirs, without who; taking one, giving it back, its time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_POST

from warmline.availability.appointment_models import Appointment
from warmline.core.errors import DomainError
from warmline.people.access import acting_person, require_role
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.protocol.frames import ID_MAX
from warmline.rooms import languages
from warmline.rooms.models import Way
from warmline.rules import acceptance
from warmline.rules.models import Community
from warmline.support.appointment_forms import ZoneForm
from warmline.support.models import Conversation, Topic
from warmline.support.services import appointing
from warmline.support.services import appointment_meeting as meeting

State = Appointment.State
ZONE = "zone"
"""In a session: the clock that the volunteer chose."""
volunteers_only = require_role(Role.Kind.VOLUNTEER)


@require_GET
@volunteers_only
def appointments(request: HttpRequest) -> HttpResponse:
    """Open ones that fit, and their own."""
    volunteer = acting_person(request)
    zone = _zone(request)
    now = clock.now()
    context = {
        "mine": [_mine(each, volunteer) for each in appointing.of_volunteer(volunteer)],
        "open": [
            {**_line(each), "times": _times(each, now)} for each in appointing.open_for(volunteer)
        ],
        "zone": zone,
        "form": ZoneForm(initial={"zone": zone.key}),
        "zone_chosen": ZONE in request.session,
    }
    return render(request, "support/appointments.html", context)


@require_POST
@volunteers_only
def choose_zone(request: HttpRequest) -> HttpResponse:
    """Their own clock, for this session."""
    form = ZoneForm(request.POST)
    if form.is_valid():
        request.session[ZONE] = form.cleaned_data["zone"]
    else:
        messages.info(request, gettext("Please choose a time zone from the list."))
    return redirect("appointments")


@require_POST
@volunteers_only
def take(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """It is theirs at one time; the rules come first, as before being ready."""
    volunteer = acting_person(request)
    if not acceptance.is_up_to_date(volunteer.alias, volunteer.made_at):
        return redirect("volunteer_rules")
    at = _read_time(request.POST.get("at", ""))
    found = _known(appointment_id)
    may_see = {each.pk for each in appointing.open_for(volunteer)}
    if found.pk not in may_see and found.taker_id != volunteer.pk:
        messages.info(request, gettext("Somebody else has it now, or that time is over."))
        return redirect("appointments")
    try:
        appointing.take(found, at=at, by=volunteer)
    except DomainError as error:
        messages.info(request, error.sentence)
    else:
        messages.success(request, gettext("It is yours. Thank you."))
    return redirect("appointments")


@require_POST
@volunteers_only
def give_back(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """No reason is asked. Of one that is not theirs nothing changes."""
    appointing.give_back(_known(appointment_id), by=acting_person(request))
    messages.success(
        request, gettext("You do not have it any more. Others can take it if there is time.")
    )
    return redirect("appointments")


@require_POST
@volunteers_only
def come(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """At its time: the volunteer is here, and goes on as soon as the seeker is."""
    volunteer = acting_person(request)
    found = _known(appointment_id)
    try:
        talk = meeting.here(found, by=volunteer) or _talk(volunteer, found)
    except DomainError as error:
        talk = _talk(volunteer, found)
        if talk is None:
            messages.info(request, error.sentence)
    return redirect("talk", talk.pk) if talk else redirect("appointments")


@require_POST
@volunteers_only
def still_here(request: HttpRequest, appointment_id: int) -> JsonResponse:
    """Asked by the page while the place is held: says that it is here, and hears where to go."""
    volunteer = acting_person(request)
    found = _known(appointment_id)
    try:
        talk = meeting.here(found, by=volunteer) or _talk(volunteer, found)
    except DomainError as error:
        talk = _talk(volunteer, found)
        if talk is None and error.code == "not_now":
            return JsonResponse({"url": reverse("appointments")})
    return JsonResponse({"url": reverse("talk", args=[talk.pk]) if talk else ""})


def _talk(volunteer: Person, found: Appointment) -> Conversation | None:
    """The talk that came of it, when the seeker was the second to say that they are here."""
    if found.taker_id != volunteer.pk:
        return None
    pair = Conversation.objects.open().filter(volunteer=volunteer, seeker=found.seeker_id)
    return pair.first()


def _zone(request: HttpRequest) -> ZoneInfo:
    community = Community.current()
    name = request.session.get(ZONE)
    return ZoneInfo(name) if name else (community.zone if community else ZoneInfo("UTC"))


def _line(found: Appointment) -> dict[str, Any]:
    about = Topic.objects.topics().filter(pk__in=found.topics)
    return {
        "id": found.pk,
        "topics": [topic.shown_name for topic in about],
        "language": languages.name(found.language, get_language() or "en", gettext),
        "way": Way(found.way).label,
        "new_here": found.new_here,
    }


def _mine(found: Appointment, volunteer: Person) -> dict[str, Any]:
    return {
        **_line(found),
        "at": found.at,
        "held": found.state == State.HELD,
        "held_until": found.held_until,
        "own_here": found.taker_here_at is not None,
        "other_here": meeting.other_is_here(found, by=volunteer),
    }


def _times(found: Appointment, now: datetime) -> list[tuple[str, datetime]]:
    """As they are sent back, and as they are shown."""
    return [(str(int(at.timestamp())), at) for at in appointing.takeable(found, now)]


def _read_time(written: str) -> datetime:
    """Unix seconds; 404 for anything else, which our pages do not send."""
    if not written.isdecimal() or len(written) > 11:
        raise Http404
    return datetime.fromtimestamp(int(written), UTC)


def _known(number: int) -> Appointment:
    """One that is there; the services say who may do what with it."""
    if number > ID_MAX:
        raise Http404
    found = Appointment.objects.select_related("seeker").filter(pk=number).first()
    if found is None:
        raise Http404
    return found
