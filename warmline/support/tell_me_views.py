"""*Tell me when someone is free*: by a notice of the browser, or by one mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.availability.telling_forms import PushForm
from warmline.core import mail
from warmline.core.counters import allow, network
from warmline.core.refused import status_of
from warmline.people.models import Person
from warmline.support.models import Request
from warmline.support.seeking import become, seeker_of, waiting_request
from warmline.support.services import calling_back

DAY = timedelta(days=1)
A_SEEKER = 10
A_NETWORK = 60
"""A day: more than anybody needs, and few enough that nobody's mailbox or browser is called in a row."""


class MailForm(forms.Form):
    """Where one mail goes."""

    email = forms.EmailField(
        label=_lazy("Your e-mail address"),
        max_length=254,
        error_messages={"required": _lazy("Please write your e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


@require_GET
def tell_me(request: HttpRequest) -> HttpResponse:
    """Both ways, or what was chosen."""
    seeker, place = _in_line(request)
    if seeker is None or place is None:
        return redirect("waiting")
    return _page(request, seeker, place)


@require_POST
def by_push(request: HttpRequest) -> HttpResponse:
    seeker, place = _in_line(request)
    if seeker is None or place is None:
        return redirect("waiting")
    form = PushForm(request.POST)
    if not form.is_valid():
        return _page(request, seeker, place, push_form=form)
    _count(request, seeker)
    calling_back.by_push(seeker, form.subscription)
    return redirect("tell_me")


@require_POST
@sensitive_post_parameters("email")
@sensitive_variables("form")
def by_mail(request: HttpRequest) -> HttpResponse:
    seeker, place = _in_line(request)
    if seeker is None or place is None or not mail.is_on():
        return redirect("waiting")
    form = MailForm(request.POST)
    if not form.is_valid():
        return _page(request, seeker, place, form=form)
    _count(request, seeker)
    calling_back.by_mail(seeker, form.cleaned_data["email"])
    return redirect("tell_me")


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Not any more; the place in the line stays."""
    seeker, _place = _in_line(request)
    if seeker:
        calling_back.take_back(seeker)
    return redirect("waiting")


@require_http_methods(["GET", "POST"])
def back(request: HttpRequest, token: str) -> HttpResponse:
    """Where a notice leads: to their place, on whatever device it was opened.

    A press, because what looks at mails on their way must not use the link up.
    """
    person = calling_back.awaited(token)
    if person is None:
        return render(request, "support/tell_me_over.html")
    if seeker_of(request) == person:
        return redirect("waiting")
    if request.method == "POST":
        become(request, person)
        return redirect("waiting")
    return render(request, "support/tell_me_back.html")


def _in_line(request: HttpRequest) -> tuple[Person | None, Request | None]:
    seeker = seeker_of(request)
    return seeker, waiting_request(seeker) if seeker else None


def _count(request: HttpRequest, seeker: Person) -> None:
    allow("tell me", str(seeker.pk), most=A_SEEKER, within=DAY)
    allow("tell me by network", network(request), most=A_NETWORK, within=DAY)


def _page(request: HttpRequest, seeker: Person, place: Request, **forms: Any) -> HttpResponse:
    wish = calling_back.wish_of(seeker)
    shown = {
        "wish": wish,
        "until": calling_back.until(wish, place) if wish else None,
        "has_mail": mail.is_on(),
        "form": MailForm(),
        **forms,
    }
    sent = [form for form in forms.values() if form.errors]
    return render(
        request, "support/tell_me.html", shown, status=status_of(sent[0]) if sent else 200
    )
