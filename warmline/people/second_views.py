"""Setting up second factors: an app's codes or a passkey, then the recovery codes."""

from __future__ import annotations

import ipaddress
import json
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.views import ReauthenticateView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.internal import auth as passkeys
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.core.refused import status_of
from warmline.people import factors
from warmline.people.access import WANTED, account_of, acting_person, home_page, require_account
from warmline.people.qr import picture
from warmline.people.second_forms import NewAppForm, NewPasskeyForm, forget_secret

ask_again = reauthentication_required(app="allauth.mfa")


@require_GET
@require_account(complete=False)
def choose(request: HttpRequest) -> HttpResponse:
    """An app or a passkey; whoever has not kept the recovery codes yet does that first."""
    if factors.codes_to_keep(account_of(request)):
        return redirect("recovery_codes")
    return _choices(request)


@ask_again
def _choices(request: HttpRequest) -> HttpResponse:
    first = not factors.has_factor(account_of(request))
    context = {"first": first, "passkeys": passkeys_work(request)}
    return render(request, "people/second_factor.html", context)


@require_http_methods(["GET", "POST"])
@require_account(complete=False)
@ask_again
def new_app(request: HttpRequest) -> HttpResponse:
    """The secret as a picture and as text, and the first code that comes of it."""
    account = account_of(request)
    form = NewAppForm(request.POST or None, account=account, session=request.session)
    if form.is_valid():
        factors.set_up_app(account, form.secret)
        forget_secret(request.session)
        return _go_on(request)
    link = get_adapter().build_totp_url(account, form.secret)
    context = {"form": form, "picture": picture(link), "link": link}
    return render(request, "people/new_app.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@require_account(complete=False)
@ask_again
def new_passkey(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make one, and what it made."""
    if not passkeys_work(request):
        return redirect("second_factor")
    account = account_of(request)
    form = NewPasskeyForm(request.POST or None, user=account)
    if form.is_valid():
        factors.add_passkey(account, form.cleaned_data["credential"])
        return _go_on(request)
    options = passkeys.begin_registration(account, passwordless=False)
    context = {"form": form, "options": as_json(options)}
    return render(request, "people/new_passkey.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@require_account(complete=False)
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Shown until somebody says that they have them; then never again."""
    account = account_of(request)
    codes = factors.codes_to_keep(account)
    if not codes:
        return _done(request)
    if request.method == "POST":
        if request.POST.get("kept"):
            factors.keep_codes(account)
            return _done(request)
        messages.error(request, _("Please keep the codes first. Then tick the box."))
    return render(request, "people/recovery_codes.html", {"codes": codes})


@require_POST
@require_account()
@ask_again
def new_codes(request: HttpRequest) -> HttpResponse:
    """Ten new ones; they must be kept before anything else goes on."""
    factors.new_codes(account_of(request))
    request.session.pop(factors.COMPLETE, None)
    return redirect("recovery_codes")


@require_POST
@require_account()
@ask_again
def remove(request: HttpRequest, factor_id: int) -> HttpResponse:
    """One factor less, if another one is left."""
    if factors.remove(account_of(request), factor_id):
        messages.success(request, _("That is taken away. Codes from it work no more."))
    else:
        messages.error(request, _("This is your only second factor. Please add another one first."))
    return redirect("account")


class AskAgain(ReauthenticateView):
    """The password once more, before somebody changes how this account is guarded."""

    template_name = "people/ask_again.html"

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        password = form.fields["password"]
        password.label, password.help_text = _lazy("Your password"), ""
        password.widget.attrs = {"autocomplete": "current-password"}
        password.error_messages["required"] = _lazy("Please type your password.")
        return form

    def form_invalid(self, form: Any) -> Any:
        response = super().form_invalid(form)
        response.status_code = status_of(form)
        return response


def passkeys_work(request: HttpRequest) -> bool:
    """Browsers bind a passkey to a name (WebAuthn, section 5.1.2): not at a bare IP address."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost"
    return False


def as_json(options: dict[str, Any]) -> str:
    """Options of WebAuthn for a ``data-`` attribute; bytes are base64url already."""
    return json.dumps(_plain(options), cls=DjangoJSONEncoder)


def _plain(value: Any) -> Any:
    if hasattr(value, "items"):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _go_on(request: HttpRequest) -> HttpResponse:
    """To the recovery codes, if they are new; else the factor is one more of several."""
    if factors.codes_to_keep(account_of(request)):
        request.session.pop(factors.COMPLETE, None)
        return redirect("recovery_codes")
    messages.success(request, _("That is set up. You can use it from now on."))
    return _done(request)


def _done(request: HttpRequest) -> HttpResponse:
    if not factors.is_complete_for(request):
        return redirect("second_factor")
    person = acting_person(request)
    return redirect(request.session.pop(WANTED, None) or home_page(person))
