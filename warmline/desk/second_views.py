"""What waits for a second coordinator, and what two have agreed on."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from warmline.core.errors import DomainError
from warmline.desk import export
from warmline.people import alone, approvals
from warmline.people.access import acting_person, require_role
from warmline.people.models import Approval, Person, Role
from warmline.protocol import clock

coordinators_only = require_role(Role.Kind.COORDINATOR)


@require_GET
@coordinators_only
def seconds(request: HttpRequest) -> HttpResponse:
    """To answer, one's own questions, and what can be fetched now."""
    person = acting_person(request)
    waiting = Approval.objects.waiting().select_related("asked_by", "subject").order_by("asked_at")
    others = waiting.exclude(asked_by=person)
    context = {
        "to_answer": to_answer(person),
        "about_me": others.filter(subject=person),
        "asked": waiting.filter(asked_by=person),
        "agreed": Approval.objects.to_collect()
        .filter(asked_by=person)
        .select_related("answered_by"),
        "is_alone": alone.is_alone(person),
        "may_act_alone": alone.may_act_alone(person),
    }
    return render(request, "desk/seconds.html", context)


def to_answer(person: Person) -> QuerySet[Approval]:
    """Questions of others that are not about this coordinator, the oldest first."""
    waiting = Approval.objects.waiting().select_related("asked_by", "subject")
    others = waiting.exclude(asked_by=person)
    own = [each.pk for each in others if approvals.involves(each, person)]
    return others.exclude(pk__in=own).order_by("asked_at")


@require_POST
@coordinators_only
def ask(request: HttpRequest, kind: str) -> HttpResponse:
    """What is about nobody's role: a new coordinator's invitation, the community's data."""
    if kind not in Approval.COLLECTED:
        raise Http404
    _try(
        request,
        lambda: approvals.ask(kind, by=acting_person(request)),
        _("Asked. Another coordinator has 7 days to answer."),
    )
    return redirect("desk_seconds")


@require_POST
@coordinators_only
def answer(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Yes, no, or taken back."""
    approval, by = get_object_or_404(Approval, pk=approval_id), acting_person(request)
    said = request.POST.get("answer")
    if said == "yes":
        _try(request, lambda: approvals.approve(approval, by=by), _("You agreed."))
    elif said == "take_back":
        _try(request, lambda: approvals.take_back(approval, by=by), _("Taken back."))
    else:
        _try(request, lambda: approvals.refuse(approval, by=by), _("You said no."))
    return redirect("desk_seconds")


@require_POST
@coordinators_only
def collect(request: HttpRequest, approval_id: int) -> HttpResponse:
    """The link or the file that two agreed on; once."""
    approval, by = get_object_or_404(Approval, pk=approval_id), acting_person(request)
    try:
        if approval.kind == Approval.Kind.EXPORT:
            return _download(approval, request)
        invitation, code = approvals.collect_invitation(approval, by=by)
    except DomainError as error:
        messages.info(request, error.sentence)
        return redirect("desk_seconds")
    link = request.build_absolute_uri(reverse("join", args=[code]))
    return render(request, "desk/invited.html", {"invitation": invitation, "link": link})


def _download(approval: Approval, request: HttpRequest) -> HttpResponse:
    """Made while it is sent; no copy stays here."""
    with transaction.atomic():
        approvals.collect_export(approval, by=acting_person(request))
        response = JsonResponse(
            export.community(), json_dumps_params={"indent": 1, "ensure_ascii": False}
        )
    name = f"warmline-{clock.now():%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _try(request: HttpRequest, verb: Callable[[], object], done: str) -> None:
    """Do it and say so, or say why not."""
    try:
        verb()
    except DomainError as error:
        messages.info(request, error.sentence)
    else:
        messages.success(request, done)
