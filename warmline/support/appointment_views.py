"""A seeker's appointment: what it is, asking for one, where it stands, the private link, its time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.availability.appointment_models import SAID_UNCLAIMED, Appointment
from warmline.core.counters import allow, network
from warmline.core.errors import DomainError
from warmline.core.refused import status_of
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms import languages
from warmline.rules.models import Community
from warmline.safety import ladder
from warmline.support import accepted_rules
from warmline.support import extra_time as extra_time_setting
from warmline.support.appointment_forms import AppointmentForm
from warmline.support.models import Topic
from warmline.support.seeking import (
    AFTER_BEGIN,
    LINKED_APPOINTMENT,
    become,
    become_seeker,
    has_consented,
    is_busy,
    open_talk,
    seeker_of,
    touch,
)
from warmline.support.services import appointing
from warmline.support.services import appointment_meeting as meeting

State = Appointment.State
ASKS_A_DAY = 10
LINKS_AN_HOUR = 60
"""Of one network; a secret has 256 bits, so this only keeps the noise of guessing down."""
NOTICES_WITHIN = timedelta(hours=24)
"""A seeker's push address is kept no longer, so earlier it would be of no use."""


@never_cache
@require_GET
def appointment(request: HttpRequest) -> HttpResponse:
    """What an appointment is, or where theirs stands."""
    seeker = seeker_of(request)
    found = appointing.of(seeker) if seeker else None
    if seeker is None or found is None:
        return render(request, "support/appointment_none.html", {"known": seeker is not None})
    return render(request, "support/appointment.html", _context(found, seeker))


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Times, language, way, topics. The answer to a good one shows the private link, this once."""
    if not has_consented(request) or not accepted_rules.is_up_to_date(request):
        request.session[AFTER_BEGIN] = "appointment_ask"
        return redirect("begin")
    seeker = become_seeker(request)
    touch(seeker)
    if ladder.to_show(seeker):
        return redirect("paused")
    has = appointing.of(seeker)
    if has and has.state in Appointment.LIVE:
        return redirect("appointment")
    community = Community.current()
    offered = community.languages if community else ["en"]
    form = AppointmentForm(request.POST or None, offered=offered)
    if request.method == "POST" and form.is_valid():
        allow("appointment of one", str(seeker.pk), most=ASKS_A_DAY, within=timedelta(days=1))
        allow("appointment", network(request), most=ASKS_A_DAY * 10, within=timedelta(days=1))
        wish = form.cleaned_data
        try:
            _made, secret = appointing.ask(
                seeker,
                times=wish["times"],
                zone=wish["tz"],
                language=wish["language"],
                way=wish["way"],
                topics=list(wish["topics"]),
                extra_time=extra_time_setting.is_on(request),
            )
        except DomainError as error:
            form.add_error(None, error.sentence)
        else:
            return _link_page(request, secret)
    context = {"form": form, "zone_chosen": form.is_bound}
    return render(request, "support/appointment_ask.html", context, status=status_of(form))


@require_POST
def call_off(request: HttpRequest) -> HttpResponse:
    """One tap, no reason."""
    found = _own(request)
    if found:
        appointing.call_off(found)
    return redirect("appointment")


@require_POST
def new_link(request: HttpRequest) -> HttpResponse:
    """The one before works no more."""
    found = _own(request)
    if found is None:
        return redirect("appointment")
    return _link_page(request, appointing.new_link(found))


def _link_page(request: HttpRequest, secret: str) -> HttpResponse:
    """Shown once: the secret stands in this answer and nowhere else."""
    link = request.build_absolute_uri(reverse("appointment_link", args=[secret]))
    answer = render(request, "support/appointment_link.html", {"link": link})
    answer["Cache-Control"] = "no-store"
    return answer


@never_cache
@require_GET
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """No page lies at the address of a secret: it leads on, so that no page's referrer can name it."""
    allow("appointment link", network(request), most=LINKS_AN_HOUR, within=timedelta(hours=1))
    found = appointing.by_link(secret)
    if found:
        request.session[LINKED_APPOINTMENT] = found.pk
    else:
        request.session.pop(LINKED_APPOINTMENT, None)
    return redirect("appointment_open")


@never_cache
@require_http_methods(["GET", "POST"])
def open_here(request: HttpRequest) -> HttpResponse:
    """Be the seeker of the appointment in this browser: by a press, because a link may be looked at."""
    number = request.session.get(LINKED_APPOINTMENT)
    found = Appointment.objects.filter(pk=number or 0).select_related("seeker").first()
    if found is None:
        return render(request, "support/appointment_gone.html")
    seeker = seeker_of(request)
    if seeker == found.seeker:
        return redirect("appointment")
    if seeker and is_busy(seeker):
        return render(request, "support/appointment_busy.html")
    if request.method == "POST":
        become(request, found.seeker)
        return redirect("appointment")
    return render(request, "support/appointment_open.html")


@require_POST
def here(request: HttpRequest) -> HttpResponse:
    """At its time: the seeker is here, and goes on as soon as the volunteer is."""
    found, seeker = _own(request), seeker_of(request)
    if found is None or seeker is None:
        return redirect("appointment")
    try:
        talk = meeting.here(found, by=seeker)
    except DomainError as error:
        if error.code == "time_used":
            return redirect("about")
        messages.info(request, error.sentence)
        talk = None
    return redirect("met" if talk or open_talk(seeker) else "appointment")


@require_POST
def still_here(request: HttpRequest) -> JsonResponse:
    """Asked by the page while the place is held: says that it is here, and hears where to go."""
    found, seeker = _own(request), seeker_of(request)
    if found is None or seeker is None:
        return JsonResponse({"url": reverse("appointment")})
    if open_talk(seeker):
        return JsonResponse({"url": reverse("met")})
    if found.state == State.HELD:
        try:
            if meeting.here(found, by=seeker):
                return JsonResponse({"url": reverse("met")})
        except DomainError:
            pass  # The press says what it is; a page that asks again and again does not.
        return JsonResponse({"url": ""})
    return JsonResponse({"url": reverse("appointment")})


@require_POST
def wait(request: HttpRequest) -> HttpResponse:
    """Nobody came: into the line with the same wish."""
    found = _own(request)
    if found is None or found.state != State.LAPSED:
        return redirect("appointment")
    if not has_consented(request) or not accepted_rules.is_up_to_date(request):
        request.session[AFTER_BEGIN] = "about"
        return redirect("begin")
    try:
        appointing.wait_instead(found)
    except DomainError:
        return redirect("about")
    return redirect("waiting")


def _own(request: HttpRequest) -> Appointment | None:
    seeker = seeker_of(request)
    return appointing.of(seeker) if seeker else None


def _context(found: Appointment, seeker: Person) -> dict[str, Any]:
    now = clock.now()
    times = [each.at for each in found.times.all()]
    soonest = found.at or (max(times) if times else now)
    about = Topic.objects.topics().filter(pk__in=found.topics)
    is_open = found.state == State.OPEN
    return {
        "appointment": found,
        "zone": found.tz,
        "times": [each for each in times if each > now] if is_open else [],
        "topics": [topic.shown_name for topic in about],
        "language": languages.name(found.language, get_language() or "en", gettext),
        "unclaimed": is_open and soonest <= now + SAID_UNCLAIMED,
        "other_here": meeting.other_is_here(found, by=seeker),
        "own_here": found.seeker_here_at is not None,
        "notices": found.state in (State.OPEN, State.TAKEN) and soonest <= now + NOTICES_WITHIN,
        "was_taken": found.at is not None,
    }
