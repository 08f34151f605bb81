"""What keeps volunteers well: a rest, and talking about how a talk was."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from warmline.people.access import acting_person, require_role
from warmline.people.models import Role
from warmline.support import volunteer_views
from warmline.support.services import crisis, resting
from warmline.support.wellbeing_forms import RestingForm


@require_POST
@require_role(Role.Kind.VOLUNTEER, or_resting=True)
def rest(request: HttpRequest) -> HttpResponse:
    """Twelve hours without offers, in one tap; or the longer break."""
    wants_break = request.POST.get("length") == "break"
    crisis.rest(acting_person(request), crisis.LONGER_BREAK if wants_break else crisis.REST)
    return redirect("volunteer")


@require_POST
@require_role(Role.Kind.VOLUNTEER, or_resting=True)
def end_rest(request: HttpRequest) -> HttpResponse:
    """Back before it is over; nobody asks why."""
    crisis.end_rest(acting_person(request))
    return redirect("volunteer")


@require_POST
@require_role(Role.Kind.VOLUNTEER, or_resting=True)
def begin_resting(request: HttpRequest) -> HttpResponse:
    """For as long as they like, from now on."""
    volunteer = acting_person(request)
    form = RestingForm(request.POST)
    if not form.is_valid():
        return volunteer_views.page_with(request, rest_form=form)
    resting.begin(volunteer, ask_back_on=form.cleaned_data["ask_back_on"])
    return redirect("volunteer")


@require_POST
@require_role(Role.Kind.VOLUNTEER, or_resting=True)
def end_resting(request: HttpRequest) -> HttpResponse:
    """Back, in one tap."""
    resting.end(acting_person(request))
    return redirect("volunteer")
