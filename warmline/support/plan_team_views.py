"""Shared plans as a volunteer sees them: asked to be in a team, in one, stepping out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from warmline.core.errors import DomainError
from warmline.people.access import acting_person, require_role
from warmline.people.models import Person, Role
from warmline.support import plan_words
from warmline.support.plan_models import Plan, PlanMember
from warmline.support.services import planning

Answer = PlanMember.Answer
volunteers_only = require_role(Role.Kind.VOLUNTEER, or_resting=True)


@require_GET
@volunteers_only
def teams(request: HttpRequest) -> HttpResponse:
    """What they are asked, and the plans they are in."""
    volunteer = acting_person(request)
    context = {"asked": _plans(volunteer, Answer.ASKED), "in_team": _plans(volunteer, Answer.YES)}
    return render(request, "support/plan_teams.html", context)


@require_POST
@volunteers_only
def answer(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Yes, or no; a no later on is stepping out. No reason is asked."""
    volunteer = acting_person(request)
    found = get_object_or_404(Plan.objects.of_team(volunteer), pk=plan_id)
    yes = request.POST.get("answer") == "yes"
    try:
        planning.answer_team(found, by=volunteer, yes=yes)
    except DomainError as error:
        messages.info(request, error.sentence)
    else:
        words = _("Thank you. You are in the team.") if yes else _("That is all right.")
        messages.success(request, words)
    return redirect("plan_teams")


@require_POST
@volunteers_only
def end(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The team's side ends it."""
    volunteer = acting_person(request)
    mine = Plan.objects.filter(members__person=volunteer, members__answer=Answer.YES)
    found = get_object_or_404(mine, pk=plan_id)
    planning.end(found, by=volunteer)
    messages.success(request, _("The plan has ended. They are told so kindly."))
    return redirect("plan_teams")


def _plans(volunteer: Person, answer: str) -> list[dict[str, Any]]:
    mine = Plan.objects.filter(members__person=volunteer, members__answer=answer)
    return [plan_words.facts(each) for each in mine.select_related("seeker").order_by("pk")]
