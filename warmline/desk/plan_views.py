"""Shared plans at the desk: who would like one, by alias; proposing it, and looking at it again."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.core.errors import DomainError
from warmline.core.refused import status_of
from warmline.people.access import acting_person, require_role
from warmline.people.models import Role
from warmline.support import plan_words
from warmline.support.plan_forms import ProposalForm
from warmline.support.plan_models import Plan, PlanMember
from warmline.support.services import planning

coordinators_only = require_role(Role.Kind.COORDINATOR)


def to_do() -> int:
    """Plans that wait for somebody at the desk: to be proposed, or to be looked at again."""
    waits = [plan for plan in Plan.objects.all() if plan.state == Plan.State.WISHED or _waits(plan)]
    return len(waits)


@require_GET
@coordinators_only
def plan_list(request: HttpRequest) -> HttpResponse:
    """Every plan, those that wait first."""
    found = Plan.objects.select_related("seeker").order_by("seeker__alias")
    lines = [
        {**plan_words.facts(plan), "waits": _waits(plan), "label": plan.get_state_display()}
        for plan in found
    ]
    lines.sort(key=lambda line: line["state"] != Plan.State.WISHED and not line["waits"])
    return render(request, "desk/plans.html", {"plans": lines})


@require_http_methods(["GET", "POST"])
@coordinators_only
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan: what they wish, what is proposed, who has said yes."""
    found = get_object_or_404(Plan.objects.select_related("seeker"), pk=plan_id)
    among = planning.may_be_asked(found)
    form = ProposalForm(request.POST or None, plan=found, among=among)
    if request.method == "POST" and form.is_valid():
        chosen = {each.person_id: each.person for each in among}
        try:
            planning.propose(
                found,
                times=form.cleaned_data["times"],
                interval_days=form.cleaned_data["interval_days"],
                review_weeks=form.cleaned_data["review_weeks"],
                volunteers=[chosen[each] for each in form.cleaned_data["team"]],
            )
        except DomainError as error:
            form.add_error("team" if error.code == "no_volunteer" else None, error.sentence)
        else:
            messages.success(
                request, _("The volunteers are asked now. With enough yeses the plan goes out.")
            )
            return redirect("desk_plan", plan_id)
    context = {
        "plan": plan_words.facts(found),
        "label": found.get_state_display(),
        "members": found.members.select_related("person").order_by("person__alias"),
        "waits": _waits(found),
        "may_propose": found.state != Plan.State.AGREED,
        "nobody": not among,
        "form": form,
        "answers": PlanMember.Answer,
    }
    return render(request, "desk/plan.html", context, status=status_of(form))


@require_POST
@coordinators_only
def plan_go_on(request: HttpRequest, plan_id: int) -> HttpResponse:
    """At the review: the community's side would like to go on."""
    return _change(request, plan_id, planning.go_on, _("That is noted."))


@require_POST
@coordinators_only
def plan_end(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The community's side ends it; no reason."""
    return _change(
        request, plan_id, planning.end, _("The plan has ended. They are told so kindly.")
    )


def _change(
    request: HttpRequest, plan_id: int, verb: Callable[..., None], done: str
) -> HttpResponse:
    found = get_object_or_404(Plan.objects.select_related("seeker"), pk=plan_id)
    try:
        verb(found, by=acting_person(request))
    except DomainError as error:
        messages.info(request, error.sentence)
    else:
        messages.success(request, done)
    return redirect("desk_plans")


def _waits(plan: Plan) -> bool:
    return plan.is_due() and not plan.team_goes_on
