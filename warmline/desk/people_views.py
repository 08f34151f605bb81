"""Volunteers and coordinators: their roles, whether each is still right, giving and ending one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from warmline.core.errors import DomainError
from warmline.desk import people_queries
from warmline.people import approvals, reviewing
from warmline.people.access import acting_person, require_role
from warmline.people.models import Approval, Person, Role
from warmline.people.services import COORDINATORS_NAMED_ALONE, coordinators
from warmline.protocol import clock

coordinators_only = require_role(Role.Kind.COORDINATOR)


@require_GET
@coordinators_only
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with a role, by alias."""
    lines = people_queries.everybody(clock.now())
    context = {"me": acting_person(request), "lines": lines, "due": sum(line.due for line in lines)}
    return render(request, "desk/people.html", context)


@require_GET
@coordinators_only
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One of them, and what can be asked about their roles."""
    found = _person(person_id)
    line = people_queries.line(found, clock.now())
    kinds = {each.role.kind for each in line.roles}
    context = {
        "line": line,
        "own": found == acting_person(request),
        "waiting": Approval.objects.waiting().filter(subject=found).select_related("asked_by"),
        "may_coordinate": Role.Kind.COORDINATOR not in kinds
        and found.has_role(Role.Kind.VOLUNTEER),
        "named_alone": coordinators() < COORDINATORS_NAMED_ALONE,
    }
    return render(request, "desk/person.html", context)


@require_POST
@coordinators_only
def still_right(request: HttpRequest, person_id: int, kind: str) -> HttpResponse:
    """One tap: looked at, and it stays."""
    role = get_object_or_404(Role, person=_person(person_id), kind=kind, ended_at=None)
    try:
        reviewing.still_right(role, by=acting_person(request))
    except DomainError as error:
        messages.info(request, error.sentence)
    else:
        messages.success(request, _("Noted: still right."))
    if "here" in request.POST:
        return redirect("desk_person", person_id)
    return redirect("desk_people")


@require_POST
@coordinators_only
def end_role(request: HttpRequest, person_id: int, kind: str) -> HttpResponse:
    """Ask another coordinator to agree that a role ends."""
    subject = _person(person_id)
    if kind not in Role.Kind.values:
        raise Http404
    try:
        approvals.ask(Approval.Kind.END_ROLE, by=acting_person(request), subject=subject, role=kind)
    except DomainError as error:
        messages.info(request, error.sentence)
        return redirect("desk_person", person_id)
    messages.success(request, _("Asked. Another coordinator has 7 days to answer."))
    return redirect("desk_seconds")


@require_POST
@coordinators_only
def make_coordinator(request: HttpRequest, person_id: int) -> HttpResponse:
    """The first coordinator names the second alone; from the third on another has to agree."""
    subject, by = _person(person_id), acting_person(request)
    try:
        if coordinators() < COORDINATORS_NAMED_ALONE:
            approvals.name_second(subject, by=by)
            messages.success(request, _("There are two coordinators now."))
            return redirect("desk_person", person_id)
        approvals.ask(Approval.Kind.GIVE_ROLE, by=by, subject=subject)
    except DomainError as error:
        messages.info(request, error.sentence)
        return redirect("desk_person", person_id)
    messages.success(request, _("Asked. Another coordinator has 7 days to answer."))
    return redirect("desk_seconds")


def _person(person_id: int) -> Person:
    found = people_queries.with_roles(person_id)
    if found is None:
        raise Http404
    return found
