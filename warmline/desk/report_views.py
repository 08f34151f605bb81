"""Reports at the desk: read one, decide, give a second word, answer an appeal.

Whoever made a report or is the subject of it gets the same 404 as if there were none, on every one of
these addresses, also as the seeker of the same browser.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from warmline.core.errors import DomainError
from warmline.desk import opening_queries, report_queries
from warmline.desk.report_forms import NOTHING, DecisionForm
from warmline.people import alone
from warmline.people.access import acting_person, require_role
from warmline.people.models import Role
from warmline.protocol import clock
from warmline.safety import ladder, reports
from warmline.safety.models import Report, Sanction
from warmline.support.seats import persons_of
from warmline.support.services import reporting

coordinators_only = require_role(Role.Kind.COORDINATOR)


@require_GET
@coordinators_only
def report_list(request: HttpRequest) -> HttpResponse:
    """Open reports, second words that are asked for, appeals."""
    persons = persons_of(request)
    context = {
        "reports": report_queries.open_reports(persons, clock.now()),
        "seconds": report_queries.seconds(persons, acting_person(request)),
        "openings": report_queries.openings(persons, acting_person(request)),
        "appeals": report_queries.appeals(persons),
        "without_reader": report_queries.without_reader(persons),
    }
    return render(request, "desk/reports.html", context)


@require_GET
@coordinators_only
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report; its words only once somebody has pressed *read*."""
    found = _visible(request, report_id)
    form = DecisionForm(side=found.side, initial={"rule": found.reason})
    return _report_page(request, found, form)


@require_POST
@coordinators_only
def open_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """From here on the reporter sees that it is looked at."""
    reports.open_report(_visible(request, report_id), by=acting_person(request))
    return redirect("desk_report", report_id)


@require_POST
@coordinators_only
def decide(request: HttpRequest, report_id: int) -> HttpResponse:
    """Close it without a step, or take one."""
    found = _visible(request, report_id)
    form = DecisionForm(request.POST, side=found.side)
    if not form.is_valid():
        return _report_page(request, found, form, status=422)
    step, by = form.cleaned_data["step"], acting_person(request)

    def decided() -> None:
        if step == NOTHING:
            ladder.close_without_step(found, by=by)
        else:
            reporting.take_step(found, kind=step, reason=form.cleaned_data["rule"], by=by)

    _try(request, decided, _("Your decision is kept."))
    return redirect("desk_report", report_id)


@require_POST
@coordinators_only
def hold_back(request: HttpRequest, report_id: int) -> HttpResponse:
    """A volunteer pauses for 48 hours while the report is looked at."""
    found, by = _visible(request, report_id), acting_person(request)
    _try(
        request,
        lambda: reporting.hold_back(found, by=by),
        _("They are held back for 48 hours. A second coordinator can make it 7 days."),
    )
    return redirect("desk_report", report_id)


@require_POST
@coordinators_only
def second(request: HttpRequest, sanction_id: int) -> HttpResponse:
    """The second word: yes or no."""
    by = acting_person(request)
    own = Sanction.objects.own_alone(by) if alone.may_act_alone(by) else Sanction.objects.none()
    waiting = Sanction.objects.exclude(second=Sanction.Second.NOT_NEEDED)
    sanction = own.filter(pk=sanction_id).first() or _decidable(request, waiting, sanction_id)
    verb = reporting.confirm if request.POST.get("answer") == "confirm" else ladder.decline
    _try(request, lambda: verb(sanction, by=by), _("Your answer is kept."))
    return redirect("desk_reports")


@require_GET
@coordinators_only
def appeal(request: HttpRequest, sanction_id: int) -> HttpResponse:
    """What somebody who is held back wrote, and what was decided; not who they are."""
    sanction = _decidable(request, Sanction.objects.appealed(), sanction_id)
    context = {"sanction": sanction, "words": sanction.appeal_opened()}
    return render(request, "desk/appeal.html", context)


@require_POST
@coordinators_only
def answer_appeal(request: HttpRequest, sanction_id: int) -> HttpResponse:
    """It stays, or it is lifted."""
    found = _decidable(request, Sanction.objects.exclude(appeal=Sanction.Appeal.NONE), sanction_id)
    by, lift = acting_person(request), request.POST.get("answer") == "lift"
    _try(
        request,
        lambda: ladder.answer_appeal(found, by=by, lift=lift),
        _("Your answer is kept."),
    )
    return redirect("desk_reports")


def _visible(request: HttpRequest, report_id: int) -> Report:
    found = Report.objects.visible_to(*persons_of(request)).select_related("reported")
    return get_object_or_404(found, pk=report_id)


def _decidable(request: HttpRequest, among: QuerySet[Sanction], sanction_id: int) -> Sanction:
    """One of those that nobody of this browser was part of; 404 else."""
    uninvolved = Sanction.objects.decidable_by(*persons_of(request)).filter(
        pk__in=among.values("pk")
    )
    return get_object_or_404(uninvolved.select_related("person", "report"), pk=sanction_id)


def _try(request: HttpRequest, verb: Callable[[], object], done: str) -> None:
    """Do it and say so, or say why not: a second press changes nothing and is no mistake."""
    try:
        verb()
    except DomainError as error:
        messages.info(request, error.sentence)
    else:
        messages.success(request, done)


def _report_page(
    request: HttpRequest, found: Report, form: DecisionForm, status: int = 200
) -> HttpResponse:
    reader = acting_person(request)
    opened = reports.has_opened(found, reader)
    is_open = found.state == Report.State.LOOKED_AT
    decided = list(report_queries.of_report(found))
    awaited = [each for each in decided if each.second == "awaited" and not each.lifted_at]
    may_decide = is_open and not any(each.kind != Sanction.Kind.HOLD for each in awaited)
    held = any(each.kind == Sanction.Kind.HOLD for each in decided)
    context: dict[str, Any] = {
        "report": found,
        "line": report_queries.line(found, clock.now()),
        "opened": opened,
        "reader": reader,
        "words": found.statement_opened() if opened else None,
        "sealed": opening_queries.statement(found, reader) if opened else None,
        "chat": opening_queries.chat_part(found, reader),
        "earlier": report_queries.earlier(found),
        "decided": decided,
        "awaited": awaited,
        "may_decide": may_decide,
        "may_hold": may_decide and found.side == Report.Side.VOLUNTEER and not held,
        "seconds": ladder.uninvolved(None, found, besides=reader),
        "form": form,
    }
    return render(request, "desk/report.html", context, status=status)
