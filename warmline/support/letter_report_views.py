"""Reporting from a letter, on its page with its words or on a page of its own without them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from warmline.core.counters import allow
from warmline.core.errors import DomainError
from warmline.core.refused import status_of
from warmline.rooms.models import Seat
from warmline.safety import evidence, reports
from warmline.safety.evidence import KeyholdersChanged
from warmline.safety.models import Report
from warmline.support import letter_place, sent_reports
from warmline.support.letter_models import WRITER_SEAT, Letter
from warmline.support.report_forms import LONGEST, ReportForm
from warmline.support.services import letter_reporting


@sensitive_post_parameters("statement")
@require_http_methods(["GET", "POST"])
def letter_report(request: HttpRequest, room_id: int) -> HttpResponse:
    """The form, or the code it gave. What was sent and not read yet is replaced by sending again."""
    letter, seat = _reportable(request, room_id)
    if sent_reports.is_sealed(request):
        return _sealed(request, letter, seat)
    made = reports.of_talk(letter.pk, seat.person)
    if made and "new_code" in request.POST:
        _count(seat)
        return _code_page(request, reports.new_code(made[0], by=seat.person), letter, seat)
    if made and request.method == "GET":
        return render(request, "support/report_made.html", _made_context(made, letter, seat))
    form = ReportForm(request.POST or None)
    if not form.is_valid():
        return _form_page(request, form, letter, seat)
    _count(seat)
    try:
        filed = letter_reporting.report(letter, seat, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, error.sentence)
        return _form_page(request, form, letter, seat)
    return _code_page(request, filed.code, letter, seat)


@require_GET
def letter_report_part(request: HttpRequest, room_id: int) -> HttpResponse:
    """The form for the letter's page, which has its words in memory; 204 when there is none."""
    letter, seat = _reportable(request, room_id)
    if reports.of_talk(letter.pk, seat.person):
        return HttpResponse(status=204)
    context = {**_form_context(ReportForm(), letter, seat), "in_talk": True}
    return render(request, "support/parts/report_form.html", context)


def _sealed(request: HttpRequest, letter: Letter, seat: Seat) -> HttpResponse:
    """As for a talk. 409: seal it again, to these keyholders. 422: a sentence, and nothing was kept."""
    _count(seat)
    try:
        reason, _about, sealed = sent_reports.read(request)
        if not ReportForm({"reason": reason}).is_valid():
            return JsonResponse({"sentence": _("Please choose what fits best.")}, status=422)
        filed = letter_reporting.report(letter, seat, reason=reason, sealed=sealed)
    except KeyholdersChanged as changed:
        return JsonResponse({"keyholders": sent_reports.written(changed.now)}, status=409)
    except DomainError as error:
        return JsonResponse({"sentence": error.sentence}, status=422)
    context = {"code": filed.code, "back_url": _back_url(letter, seat), "refused": filed.refused}
    return render(request, "support/parts/report_sent.html", context)


def _reportable(request: HttpRequest, room_id: int) -> tuple[Letter, Seat]:
    """404 for who has no side of it, and while there is nobody whom it could be about."""
    letter, seat = letter_place.seat_of(request, room_id)
    if letter_reporting.about_whom(letter, seat) is None:
        raise Http404
    return letter, seat


def _count(seat: Seat) -> None:
    allow("report", str(seat.person_id), most=20, within=timedelta(hours=1))


def _form_page(request: HttpRequest, form: ReportForm, letter: Letter, seat: Seat) -> HttpResponse:
    context = _form_context(form, letter, seat)
    return render(request, "support/report.html", context, status=status_of(form))


def _form_context(form: ReportForm, letter: Letter, seat: Seat) -> dict[str, Any]:
    reported = letter_reporting.about_whom(letter, seat)
    readers = evidence.readers(letter.pk)
    return {
        "form": form,
        "room_id": letter.pk,
        "of_letter": True,
        "report_url": reverse("letter_report", args=[letter.pk]),
        "back_url": _back_url(letter, seat),
        "report_id": evidence.report_id(letter.pk, seat.person, reported) if reported else 0,
        "keyholders": json.dumps(sent_reports.written(readers)),
        "takes_chat": evidence.takes_chat(readers),
        "longest": LONGEST,
    }


def _made_context(made: list[Report], letter: Letter, seat: Seat) -> dict[str, Any]:
    return {
        "made": [(each.reported_seat, "") for each in made],
        "of_letter": True,
        "report_url": reverse("letter_report", args=[letter.pk]),
        "back_url": _back_url(letter, seat),
    }


def _back_url(letter: Letter, seat: Seat) -> str:
    return reverse("letter" if seat.number == WRITER_SEAT else "letters")


def _code_page(request: HttpRequest, code: str, letter: Letter, seat: Seat) -> HttpResponse:
    context = {"code": code, "back_url": _back_url(letter, seat)}
    return render(request, "support/report_sent.html", context)
