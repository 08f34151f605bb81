"""Switching notices on and off: a volunteer's for everything, a seeker's for one thing they wait for."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from warmline.availability import telling
from warmline.availability.models import PushAddress
from warmline.availability.telling_forms import PushForm
from warmline.availability.telling_models import SEEKERS_KEPT, Kind
from warmline.core.counters import allow, network
from warmline.people.access import acting_person
from warmline.protocol import clock
from warmline.support.seeking import seeker_of
from warmline.support.volunteer_views import or_resting

DAY = timedelta(days=1)
A_PERSON = 20
A_NETWORK = 200
"""A day: switching on and off as often as anybody likes, and never in a loop."""


class SeekerPushForm(PushForm):
    """For what, and which page is shown afterwards."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in (Kind.LETTER, Kind.APPOINTMENT)])
    then = forms.RegexField(r"\A/(?![/\\])[\w/-]*\Z", max_length=200)


@require_POST
def keep_for_seeker(request: HttpRequest) -> HttpResponse:
    """Tell this browser once an answer is there or an appointment is near, for 24 hours."""
    seeker = seeker_of(request)
    form = SeekerPushForm(request.POST)
    if seeker is None or not form.is_valid():
        return redirect("home")
    _count(request, seeker.pk)
    kind, until = form.cleaned_data["kind"], clock.now() + SEEKERS_KEPT
    telling.keep(seeker, form.subscription, kind=kind, until=until)
    messages.success(request, _("This browser will show you a notice. We stop after 24 hours."))
    return redirect(form.cleaned_data["then"])


@require_GET
@or_resting
def notices(request: HttpRequest) -> HttpResponse:
    """On how many devices a volunteer gets notices, and both switches."""
    volunteer = acting_person(request)
    devices = PushAddress.objects.good().filter(person=volunteer).count()
    return render(request, "support/notices.html", {"devices": devices})


@require_POST
@or_resting
def keep(request: HttpRequest) -> HttpResponse:
    """This browser, for everything, until it is switched off or the role ends."""
    volunteer = acting_person(request)
    form = PushForm(request.POST)
    if not form.is_valid():
        context = {
            "devices": PushAddress.objects.good().filter(person=volunteer).count(),
            "push_form": form,
        }
        return render(request, "support/notices.html", context, status=422)
    _count(request, volunteer.pk)
    telling.keep(volunteer, form.subscription)
    return redirect("notices")


@require_POST
@or_resting
def switch_off(request: HttpRequest) -> HttpResponse:
    """Everywhere, in one tap."""
    telling.switch_off(acting_person(request))
    return redirect("notices")


def _count(request: HttpRequest, person: int) -> None:
    allow("notices", str(person), most=A_PERSON, within=DAY)
    allow("notices by network", network(request), most=A_NETWORK, within=DAY)
