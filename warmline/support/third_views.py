"""A third in a talk: what the two see of it, and the third's own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.core.counters import allow
from warmline.core.errors import DomainError
from warmline.people.access import acting_person, require_role
from warmline.people.models import Person, Role
from warmline.protocol.frames import ID_MAX
from warmline.rooms import languages
from warmline.rooms.models import Seat
from warmline.support import live
from warmline.support.code_words import CODE_WORDS
from warmline.support.models import Conversation, Profile, ThirdSeat
from warmline.support.seats import seat_of
from warmline.support.services import reporting, talking, third
from warmline.support.third_models import LAPSES_AFTER
from warmline.support.wellbeing_forms import Mood, MoodForm

volunteers_only = require_role(Role.Kind.VOLUNTEER)
or_resting = require_role(Role.Kind.VOLUNTEER, or_resting=True)

ASKS_IN_A_TALK = 6
PASSED = "thirds_passed"
"""Requests a volunteer does not want to see any more; in their own session alone."""


# The two of a talk


@require_GET
def now(request: HttpRequest, room_id: int) -> HttpResponse:
    """How it stands with a third, for one of the two: a question, a search, somebody at the door."""
    conversation, seat = seat_of(request, room_id)
    newest = third.current(conversation)
    context = {
        "room_id": room_id,
        "third": newest,
        "state": _state(newest, seat),
        "may_ask": third.may_ask(conversation, by=seat.person),
        "other_alias": conversation.partner_of(seat.person).alias,
        "language": _name(newest.language) if newest else "",
        "languages": third.languages_of(conversation),
        "names": _names(conversation),
    }
    return render(request, "support/parts/third.html", context)


@require_POST
def ask(request: HttpRequest, room_id: int) -> HttpResponse:
    """The other one is asked first."""
    conversation, seat = seat_of(request, room_id)
    kind = request.POST.get("kind", "")
    if kind not in ThirdSeat.Kind.values:
        return JsonResponse({"error": "malformed"}, status=422)
    allow("third", str(seat.pk), most=ASKS_IN_A_TALK, within=10 * LAPSES_AFTER)
    language = request.POST.get("language", "")
    third.ask(conversation, by=seat.person, kind=kind, language=language)
    return JsonResponse({"ok": True})


@require_POST
def agree(request: HttpRequest, room_id: int) -> HttpResponse:
    newest, seat = _open_of(request, room_id)
    if newest:
        third.agree(newest, by=seat.person)
    return JsonResponse({"ok": True})


@require_POST
def stop(request: HttpRequest, room_id: int) -> HttpResponse:
    """No, not any more, or please leave."""
    newest, seat = _open_of(request, room_id)
    if newest:
        third.stop(newest, by=seat.person)
    return JsonResponse({"ok": True})


@require_GET
def code_words(request: HttpRequest) -> HttpResponse:
    """The words of a check code's pictures, for whichever page shows one."""
    return render(request, "support/parts/code_words.html", {"words": CODE_WORDS})


def _open_of(request: HttpRequest, room_id: int) -> tuple[ThirdSeat | None, Seat]:
    conversation, seat = seat_of(request, room_id)
    newest = third.current(conversation)
    return (newest if newest and newest.ended_at is None else None), seat


def _state(newest: ThirdSeat | None, seat: Seat) -> str:
    """What this side sees. A no and silence look alike to whoever asked."""
    if newest is None:
        return "none"
    asked_by_me = newest.asker_role == seat.role
    if newest.ended_at is None:
        if newest.taker_id:
            return "taken"
        if newest.agreed_at:
            return "looking"
        if newest.ending == ThirdSeat.Ending.NO and not asked_by_me:
            return "none"
        return "asked" if asked_by_me else "question"
    if newest.ending == ThirdSeat.Ending.LAPSED and newest.agreed_at:
        return "nobody"
    unanswered = newest.ending == ThirdSeat.Ending.LAPSED
    return "stays_two" if unanswered and asked_by_me else "none"


def _names(conversation: Conversation) -> list[tuple[int, str]]:
    """Seat number → alias, of everybody who ever had a seat in this talk."""
    seats = Seat.objects.filter(room=conversation.pk).select_related("person")
    return [(seat.number, seat.person.alias) for seat in seats.order_by("number")]


# The third


@require_GET
@volunteers_only
def calls(request: HttpRequest) -> HttpResponse:
    """Who is asked to join a talk just now; 204 when nobody is."""
    found = calls_context(request, acting_person(request))
    if not found:
        return HttpResponse(status=204)
    return render(request, "support/parts/third_calls.html", {"calls": found})


def calls_context(request: HttpRequest, volunteer: Person) -> list[dict[str, Any]]:
    """What the cards on a volunteer's page say: as what, and for which language. No names, no words."""
    passed = request.session.get(PASSED, [])
    return [
        {"id": each.pk, "kind": each.kind, "language": _name(each.language)}
        for each in third.calls_for(volunteer)
        if each.pk not in passed
    ]


@require_POST
@volunteers_only
def take(request: HttpRequest, third_id: int) -> HttpResponse:
    """Come in as the third; the first one has it."""
    volunteer = acting_person(request)
    wanted = get_object_or_404(ThirdSeat, pk=_known(third_id))
    if wanted.taker_id != volunteer.pk:
        _asked_or_404(wanted, volunteer)
        try:
            third.take(wanted, by=volunteer)
        except DomainError as error:
            messages.info(request, error.sentence)
            return redirect("volunteer")
    return redirect("third_room", wanted.conversation_id)


@require_POST
@volunteers_only
def pass_by(request: HttpRequest, third_id: int) -> HttpResponse:
    """Not this one. Nobody sees it, and it is kept in this browser's session alone."""
    volunteer = acting_person(request)
    wanted = get_object_or_404(ThirdSeat, pk=_known(third_id))
    _asked_or_404(wanted, volunteer)
    request.session[PASSED] = [*request.session.get(PASSED, [])[-19:], wanted.pk]
    return redirect("volunteer")


@require_GET
@or_resting
def room(request: HttpRequest, room_id: int) -> HttpResponse:
    """The talk, from the third seat."""
    joined, seat = _joined(request, room_id)
    if joined.ended_at or seat.left_at:
        return redirect("third_over", room_id)
    talk = joined.conversation
    context = {
        "room_id": room_id,
        "seat_number": seat.number,
        "kind": joined.kind,
        "language": _name(joined.language),
        "seeker_alias": talk.seeker.alias,
        "volunteer_alias": talk.volunteer.alias,
        "names": _names(talk),
        "minutes": talk.minutes,
    }
    return render(request, "support/third_room.html", context)


@require_POST
@or_resting
def ticket(request: HttpRequest, room_id: int) -> JsonResponse:
    """As for the two: null when it is over."""
    joined, seat = _joined(request, room_id)
    if joined.ended_at or seat.revoked_at:
        return JsonResponse({"ticket": None})
    return live.ticket_for(request, seat)


@require_GET
@or_resting
def state(request: HttpRequest, room_id: int) -> HttpResponse:
    """204 while it goes on; afterwards the part that says so, with the way out."""
    joined, seat = _joined(request, room_id)
    if joined.ended_at is None and seat.left_at is None:
        return HttpResponse(status=204)
    context = {
        "room_id": room_id,
        "sentence": _ending_sentence(joined),
        "may_report": _may_report(joined),
    }
    return render(request, "support/parts/third_ended.html", context)


@require_POST
@or_resting
def leave(request: HttpRequest, room_id: int) -> HttpResponse:
    joined, _seat = _joined(request, room_id)
    third.leave(joined)
    return redirect("third_over", room_id)


@require_http_methods(["GET", "POST"])
@or_resting
def over(request: HttpRequest, room_id: int) -> HttpResponse:
    """Thank you, how are you, and back to one's own page."""
    joined, seat = _joined(request, room_id)
    if joined.ended_at is None:
        return redirect("third_room", room_id)
    mood = MoodForm(request.POST if request.method == "POST" else None)
    profile = Profile.objects.filter(person=seat.person).first()
    context = {
        "room_id": room_id,
        "sentence": _ending_sentence(joined),
        "may_say_mood": joined.used_ms > 0,
        "mood": mood.cleaned_data["mood"] if mood.is_valid() else "",
        "moods": Mood.choices,
        "offers_rest": profile is None or not profile.rests(),
        "mood_url": reverse("third_over", args=[room_id]),
        "may_report": _may_report(joined),
    }
    return render(request, "support/third_over.html", context)


def _joined(request: HttpRequest, room_id: int) -> tuple[ThirdSeat, Seat]:
    """This volunteer's third seat in a room, the talk settled; 404 for everybody else."""
    volunteer = acting_person(request)
    found = (
        ThirdSeat.objects.filter(conversation=_known(room_id), taker=volunteer)
        .select_related("conversation__room__talk_clock", "conversation__seeker")
        .select_related("conversation__volunteer")
        .first()
    )
    seat = found.seat if found else None
    if found is None or seat is None:
        raise Http404
    talking.settle(found.conversation)
    found.refresh_from_db(fields=["ended_at", "ending", "used_ms"])
    return found, seat


def _may_report(joined: ThirdSeat) -> bool:
    """Out of a talk that goes on, or as the two after its end."""
    talk = joined.conversation
    return talk.ended_at is None or reporting.is_reportable(talk)


def _asked_or_404(wanted: ThirdSeat, volunteer: Person) -> None:
    """Whoever is not asked learns nothing, not even that there is such a request."""
    if wanted.taker_id is None and wanted.ended_at is None and wanted.agreed_at:
        if volunteer.pk in {each.id for each in third.fitting(wanted)}:
            return
    elif wanted.agreed_at:
        return  # Too late: the same sentence for all.
    raise Http404


def _ending_sentence(joined: ThirdSeat) -> str:
    if joined.ending == ThirdSeat.Ending.TALK_OVER:
        return gettext("They have ended the talk. Thank you for being there.")
    if joined.ending == ThirdSeat.Ending.LAPSED:
        return gettext(
            "They did not let you in this time. It is nobody's fault. You are free again."
        )
    if joined.ending == ThirdSeat.Ending.REMOVED:
        return gettext("The two go on by themselves now. Thank you for being there.")
    return gettext("You have left the talk. The two go on by themselves.")


def _name(tag: str) -> str:
    if not tag:
        return ""
    return languages.name(tag, get_language() or "en", gettext)


def _known(number: int) -> int:
    if number > ID_MAX:
        raise Http404
    return number
