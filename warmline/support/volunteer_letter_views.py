"""Letters for volunteers: which could be theirs, taking one, giving it back, answering, the reply."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_POST

from warmline.core.errors import DomainError
from warmline.people.access import acting_person, require_role
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.protocol.frames import ID_MAX
from warmline.rooms import languages
from warmline.rules import acceptance
from warmline.support import letter_wire
from warmline.support.letter_models import Letter
from warmline.support.services import lettering

volunteers_only = require_role(Role.Kind.VOLUNTEER)
or_resting = require_role(Role.Kind.VOLUNTEER, or_resting=True)


@require_GET
@or_resting
def letters(request: HttpRequest) -> HttpResponse:
    """What could be theirs, without a word of it, and what is."""
    volunteer = acting_person(request)
    context = {
        "open": [_line(each) for each in lettering.open_for(volunteer)],
        "mine": [_line(each) for each in lettering.of_reader(volunteer)],
    }
    return render(request, "support/letters.html", context)


@require_POST
@volunteers_only
def take(request: HttpRequest, room_id: int) -> HttpResponse:
    """It is theirs; the rules come first, as before being ready."""
    volunteer = acting_person(request)
    if not acceptance.is_up_to_date(volunteer.alias, volunteer.made_at):
        return redirect("volunteer_rules")
    found = Letter.objects.select_related("room", "writer").filter(pk=_known(room_id)).first()
    if found is None or not found.copies.filter(person=volunteer).exists():
        raise Http404
    try:
        lettering.take(found, by=volunteer)
    except DomainError as error:
        messages.info(request, error.sentence)
        return redirect("letters")
    return redirect("letter_here", room_id)


@require_POST
@or_resting
def give_back(request: HttpRequest, room_id: int) -> HttpResponse:
    """No reason is asked. Of a letter that is not theirs nothing changes."""
    volunteer = acting_person(request)
    found = _seated(room_id, volunteer)
    lettering.give_back(found, by=volunteer)
    messages.success(request, gettext("You have given it back. Others can take it now."))
    return redirect("letters")


@require_GET
@or_resting
def here(request: HttpRequest, room_id: int) -> HttpResponse:
    """The letter they have, opened in their browser with their own key."""
    volunteer = acting_person(request)
    lettering.settle(clock.now())
    found = _seated(room_id, volunteer)
    if found.reader_id != volunteer.pk or found.state == Letter.State.WITHDRAWN:
        messages.info(request, gettext("You do not have this letter any more."))
        return redirect("letters")
    context = {
        **_line(found),
        "room_id": found.pk,
        "person": volunteer.pk,
        "sealed": json.dumps(letter_wire.for_reader(found)),
    }
    return render(request, "support/letter_here.html", context)


@require_POST
@or_resting
def answer(request: HttpRequest, room_id: int) -> HttpResponse:
    """The one answer, sealed. 422: a sentence, and nothing was kept."""
    volunteer = acting_person(request)
    found = _seated(room_id, volunteer)
    try:
        lettering.answer(found, by=volunteer, part=letter_wire.read_part(request))
    except DomainError as error:
        return JsonResponse({"sentence": error.sentence}, status=422)
    return JsonResponse({"sent": True})


def _line(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.pk,
        "url": reverse("letter_here", args=[letter.pk]),
        "state": letter.state,
        "alias": letter.writer.alias,
        "topics": [topic.shown_name for topic in letter.topics.all()],
        "language": languages.name(letter.language, get_language() or "en", gettext),
        "age": timesince(letter.sent_at, clock.now(), depth=1),
        "answer_by": letter.answer_by,
        "kept_until": letter.kept_until,
    }


def _seated(room_id: int, volunteer: Person) -> Letter:
    """A letter that this volunteer has or had; 404 for every other."""
    related = Letter.objects.select_related("room", "writer", "reader")
    found = related.filter(pk=_known(room_id), room__seats__person=volunteer).first()
    if found is None:
        raise Http404
    return found


def _known(number: int) -> int:
    if number > ID_MAX:
        raise Http404
    return number
