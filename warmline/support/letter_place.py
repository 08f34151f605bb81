"""Which letters this browser may use: its seeker's own, those it found by six words, those it answers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from warmline.protocol import clock
from warmline.protocol.frames import ID_MAX
from warmline.rooms.models import Seat
from warmline.support.letter_models import WRITER_SEAT, Letter
from warmline.support.seats import persons_of
from warmline.support.seeking import FOUND_LETTERS, seeker_of
from warmline.support.services import letter_reporting, lettering

FOUND_MOST = 10


def found(request: HttpRequest, letter: Letter) -> None:
    """This session has shown that it knows the words of a letter."""
    known = [pk for pk in _found(request) if pk != letter.pk]
    request.session[FOUND_LETTERS] = [*known, letter.pk][-FOUND_MOST:]


def own_letters(request: HttpRequest) -> list[Letter]:
    """What this browser's seeker wrote, the newest first."""
    lettering.settle(clock.now())
    seeker = seeker_of(request)
    if seeker is None:
        return []
    written = Letter.objects.filter(writer=seeker).exclude(state=Letter.State.WITHDRAWN)
    return list(written.order_by("-sent_at"))


def written_here(request: HttpRequest, room_id: int) -> Letter:
    """A letter that this browser may use as its writer; 404 for every other."""
    letter = _letter(room_id)
    if letter.state == Letter.State.WITHDRAWN or not _is_writer(request, letter):
        raise Http404
    return letter


def seat_of(request: HttpRequest, room_id: int) -> tuple[Letter, Seat]:
    """The letter and this browser's side of it, also after giving it back; 404 for everybody else."""
    letter = _letter(room_id)
    seats = [letter_reporting.seat_of(letter, person) for person in persons_of(request)]
    if _is_writer(request, letter):
        seats.insert(0, Seat.objects.filter(room=letter.pk, number=WRITER_SEAT).first())
    seat = next(filter(None, seats), None)
    if seat is None:
        raise Http404
    return letter, seat


def _is_writer(request: HttpRequest, letter: Letter) -> bool:
    seeker = seeker_of(request)
    return letter.pk in _found(request) or (seeker is not None and seeker.pk == letter.writer_id)


def _letter(room_id: int) -> Letter:
    lettering.settle(clock.now())
    if room_id > ID_MAX:
        raise Http404
    related = Letter.objects.select_related("room", "writer", "reader")
    letter = related.filter(pk=room_id).first()
    if letter is None:
        raise Http404
    return letter


def _found(request: HttpRequest) -> list[Any]:
    return list(request.session.get(FOUND_LETTERS) or [])
