"""The group's open hours at the desk: adding, changing, taking away."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from warmline.audit.actions import Action
from warmline.audit.services import record
from warmline.availability.models import OpenHours
from warmline.core.refused import status_of
from warmline.desk.hours_forms import OpenHoursForm
from warmline.people.access import acting_person, require_role
from warmline.people.models import Role
from warmline.support import open_hours

MOST = 50
coordinators_only = require_role(Role.Kind.COORDINATOR)


@require_http_methods(["GET", "POST"])
@coordinators_only
def hours(request: HttpRequest) -> HttpResponse:
    """Every series, and a form for a new one."""
    form = OpenHoursForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _has_room(form):
        _save(form, by=acting_person(request).alias)
        messages.success(request, _("Saved. Everybody can see these hours now."))
        return redirect("desk_hours")
    context = {"form": form, "series": open_hours.series_lines()}
    return render(request, "desk/hours.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@coordinators_only
def change(request: HttpRequest, series_id: int) -> HttpResponse:
    """Another time, other days, days out."""
    series = get_object_or_404(OpenHours, pk=series_id)
    form = OpenHoursForm(request.POST or None, series=series)
    if request.method == "POST" and form.is_valid():
        _save(form, by=acting_person(request).alias)
        messages.success(request, _("Saved."))
        return redirect("desk_hours")
    context = {"form": form, "series_id": series_id}
    return render(request, "desk/hours_change.html", context, status=status_of(form))


@require_POST
@coordinators_only
def remove(request: HttpRequest, series_id: int) -> HttpResponse:
    """It is no more, and the ticks for it are gone."""
    series = get_object_or_404(OpenHours, pk=series_id)
    with transaction.atomic():
        series.delete()
        _record(series_id, "taken away", by=acting_person(request).alias)
    messages.success(request, _("These hours are taken away."))
    return redirect("desk_hours")


def _has_room(form: OpenHoursForm) -> bool:
    if OpenHours.objects.count() < MOST:
        return True
    form.add_error(None, _("There are too many open hours. Please take some away first."))
    return False


def _save(form: OpenHoursForm, *, by: str) -> None:
    what = "changed" if form.series else "added"
    with transaction.atomic():
        series = form.filled()
        series.save()
        _record(series.pk, what, by=by)


def _record(series_id: int, what: str, *, by: str) -> None:
    record(Action.SETTING_CHANGED, actor=by, object=f"hours:{series_id}", reason=what)
