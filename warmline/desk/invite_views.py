"""Inviting: a link shown once, and withdrawn with one press."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from warmline.core.counters import allow
from warmline.core.errors import DomainError
from warmline.core.refused import status_of
from warmline.people import services
from warmline.people.access import acting_person, require_role
from warmline.people.forms import InviteForm
from warmline.people.models import Role
from warmline.rules.models import Community

MADE = "invited"


@require_http_methods(["GET", "POST"])
@require_role(Role.Kind.COORDINATOR)
def invite(request: HttpRequest) -> HttpResponse:
    """The form, or the link it made. A second press replaces the link that the first made."""
    kinds = services.kinds_to_invite()
    form = InviteForm(request.POST or None, kinds=kinds, mail=settings.EMAIL_ENABLED)
    if request.method == "GET" and request.GET.get("kind") in kinds:
        form.initial["kind"] = request.GET["kind"]
    if not form.is_valid():
        return _form_page(request, form, kinds)
    person = acting_person(request)
    allow("invite", str(person.pk), most=60, within=timedelta(hours=1))
    try:
        _withdraw_earlier_press(request)
        invitation, code = services.invite(
            kind=form.cleaned_data["kind"], by=person, note=form.cleaned_data["note"]
        )
    except DomainError as error:
        form.add_error("kind", error.sentence)
        return _form_page(request, form, kinds)
    request.session[MADE] = {"once": request.POST.get("once", ""), "id": invitation.pk}
    link = request.build_absolute_uri(reverse("join", args=[code]))
    context = {"invitation": invitation, "link": link, **_mailed(form, link)}
    return render(request, "desk/invited.html", context)


@require_POST
@require_role(Role.Kind.COORDINATOR)
def withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """The link stops working."""
    services.withdraw(invitation_id, by=acting_person(request))
    messages.success(request, _("That link works no more."))
    return redirect("desk")


def _form_page(request: HttpRequest, form: InviteForm, kinds: list[Role.Kind]) -> HttpResponse:
    context = {
        "form": form,
        "once": request.POST.get("once") or secrets.token_urlsafe(9),
        "coordinators_alone": Role.Kind.COORDINATOR in kinds,
    }
    return render(request, "desk/invite.html", context, status=status_of(form))


def _withdraw_earlier_press(request: HttpRequest) -> None:
    """The same page sent twice means one invitation: its first link was never seen."""
    made = request.session.get(MADE)
    if made and made["once"] and made["once"] == request.POST.get("once"):
        services.withdraw(made["id"], by=acting_person(request))


def _mailed(form: InviteForm, link: str) -> dict[str, object]:
    """Whether a mail was asked for and left; the address goes no further than this page."""
    address = form.cleaned_data.get("email")
    community = Community.current()
    if not address or community is None:
        return {"address": "", "sent": False}
    sent = services.mail_invitation(address, link=link, community=community.name)
    return {"address": address, "sent": sent}
