"""Keys of a room, passed on between its pages as JSON; docs/encryption.md says what for."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from warmline.core.counters import allow
from warmline.core.errors import DomainError
from warmline.protocol import base64url
from warmline.protocol.frames import ID_MAX
from warmline.rooms import keys
from warmline.rooms.models import Seat
from warmline.support.seats import persons_of

HELLOS_IN_10_MINUTES = 20
COMMITS_IN_10_MINUTES = 60


@require_POST
def hello(request: HttpRequest, room_id: int) -> HttpResponse:
    """A page's new public key; the answer is the server's half of what a reload needs."""
    seat = _live_seat(request, room_id)
    if seat is None:
        return _over()
    _allow("hello", seat, most=HELLOS_IN_10_MINUTES)
    share = keys.hello(seat, _bytes(request, "pk"))
    return JsonResponse({"r": base64url.encode(share)})


@require_POST
def resume(request: HttpRequest, room_id: int) -> HttpResponse:
    """The same half again; ``over`` once it was destroyed."""
    seat = _live_seat(request, room_id)
    share = seat and keys.resume(seat)
    return JsonResponse({"r": base64url.encode(share)}) if share else _over()


@require_GET
def state(request: HttpRequest, room_id: int) -> HttpResponse:
    """Seats with their keys, and the epochs past ``after``."""
    seat = _live_seat(request, room_id)
    if seat is None:
        return _over()
    keys.seen(seat)
    after = request.GET.get("after", "0")
    found = keys.state(seat, int(after) if after.isdecimal() and len(after) < 10 else 0)
    return HttpResponse(msgspec.json.encode(found), content_type="application/json")


@require_POST
def commit(request: HttpRequest, room_id: int) -> HttpResponse:
    """A new epoch; ``taken`` is false when another page was first."""
    seat = _live_seat(request, room_id)
    if seat is None:
        return _over()
    _allow("epoch", seat, most=COMMITS_IN_10_MINUTES)
    taken = keys.commit(
        seat,
        header=_bytes(request, "header"),
        sealed=[_decoded(one) for one in request.POST.get("sealed", "").split(",")],
        confirm=_bytes(request, "confirm"),
    )
    return JsonResponse({"taken": taken})


def _live_seat(request: HttpRequest, room_id: int) -> Seat | None:
    """This browser's seat, None once it is over for it; 404 for everybody else."""
    mine = Seat.objects.filter(person__in=persons_of(request), room=min(room_id, ID_MAX))
    seat = mine.select_related("room").first()
    if seat is None:
        raise Http404
    return None if seat.room.closed_at or seat.revoked_at else seat


def _over() -> JsonResponse:
    """No error: a page may ask in the moment in which its talk ends."""
    return JsonResponse({"over": True})


def _allow(what: str, seat: Seat, *, most: int) -> None:
    allow(what, str(seat.pk), most=most, within=timedelta(minutes=10))


def _bytes(request: HttpRequest, name: str) -> bytes:
    return _decoded(request.POST.get(name, ""))


def _decoded(text: str) -> bytes:
    try:
        return base64url.decode(text)
    except ValueError as problem:
        raise DomainError(
            "malformed", _("This page is not up to date. Please reload it.")
        ) from problem
