"""Reporting from a talk, and the page for somebody who is held back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.core.counters import allow
from warmline.core.errors import DomainError
from warmline.core.refused import status_of
from warmline.safety import evidence, ladder, reports
from warmline.safety.evidence import KeyholdersChanged
from warmline.safety.models import Block, Report, Sanction
from warmline.support import sent_reports
from warmline.support.report_forms import LONGEST, AppealForm, ReportForm
from warmline.support.report_place import ReportPlace
from warmline.support.seats import any_seat_of, persons_of, seat_of
from warmline.support.services import reporting, talking


@require_POST
def talk_end_report(request: HttpRequest, room_id: int) -> HttpResponse:
    """End, block and report: over at once, never these two again, then the report page."""
    conversation, seat = seat_of(request, room_id)
    talking.end_apart(conversation, by=seat.person, reason=Block.Reason.REPORTED)
    talking.leave(seat)
    return redirect("report", room_id)


@sensitive_post_parameters("statement")
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, room_id: int) -> HttpResponse:
    """The form, or the code it gave. What was sent and not read yet is replaced by sending again."""
    place = _reportable(request, room_id)
    if not place.is_over:
        return redirect("third_room" if place.is_third else "talk", room_id)
    if sent_reports.is_sealed(request):
        return _sealed(request, place)
    made = reports.of_talk(room_id, place.person)
    if made and "new_code" in request.POST:
        return _new_code(request, place, made)
    if made and request.method == "GET" and not ("more" in request.GET and place.rest(made)):
        return render(request, "support/report_made.html", place.made_context(made))
    form = place.form(request.POST or None, made)
    if not form.is_valid():
        return _form_page(request, form, place)
    allow("report", str(place.person.pk), most=20, within=timedelta(hours=1))
    try:
        filed = reporting.report(place.conversation, by=place.person, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, error.sentence)
        return _form_page(request, form, place)
    return _code_page(request, filed.code, place)


@require_GET
def report_part(request: HttpRequest, room_id: int) -> HttpResponse:
    """The form for the page of the talk, which has its messages in memory; 204 when there is none."""
    place = _reportable(request, room_id)
    if not place.is_over or reports.of_talk(room_id, place.person):
        return HttpResponse(status=204)
    context = {**_form_context(place.form(None, []), place), "in_talk": True}
    return render(request, "support/parts/report_form.html", context)


def _sealed(request: HttpRequest, place: ReportPlace) -> HttpResponse:
    """Sent by our script: the code as a part of a page, or as JSON what to do about it.

    409: seal it again, to these keyholders. 422: a sentence, and nothing was kept.
    """
    allow("report", str(place.person.pk), most=20, within=timedelta(hours=1))
    try:
        reason, about, sealed = sent_reports.read(request)
        form = ReportForm({"reason": reason})
        if not form.is_valid():
            return _refused(_("Please choose what fits best."))
        filed = reporting.report(
            place.conversation, by=place.person, reason=reason, sealed=sealed, about=about
        )
    except KeyholdersChanged as changed:
        return JsonResponse({"keyholders": sent_reports.written(changed.now)}, status=409)
    except DomainError as error:
        return _refused(error.sentence)
    context = {"code": filed.code, "back_url": place.back_url, "refused": filed.refused}
    return render(request, "support/parts/report_sent.html", context)


def _new_code(request: HttpRequest, place: ReportPlace, made: list[Report]) -> HttpResponse:
    """For the report about the seat that the form names; without a name for the first."""
    allow("report", str(place.person.pk), most=20, within=timedelta(hours=1))
    about = request.POST.get("about")
    found = next((each for each in made if str(each.reported_seat) == about), made[0])
    return _code_page(request, reports.new_code(found, by=place.person), place)


def _refused(sentence: str) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=422)


def _reportable(request: HttpRequest, room_id: int) -> ReportPlace:
    """The talk and who of this browser was in it; 404 for others, and 7 days after its end."""
    conversation, seat = any_seat_of(request, room_id)
    if conversation.ended_at and not reporting.is_reportable(conversation):
        raise Http404
    return ReportPlace(conversation, seat)


def _form_page(request: HttpRequest, form: ReportForm, place: ReportPlace) -> HttpResponse:
    context = _form_context(form, place)
    return render(request, "support/report.html", context, status=status_of(form))


def _form_context(form: ReportForm, place: ReportPlace) -> dict[str, Any]:
    readers = evidence.readers(place.room_id)
    return {
        "form": form,
        "room_id": place.room_id,
        "report_url": reverse("report", args=[place.room_id]),
        "talk_over": place.conversation.ended_at is not None,
        "back_url": place.back_url,
        "report_id": place.report_ids()[0],
        "keyholders": json.dumps(sent_reports.written(readers)),
        "takes_chat": evidence.takes_chat(readers),
        "longest": LONGEST,
    }


def _code_page(request: HttpRequest, code: str, place: ReportPlace) -> HttpResponse:
    context = {"code": code, "back_url": place.back_url}
    return render(request, "support/report_sent.html", context)


@require_GET
def paused(request: HttpRequest) -> HttpResponse:
    """Which rule, until when, and how to have it looked at again."""
    sanction = _shown_to(request)
    if sanction is None and not _is_suspended(request):
        return redirect("home")
    return _paused_page(request, sanction, AppealForm())


@sensitive_post_parameters("text")
@require_POST
def appeal(request: HttpRequest, sanction_id: int) -> HttpResponse:
    """One text to a coordinator who was no part of it."""
    sanction = _own(request, sanction_id)
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _paused_page(request, sanction, form, status=422)
    allow("appeal", str(sanction.person_id), most=10, within=timedelta(hours=1))
    try:
        ladder.appeal(sanction, by=sanction.person, text=form.cleaned_data["text"])
    except DomainError as error:
        messages.info(request, error.sentence)
    else:
        messages.success(request, _("Thank you. We have your words."))
    return redirect("paused")


@require_POST
def reminder_read(request: HttpRequest, sanction_id: int) -> HttpResponse:
    """Read and understood: on with what they wanted to do."""
    sanction = _own(request, sanction_id)
    ladder.read(sanction, by=sanction.person)
    return redirect("volunteer" if sanction.side == "volunteer" else "about")


def _paused_page(
    request: HttpRequest, sanction: Sanction | None, form: AppealForm, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"sanction": sanction, "form": form}
    if sanction:
        context["somebody_uninvolved"] = ladder.uninvolved(
            sanction, sanction.report, besides=sanction.person
        )
    return render(request, "support/paused.html", context, status=status)


def _shown_to(request: HttpRequest) -> Sanction | None:
    found = (ladder.to_show(person) for person in persons_of(request))
    return next((sanction for sanction in found if sanction), None)


def _is_suspended(request: HttpRequest) -> bool:
    return any(person.roles.suspended().exists() for person in persons_of(request))


def _own(request: HttpRequest, sanction_id: int) -> Sanction:
    """A sanction about somebody of this browser; 404 for everybody else's."""
    sanction = (
        Sanction.objects.filter(pk=sanction_id, person__in=persons_of(request))
        .select_related("person", "report")
        .first()
    )
    if sanction is None:
        raise Http404
    return sanction
