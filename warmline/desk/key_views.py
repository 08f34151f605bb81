"""A coordinator's own key: made, restored and replaced in the browser; this side keeps what it may."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.core.counters import TooMany, allow
from warmline.core.errors import DomainError
from warmline.desk import key_queries
from warmline.people.access import acting_person, require_role
from warmline.people.models import Approval, Person, Role
from warmline.protocol import base64url
from warmline.safety import keyholders
from warmline.safety.keyholder_models import Keyholder

coordinators_only = require_role(Role.Kind.COORDINATOR)
MADE_AN_HOUR = 10
FETCHED_AN_HOUR = 10


@require_GET
@coordinators_only
def key(request: HttpRequest) -> HttpResponse:
    """One's own key: none, waiting, in use; whether it is on this device only the browser knows."""
    person = acting_person(request)
    context = {"own": key_queries.own(person), "holders": key_queries.holders(), "person": person}
    return render(request, "desk/key.html", context)


@require_http_methods(["GET", "POST"])
@coordinators_only
def new(request: HttpRequest) -> HttpResponse:
    """The page that makes a key; a POST takes its public half, and the private one wrapped (JSON)."""
    person = acting_person(request)
    if request.method == "GET":
        context = {"own": key_queries.own(person), "person": person}
        return render(request, "desk/key_new.html", context)
    try:
        allow("keyholder key", str(person.pk), most=MADE_AN_HOUR, within=timedelta(hours=1))
        made = keyholders.make(
            by=person, public_key=_bytes(request, "pk"), wrapped=_bytes(request, "wrapped")
        )
    except DomainError as error:
        return _refused(error)
    messages.success(request, _said_of(made, person))
    return JsonResponse({"key_id": made.key_id}, status=201)


@require_http_methods(["GET", "POST"])
@coordinators_only
def restore(request: HttpRequest) -> HttpResponse:
    """The page that takes a recovery code; a POST gives one's own wrapped keys (JSON), counted."""
    person = acting_person(request)
    if request.method == "GET":
        return render(
            request, "desk/key_restore.html", {"own": key_queries.own(person), "person": person}
        )
    try:
        allow("keyholder fetch", str(person.pk), most=FETCHED_AN_HOUR, within=timedelta(hours=1))
        found = keyholders.fetch(by=person)
    except DomainError as error:
        return _refused(error)
    return JsonResponse({"keys": [_wrapped(each) for each in found]})


@require_POST
@coordinators_only
def ask(request: HttpRequest) -> HttpResponse:
    """The second yes to one's waiting key, asked for again."""
    try:
        keyholders.ask(by=acting_person(request))
    except DomainError as error:
        messages.info(request, error.sentence)
    else:
        messages.success(request, _("Asked. Another coordinator has 7 days to answer."))
    return redirect("desk_key")


@require_POST
@coordinators_only
def take_off(request: HttpRequest) -> HttpResponse:
    """One's keys are lost or in wrong hands: off the list at once."""
    if request.POST.get("sure") != "on":
        messages.info(request, _("Please tick the box first. Nothing was changed."))
        return redirect("desk_key")
    keyholders.take_off(by=acting_person(request))
    messages.success(request, _("Your key is off the list. You can make a new one now."))
    return redirect("desk_key")


@require_GET
@coordinators_only
def compare(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Somebody else's new key, with the digits to compare by voice before the yes."""
    waiting = Approval.objects.waiting().filter(kind=keyholders.KIND)
    others = waiting.exclude(asked_by=acting_person(request)).select_related("asked_by")
    approval = get_object_or_404(others, pk=approval_id)
    keyholder = keyholders.key_in_question(approval)
    if keyholder is None:
        messages.info(request, _("This key does not wait any more."))
        return redirect("desk_seconds")
    replaces = key_queries.own(keyholder.person).in_use is not None
    context = {"approval": approval, "keyholder": keyholder, "replaces": replaces}
    return render(request, "desk/key_compare.html", context)


def _said_of(made: Keyholder, person: Person) -> str:
    if keyholders.question_about(made):
        return _("Your key is made. It waits for another coordinator’s yes.")
    return _("Your key is made. It waits until there is a second coordinator.")


def _wrapped(keyholder: Keyholder) -> dict[str, str]:
    return {
        "pk": base64url.encode(bytes(keyholder.public_key)),
        "wrapped": base64url.encode(bytes(keyholder.wrapped)),
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
