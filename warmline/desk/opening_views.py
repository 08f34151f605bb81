"""Opening what is sealed in a report. Words never come here: the browser sends what is still sealed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from warmline.core.counters import allow
from warmline.core.errors import DomainError
from warmline.desk import opening_queries
from warmline.desk.opening_forms import by_key, by_pair
from warmline.people.access import acting_person, require_role
from warmline.people.models import Role
from warmline.safety import opening
from warmline.safety.models import Report
from warmline.support.seats import persons_of

coordinators_only = require_role(Role.Kind.COORDINATOR)
TRIES_IN_10_MINUTES = 60


def in_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator: what a rule refuses is answered with its sentence, for the script of the page."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return JsonResponse({"sentence": error.sentence}, status=409)

    return answered


@require_POST
@coordinators_only
@in_json
def say_yes(request: HttpRequest, report_id: int) -> HttpResponse:
    """The first of two: outer layers were taken off in the browser."""
    found = _visible(request, report_id)
    handed_on = by_key(request.POST.get("handed_on", ""))
    opening.say_yes(found, by=acting_person(request), handed_on=handed_on)
    return JsonResponse({})


@require_POST
@coordinators_only
def end(request: HttpRequest, report_id: int) -> HttpResponse:
    """Take back a yes that nobody has used, or close what two have opened."""
    try:
        opening.end(_visible(request, report_id), by=acting_person(request))
    except DomainError as error:
        messages.info(request, error.sentence)
    else:
        messages.success(request, _("It is closed. It takes two of you to open it again."))
    return redirect("desk_report", report_id)


@require_POST
@coordinators_only
@in_json
def open_chat(request: HttpRequest, report_id: int) -> HttpResponse:
    """The second of two, or one of them again: sealed words and the key for this coordinator alone."""
    found = _visible(request, report_id)
    handed_on = by_key(request.POST.get("handed_on", ""))
    back = next(iter(handed_on.values()), b"")
    opened, inner = opening.open_chat(found, by=acting_person(request), back=back)
    return JsonResponse(opening_queries.opened_chat(opened, inner, found))


@require_POST
@coordinators_only
@in_json
def let_in(request: HttpRequest, report_id: int) -> HttpResponse:
    """The chat part becomes one that coordinators who came later can open too."""
    found = _visible(request, report_id)
    blobs = by_pair(request.POST.get("blobs", ""))
    opening.let_in(found, by=acting_person(request), blobs=blobs)
    return JsonResponse({})


@require_POST
@coordinators_only
@in_json
def share_statement(request: HttpRequest, report_id: int) -> HttpResponse:
    """The reporter's words, sealed anew for coordinators who came later."""
    found = _visible(request, report_id)
    sealed = by_key(request.POST.get("sealed", ""))
    opening.share_statement(found, by=acting_person(request), sealed=sealed)
    return JsonResponse({})


def _visible(request: HttpRequest, report_id: int) -> Report:
    """404 for who is part of it, on any side of this browser."""
    by = acting_person(request)
    allow("opening", str(by.pk), most=TRIES_IN_10_MINUTES, within=timedelta(minutes=10))
    found = Report.objects.visible_to(*persons_of(request)).select_related("reported")
    return get_object_or_404(found, pk=report_id)
