"""One's own account: how it is guarded, where it is signed in, how to reach it, how to stop."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.core.counters import allow, network
from warmline.core.errors import DomainError
from warmline.core.refused import status_of
from warmline.people import factors, mailing, sessions
from warmline.people.access import account_of, acting_person, home_page, require_account
from warmline.people.account_forms import AddressForm
from warmline.people.ending import end_role
from warmline.people.models import Role
from warmline.people.second_views import ask_again, passkeys_work


@require_GET
@require_account()
def account(request: HttpRequest) -> HttpResponse:
    """All of it on one page."""
    own = account_of(request)
    held = factors.of_account(own)
    context = {
        "account": own,
        "person": own.person,
        "factors": held,
        "only_one": len(held) == 1,
        "has_app": any(factor.type == factors.Type.TOTP for factor in held),
        "codes_left": factors.codes_left(own),
        "passkeys": passkeys_work(request),
        "sessions": sessions.of_account(own, this=sessions.key_of(request)),
        "mail": settings.EMAIL_ENABLED,
        "roles": own.person.roles.filter(ended_at=None).order_by("kind"),
        "home": home_page(own.person),
    }
    return render(request, "people/account.html", context)


@require_POST
@require_account()
def end_session(request: HttpRequest, key: str) -> HttpResponse:
    """One of one's own other sessions."""
    if sessions.end(account_of(request), key):
        messages.success(request, _("That session has ended."))
    return redirect("account")


@require_POST
@require_account()
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """All but this one."""
    sessions.end_all(account_of(request), but=sessions.key_of(request))
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("account")


@require_http_methods(["GET", "POST"])
@require_account()
@ask_again
def address(request: HttpRequest) -> HttpResponse:
    """Add or change the address; it counts once the link in the mail was opened."""
    if not settings.EMAIL_ENABLED:
        raise Http404
    own = account_of(request)
    form = AddressForm(request.POST or None)
    if not form.is_valid():
        status = status_of(form)
        return render(request, "people/address.html", {"form": form, "account": own}, status=status)
    allow("address", str(own.pk), most=5, within=timedelta(hours=1))
    origin = request.build_absolute_uri("/").rstrip("/")
    if not mailing.address_link(own, form.cleaned_data["email"], origin=origin):
        form.add_error("email", _("The mail could not be sent. Please try again later."))
        return render(request, "people/address.html", {"form": form, "account": own}, status=502)
    messages.success(request, _("We sent you a mail. Please open the link in it."))
    return redirect("account")


@require_POST
@require_account()
@ask_again
def forget_address(request: HttpRequest) -> HttpResponse:
    own = account_of(request)
    own.email = ""
    own.save(update_fields=["email"])
    messages.success(request, _("Your address is deleted."))
    return redirect("account")


@require_http_methods(["GET", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail; a press of a button, so that a mail program's look ahead does nothing."""
    allow("confirm-address", network(request), most=30, within=timedelta(hours=1))
    found = mailing.confirmed(token)
    if found is None:
        return render(request, "people/link_over.html", status=410)
    own, given = found
    if request.method == "GET":
        return render(request, "people/confirm_address.html", {"address": given})
    own.email = given
    own.save(update_fields=["email"])
    messages.success(request, _("Your address is confirmed."))
    return redirect("account")


@require_http_methods(["GET", "POST"])
@require_account()
def stop(request: HttpRequest, kind: str) -> HttpResponse:
    """Stop volunteering, or coordinating: one page, one press, no reason asked."""
    own = account_of(request)
    role = own.person.roles.filter(kind=kind, ended_at=None).first()
    if role is None:
        raise Http404
    others = own.person.roles.filter(ended_at=None).exclude(pk=role.pk).exists()
    error = None
    if request.method == "POST":
        try:
            end_role(
                role,
                by=own.person.alias,
                reason="own_wish",
                but=sessions.key_of(request) if others else "",
            )
            return _stopped(request, others=others)
        except DomainError as refused:
            error = refused
    context = {
        "role": role,
        "volunteers": kind == Role.Kind.VOLUNTEER,
        "others": others,
        "error": error,
    }
    return render(request, "people/stop.html", context, status=409 if error else 200)


def _stopped(request: HttpRequest, *, others: bool) -> HttpResponse:
    if others:
        messages.success(request, _("Thank you for all you have given. That role is over."))
        return redirect(home_page(acting_person(request)))
    logout(request)
    return render(request, "people/stopped.html")
