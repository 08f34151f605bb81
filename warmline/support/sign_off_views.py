"""The volunteer's tray, the crisis handover, and the crisis card on the seeker's screen."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.core.refused import REFUSED
from warmline.rooms.models import Seat
from warmline.rules.models import Community
from warmline.safety import countries
from warmline.safety.models import CrisisLine
from warmline.support import sign_offs
from warmline.support.models import Conversation
from warmline.support.seats import seat_of
from warmline.support.services import crisis

LINES_ON_THE_CARD = 4


@require_GET
def tray(request: HttpRequest, room_id: int) -> HttpResponse:
    """The volunteer's tray as it is now: the seeker may have chosen another country meanwhile."""
    conversation, seat = seat_of(request, room_id)
    if seat.role != "volunteer" or conversation.ended_at:
        raise Http404
    return render(request, "support/parts/sign_offs.html", {"groups": groups_for(conversation)})


def groups_for(conversation: Conversation) -> list[sign_offs.Group]:
    """The tray of a talk, with the numbers of the country on the seeker's card, or of the community."""
    seats = Seat.objects.filter(room=conversation.room_id, person=conversation.seeker_id)
    chosen = seats.values_list("card_country", flat=True).first()
    community = Community.current()
    return sign_offs.tray(conversation, chosen or (community.country if community else ""))


@require_POST
def handover(request: HttpRequest, room_id: int) -> HttpResponse:
    """A crisis at level 2 or 3: there is time now, and it costs nothing. The level is not asked."""
    conversation, seat = seat_of(request, room_id)
    crisis.hand_over(conversation, by=seat.person)
    return HttpResponse(status=204)


@require_POST
def show_card(request: HttpRequest, room_id: int) -> HttpResponse:
    """The volunteer puts the card on the seeker's screen."""
    conversation, seat = seat_of(request, room_id)
    if not conversation.ended_at:
        crisis.show_card(conversation, by=seat.person)
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
def card(request: HttpRequest, room_id: int) -> HttpResponse:
    """The seeker's card as a part (204 without one), and their choice of another country on it."""
    conversation, seat = seat_of(request, room_id)
    if seat.role != "seeker":
        raise Http404
    if not seat.card_country:
        return HttpResponse(status=204)
    if request.method == "GET":
        return render(request, "support/parts/help_card.html", _context(room_id, seat))
    typed = request.POST.get("country", "").strip()[:60]
    found = _found(typed)
    if len(found) == 1:
        crisis.choose_country(conversation, found[0], by=seat.person)
        return redirect("goodbye" if conversation.ended_at else "talk", room_id)
    interface = get_language() or "en"
    asked = {"typed": typed, "found": [(code, countries.name(code, interface)) for code in found]}
    for_script = request.headers.get("Accept") == "application/json"
    template = "support/parts/help_card.html" if for_script else "support/help_card_country.html"
    context = {**_context(room_id, seat), "asked": asked}
    return render(request, template, context, status=200 if found else REFUSED)


def _found(typed: str) -> list[str]:
    if typed.upper() in countries.codes() and typed == typed.upper():
        return [typed]
    community = Community.current()
    own = community.languages if community else []
    return countries.search(typed, [get_language() or "en", *own])


def help_card(seat: Seat) -> dict[str, Any] | None:
    """What the card on a seat's screen shows; None without one, and on the volunteer's side."""
    if seat.role != "seeker" or not seat.card_country:
        return None
    found = list(CrisisLine.objects.shown().of(seat.card_country))
    lines = [line for line in found if not line.is_emergency]
    lines.sort(key=lambda line: (bool(line.audiences), line.please_check, line.pk))
    return {
        "code": seat.card_country.lower(),
        "country": countries.name(seat.card_country, get_language() or "en"),
        "emergency": next((line for line in found if line.is_emergency), None),
        "lines": lines[:LINES_ON_THE_CARD],
        "more": max(0, len(lines) - LINES_ON_THE_CARD),
    }


def _context(room_id: int, seat: Seat) -> dict[str, Any]:
    return {"room_id": room_id, "help_card": help_card(seat)}
