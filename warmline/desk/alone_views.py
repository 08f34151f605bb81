"""*Break glass*: announce that one will act alone, and call it off."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from warmline.core.errors import DomainError
from warmline.people import alone as acting_alone
from warmline.people.access import acting_person, require_role
from warmline.people.models import Role
from warmline.people.services import COORDINATORS_NAMED_ALONE, coordinators

coordinators_only = require_role(Role.Kind.COORDINATOR)


@require_GET
@coordinators_only
def alone(request: HttpRequest) -> HttpResponse:
    """What it is, and where it stands."""
    context = {
        "is_alone": acting_alone.is_alone(acting_person(request)),
        "notice": acting_alone.current(),
        "mail": settings.EMAIL_ENABLED,
        "can_name": coordinators() < COORDINATORS_NAMED_ALONE,
    }
    return render(request, "desk/alone.html", context)


@require_POST
@coordinators_only
def announce(request: HttpRequest) -> HttpResponse:
    """Everybody sees it on their page from now on; who has an address gets a letter."""
    try:
        notice = acting_alone.announce(by=acting_person(request))
    except DomainError as error:
        messages.info(request, error.sentence)
        return redirect("desk_alone")
    messages.success(request, _("Everybody sees it on their page now."))
    if sent := acting_alone.mail(notice):
        letters = ngettext("{count} letter was sent.", "{count} letters were sent.", sent)
        messages.success(request, letters.format(count=sent))
    return redirect("desk_alone")


@require_POST
@coordinators_only
def call_off(request: HttpRequest) -> HttpResponse:
    """It is over."""
    acting_alone.call_off(by=acting_person(request))
    messages.success(request, _("You called it off."))
    return redirect("desk_alone")
