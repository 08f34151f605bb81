"""A volunteer's own letter key: made, restored and replaced in the browser; this side keeps what it may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.core.counters import TooMany, allow
from warmline.core.errors import DomainError
from warmline.people.access import acting_person, require_role
from warmline.people.models import Person, Role
from warmline.protocol import base64url
from warmline.support import letter_keys
from warmline.support.letter_key_models import LetterKey
from warmline.support.services import lettering

volunteers_only = require_role(Role.Kind.VOLUNTEER)
or_resting = require_role(Role.Kind.VOLUNTEER, or_resting=True)
MADE_AN_HOUR = 10
FETCHED_AN_HOUR = 10


@dataclass(frozen=True)
class OwnLetterKeys:
    """One volunteer's letter keys."""

    in_use: LetterKey | None
    earlier: list[LetterKey]

    @property
    def names(self) -> str:
        """The ids of all of them, with spaces between: what a device may keep."""
        return " ".join(each.key_id for each in [self.in_use, *self.earlier] if each)

    @property
    def current(self) -> str:
        """The id of the key that this device should have, "" for none."""
        return self.in_use.key_id if self.in_use else ""


def own(person: Person) -> OwnLetterKeys:
    """As they are now."""
    found = letter_keys.of(person)
    return OwnLetterKeys(
        in_use=next((each for each in found if each.state == LetterKey.State.ACTIVE), None),
        earlier=[each for each in found if each.state == LetterKey.State.REPLACED],
    )


@require_GET
@or_resting
def key(request: HttpRequest) -> HttpResponse:
    """One's own key: none, or in use; whether it is on this device only the browser knows."""
    person = acting_person(request)
    acts = person.has_role(Role.Kind.VOLUNTEER)
    context = {"own": own(person), "person": person, "acts": acts}
    return render(request, "support/letter_key.html", context)


@require_http_methods(["GET", "POST"])
@volunteers_only
def new(request: HttpRequest) -> HttpResponse:
    """The page that makes a key; a POST takes its public half, and the private one wrapped (JSON)."""
    person = acting_person(request)
    if request.method == "GET":
        context = {"own": own(person), "person": person}
        return render(request, "support/letter_key_new.html", context)
    try:
        allow("letter key", str(person.pk), most=MADE_AN_HOUR, within=timedelta(hours=1))
        made = letter_keys.make(
            by=person, public_key=_bytes(request, "pk"), wrapped=_bytes(request, "wrapped")
        )
    except DomainError as error:
        return _refused(error)
    messages.success(request, _("Your letter key is made. From now on you can get letters."))
    return JsonResponse({"key_id": made.key_id}, status=201)


@require_http_methods(["GET", "POST"])
@or_resting
def restore(request: HttpRequest) -> HttpResponse:
    """The page that takes a recovery code; a POST gives one's own wrapped keys (JSON), counted."""
    person = acting_person(request)
    if request.method == "GET":
        context = {"own": own(person), "person": person}
        return render(request, "support/letter_key_restore.html", context)
    try:
        allow("letter key fetch", str(person.pk), most=FETCHED_AN_HOUR, within=timedelta(hours=1))
    except DomainError as error:
        return _refused(error)
    return JsonResponse({"keys": [_wrapped(each) for each in letter_keys.of(person)]})


@require_POST
@or_resting
def take_off(request: HttpRequest) -> HttpResponse:
    """One's keys are lost or in wrong hands: nothing is sealed to them, and a letter goes to others."""
    if request.POST.get("sure") != "on":
        messages.info(request, _("Please tick the box first. Nothing was changed."))
        return redirect("letter_key")
    person = acting_person(request)
    lettering.end_role(person)
    letter_keys.delist(person)
    messages.success(request, _("Your letter key is deleted. You can make a new one now."))
    return redirect("letter_key")


def _wrapped(key: LetterKey) -> dict[str, str]:
    return {
        "pk": base64url.encode(bytes(key.public_key)),
        "wrapped": base64url.encode(bytes(key.wrapped)),
    }


def _bytes(request: HttpRequest, name: str) -> bytes:
    """Nothing for what is no base64url: then the key is not whole."""
    try:
        return base64url.decode(request.POST.get(name, ""))
    except ValueError:
        return b""


def _refused(error: DomainError) -> JsonResponse:
    status = 429 if isinstance(error, TooMany) else 409
    return JsonResponse({"code": error.code, "sentence": error.sentence}, status=status)
