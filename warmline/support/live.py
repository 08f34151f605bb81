"""Tickets for the gateway, issued to the browser that asks with its session."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from warmline.core.counters import allow
from warmline.protocol import clock, tickets, topics
from warmline.rooms.models import Seat
from warmline.support.seats import persons_of, seat_of

TICKETS_A_MINUTE = 30


@require_POST
def person_ticket(request: HttpRequest) -> JsonResponse:
    """A ticket that hears what concerns the persons of this browser."""
    persons = persons_of(request)
    if not persons:
        return JsonResponse({"error": "signed_out"}, status=403)
    return _ticket(
        request, person=persons[-1].pk, names=[topics.person(person.pk) for person in persons]
    )


@require_POST
def seat_ticket(request: HttpRequest, room_id: int) -> JsonResponse:
    """A ticket for this browser's seat; null once the talk is over for it, which is no fault of the page."""
    conversation, seat = seat_of(request, room_id)
    if conversation.ended_at or seat.revoked_at:
        return JsonResponse({"ticket": None})
    return ticket_for(request, seat)


def ticket_for(request: HttpRequest, seat: Seat) -> JsonResponse:
    """A ticket for a seat that the caller has found to be this browser's."""
    return _ticket(request, person=seat.person_id, names=[topics.person(seat.person_id)], seat=seat)


def _ticket(
    request: HttpRequest, *, person: int, names: list[str], seat: Seat | None = None
) -> JsonResponse:
    allow(
        "ticket",
        request.session.session_key or "",
        most=TICKETS_A_MINUTE,
        within=timedelta(minutes=1),
    )
    ticket = tickets.issue(
        settings.INSTALLATION.secrets.ticket,
        person=person,
        sid=tickets.session_digest(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")),
        aud=request.get_host(),
        now_ms=clock.now_ms(),
        topics=names,
        room=seat.room_id if seat else None,
        seat=seat.number if seat else None,
    )
    return JsonResponse({"ticket": ticket})
