"""Being reachable by a notice: a volunteer's own hours, off in one tap, and what a notice opens."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.availability import telling
from warmline.availability.reachable_models import Reachable
from warmline.availability.telling_models import Kind
from warmline.people.access import acting_person
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rules.models import Community
from warmline.support.models import Offer
from warmline.support.reachable_forms import ReachableForm
from warmline.support.services import offering
from warmline.support.volunteer_views import offer_shown, or_resting, volunteers_only

MINUTE_MS = 60_000


@require_http_methods(["GET", "POST"])
@or_resting
def reachable(request: HttpRequest) -> HttpResponse:
    """When, how often, and both switches; saving switches it on."""
    volunteer = acting_person(request)
    known = _of(volunteer)
    if request.method == "GET":
        return render(
            request, "support/reachable.html", _context(known, ReachableForm(instance=known))
        )
    form = ReachableForm(request.POST, instance=_of(volunteer))
    if not form.is_valid():
        return render(request, "support/reachable.html", _context(known, form), status=422)
    form.instance.on = True
    form.save()
    messages.success(request, _("Saved. You can switch it off in one tap."))
    return redirect("reachable")


@require_POST
@or_resting
def switch_off(request: HttpRequest) -> HttpResponse:
    """In one tap, from the page and from what a notice opens; nothing to explain."""
    offering.stop_reaching(acting_person(request))
    messages.success(
        request, _("You are not asked by notices any more. Thank you for all you did.")
    )
    return redirect("reachable")


@require_GET
@volunteers_only
def opened(request: HttpRequest, offer_id: int) -> HttpResponse:
    """What a notice leads to: the offer while it can be taken, and later that nothing is lost."""
    volunteer = acting_person(request)
    offered = get_object_or_404(Offer, pk=offer_id, volunteer=volunteer)
    shown = offer_shown(volunteer, offered)
    left = shown["expires_ms"] - clock.now_ms() if shown else 0
    context = {"offer": shown, "minutes_to_answer": -(-left // MINUTE_MS)}
    return render(request, "support/offer_opened.html", context)


def _of(volunteer: Person) -> Reachable:
    """Their settings, or those to begin with."""
    known = Reachable.objects.filter(person=volunteer).first()
    if known is not None:
        return known
    community = Community.current()
    return Reachable(person=volunteer, zone=community.time_zone if community else "UTC")


def _context(known: Reachable, form: ReachableForm) -> dict[str, Any]:
    return {
        "form": form,
        "is_on": known.on,
        "can_be_told": telling.can_be_told(known.person, Kind.OFFER),
    }
