"""Coming back: a lost second factor, a forgotten password, a link that sets a new one."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from warmline.core.counters import TooMany, allow, network
from warmline.core.refused import status_of
from warmline.people import factors, mailing, recovery
from warmline.people.access import account_of, require_account
from warmline.people.account_forms import ForgottenForm, SetPasswordForm
from warmline.people.models import Account


@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
@require_http_methods(["GET", "POST"])
def lost(request: HttpRequest) -> HttpResponse:
    """After the right password: ask for a new second factor, and set it up when the time has come."""
    stage = request._login_stage  # type: ignore[attr-defined]
    account: Account = stage.login.user
    if request.method == "POST":
        allow("lost", str(account.pk), most=10, within=timedelta(hours=1))
        if recovery.take_factor_away(account):
            return stage.exit()
        if recovery.somebody_can_agree(account):
            recovery.ask(account)
        return redirect("factor_lost")
    context = {
        "recovery": recovery.of_factor(account),
        "somebody": recovery.somebody_can_agree(account),
        "alias": account.person.alias,
        "codes_left": factors.codes_left(account),
    }
    return render(request, "people/factor_lost.html", context)


@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """The same answer for every name; whether a mail leaves shows in the mailbox alone."""
    form = ForgottenForm(request.POST or None)
    if not settings.EMAIL_ENABLED or not form.is_valid():
        return render(
            request,
            "people/forgotten.html",
            {"form": form, "mail": settings.EMAIL_ENABLED},
            status=status_of(form),
        )
    allow("forgotten", network(request), most=10, within=timedelta(hours=1))
    name = form.cleaned_data["username"].strip().lower()
    account = Account.objects.filter(username=name, is_active=True).first()
    if account and _may_mail(account):
        mailing.password_link(account, origin=_origin(request))
    return render(request, "people/forgotten_sent.html")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def set_password(request: HttpRequest, kind: str, name: str, token: str) -> HttpResponse:
    """What a link is for: by mail, from the desk, or from the server."""
    allow("set-password", network(request), most=30, within=timedelta(hours=1))
    account = recovery.account_of_link(kind, name, token)
    if account is None:
        return render(request, "people/link_over.html", status=410)
    form = SetPasswordForm(request.POST or None, account=account)
    if not form.is_valid():
        context = {"form": form, "kind": kind, "account": account}
        return render(request, "people/set_password.html", context, status=status_of(form))
    recovery.set_password(account, form.cleaned_data["password"], kind=kind)
    messages.success(request, _("Your new password is set. Please sign in with it."))
    return redirect("account_login")


@require_POST
@require_account(complete=False)
def not_me(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """ "This was not me": whoever asked gets nothing."""
    if recovery.stop(recovery_id, by=account_of(request)):
        messages.success(
            request,
            _("It is stopped. Somebody may know your password: please set a new one."),
        )
    return redirect("account")


def _may_mail(account: Account) -> bool:
    """At most 3 links an hour for one account; more tries look the same from outside."""
    try:
        allow("forgotten-account", str(account.pk), most=3, within=timedelta(hours=1))
    except TooMany:
        return False
    return True


def _origin(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
