"""Talking about how a talk was: asking for it, listening, and the room for two."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from warmline.core.errors import DomainError
from warmline.people.access import acting_person, require_role
from warmline.people.models import Role
from warmline.protocol import clock
from warmline.protocol.frames import ID_MAX
from warmline.rooms.models import Seat
from warmline.support import live
from warmline.support.models import Debrief
from warmline.support.services import debriefing

for_the_team = require_role(Role.Kind.VOLUNTEER, Role.Kind.COORDINATOR, or_resting=True)


@require_GET
@for_the_team
def debrief(request: HttpRequest) -> HttpResponse:
    """One's own wish, questions to go through alone, and whom one may listen to."""
    person = acting_person(request)
    own = debriefing.of(person)
    context = {
        "own": own,
        "partner": own.partner_of(person) if own else None,
        "lapses_at": own.lapses_at if own else None,
        "somebody_listens": debriefing.listeners().exclude(pk=person.pk).exists(),
        "others": debriefing.for_listener(person),
    }
    return render(request, "support/debrief.html", context)


@require_POST
@for_the_team
def ask(request: HttpRequest) -> HttpResponse:
    debriefing.ask(acting_person(request))
    return redirect("debrief")


@require_POST
@for_the_team
def take_back(request: HttpRequest) -> HttpResponse:
    debriefing.take_back(acting_person(request))
    return redirect("debrief")


@require_POST
@for_the_team
def take(request: HttpRequest, debrief_id: int) -> HttpResponse:
    """Listen to somebody; the first one has it. 404 for who does not listen, and for one's own wish."""
    person = acting_person(request)
    found = get_object_or_404(Debrief.objects.exclude(asker=person), pk=_known(debrief_id))
    if not debriefing.may_listen(person):
        raise Http404
    if found.taker_id == person.pk and found.room_id and found.ended_at is None:
        return redirect("debrief_room", found.room_id)
    try:
        room = debriefing.take(found, by=person)
    except DomainError as error:
        messages.info(request, error.sentence)
        return redirect("debrief")
    return redirect("debrief_room", room.pk)


@require_GET
@for_the_team
def room(request: HttpRequest, room_id: int) -> HttpResponse:
    """The room for two: no clock, nothing about a seeker."""
    found, seat = _seat_of(request, room_id)
    if found.ended_at or seat.left_at:
        return redirect("debrief_over", room_id)
    partner = found.partner_of(seat.person)
    context = {
        "room_id": room_id,
        "seat_number": seat.number,
        "other_alias": partner.alias if partner else "",
        "listens": found.taker_id == seat.person_id,
    }
    return render(request, "support/debrief_room.html", context)


@require_POST
@for_the_team
def ticket(request: HttpRequest, room_id: int) -> JsonResponse:
    """As for a talk: null when it is over."""
    found, seat = _seat_of(request, room_id)
    if found.ended_at or seat.revoked_at:
        return JsonResponse({"ticket": None})
    return live.ticket_for(request, seat)


@require_GET
@for_the_team
def state(request: HttpRequest, room_id: int) -> HttpResponse:
    """204 while it goes on; afterwards the part that says so, with the way out."""
    found, seat = _seat_of(request, room_id)
    if found.ended_at is None and seat.left_at is None:
        return HttpResponse(status=204)
    return render(request, "support/parts/debrief_ended.html", {"room_id": room_id})


@require_POST
@for_the_team
def end(request: HttpRequest, room_id: int) -> HttpResponse:
    found, _seat = _seat_of(request, room_id)
    debriefing.end(found)
    return redirect("debrief_over", room_id)


@require_GET
@for_the_team
def over(request: HttpRequest, room_id: int) -> HttpResponse:
    """Leaving for good; with the second one gone nothing of it is left."""
    person = acting_person(request)
    found = Debrief.objects.of(person).filter(room=_known(room_id)).select_related("room").first()
    if found and found.ended_at is None:
        return redirect("debrief_room", room_id)
    seat = found.seat_of(person) if found else None
    if found and seat:
        debriefing.leave(found, seat)
    back = "volunteer" if person.has_role(Role.Kind.VOLUNTEER) else "desk"
    return render(request, "support/debrief_over.html", {"back": reverse(back)})


def _seat_of(request: HttpRequest, room_id: int) -> tuple[Debrief, Seat]:
    """The debrief of a room and this person's seat in it; 404 for everybody else, and after a day."""
    person = acting_person(request)
    mine = Debrief.objects.of(person).filter(room=_known(room_id))
    found = mine.exclude(pk__in=Debrief.objects.over(clock.now())).select_related("room").first()
    seat = found.seat_of(person) if found else None
    if found is None or seat is None:
        raise Http404
    return found, seat


def _known(number: int) -> int:
    if number > ID_MAX:
        raise Http404
    return number
