"""A volunteer's page of open hours: ticks, gaps, and a calendar address of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from warmline.availability import calendar_feed, hours
from warmline.availability.models import CalendarAddress, OpenHours
from warmline.people.access import acting_person
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.support import open_hours
from warmline.support.volunteer_views import or_resting


class TickForm(forms.Form):
    """``day`` empty: each week. ``coming`` off: not there after all."""

    day = forms.DateField(required=False)
    coming = forms.BooleanField(required=False)


@require_GET
@or_resting
def own_hours(request: HttpRequest) -> HttpResponse:
    """The next two weeks."""
    return render(request, "support/open_hours.html", _context(acting_person(request)))


@require_POST
@or_resting
def tick(request: HttpRequest, series_id: int) -> HttpResponse:
    """Probably there, or not; nobody is asked why."""
    series = get_object_or_404(OpenHours, pk=series_id)
    form = TickForm(request.POST)
    if not form.is_valid() or not _takes_place(series, form.cleaned_data["day"]):
        messages.info(request, _("These hours have changed. Please look again."))
        return redirect("own_hours")
    change = hours.pledge if form.cleaned_data["coming"] else hours.take_back
    change(acting_person(request), series, day=form.cleaned_data["day"])
    return redirect("own_hours")


@require_POST
@or_resting
def new_address(request: HttpRequest) -> HttpResponse:
    """Shown on this page only; another one ends it."""
    volunteer = acting_person(request)
    path = reverse("own_hours_feed", args=[calendar_feed.new_address(volunteer)])
    context = {**_context(volunteer), "address": request.build_absolute_uri(path)}
    answer = render(request, "support/open_hours.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@or_resting
def end_address(request: HttpRequest) -> HttpResponse:
    """The calendar shows nothing any more."""
    calendar_feed.end_address(acting_person(request))
    messages.success(request, _("The address does not work any more."))
    return redirect("own_hours")


def _context(volunteer: Person) -> dict[str, Any]:
    return {
        "lines": open_hours.for_volunteer(volunteer),
        "has_address": CalendarAddress.objects.filter(person=volunteer).exists(),
    }


def _takes_place(series: OpenHours, day: Any) -> bool:
    now = clock.now()
    found = hours.of_series(series, now, now + hours.LOOKS_AHEAD)
    return day is None or any(each.day == day for each in found)
