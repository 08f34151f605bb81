"""Joining by an invitation."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from warmline.core.counters import allow, network
from warmline.core.errors import DomainError
from warmline.core.refused import status_of
from warmline.people import services
from warmline.people.access import home_page, person_of
from warmline.people.forms import JoinForm
from warmline.people.models import Account, Invitation, Person, Role

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """What the invitation is for, and the form that uses it up."""
    allow("join", network(request), most=60, within=timedelta(hours=1))
    person = person_of(request)
    try:
        invitation = Invitation.of_code(code)
    except DomainError as error:
        return render(
            request, "people/invitation_over.html", {"error": error, "person": person}, status=410
        )
    if person is not None:
        return _join_signed_in(request, invitation, person)
    if "another" in request.POST:
        return _page(request, invitation, _with_another_alias(request, invitation))
    form = JoinForm(request.POST or None, kind=invitation.kind)
    if not form.is_valid():
        return _page(request, invitation, form)
    try:
        account = services.join(invitation, **form.cleaned_data)
    except DomainError as error:
        form.add_error(_FIELD_OF.get(error.code), error.sentence)
        return _page(request, invitation, form, status=409)
    return welcome(request, account)


def welcome(request: HttpRequest, account: Account) -> HttpResponse:
    """Sign a new account in (the session gets a new key) and show where to begin."""
    sign_in(request, account)
    if Role.Kind.COORDINATOR in set(account.person.roles.values_list("kind", flat=True)):
        return redirect("desk")
    return redirect("profile")


def sign_in(request: HttpRequest, account: Account) -> None:
    """Sign in who has just shown a code; the session gets a new key."""
    login(request, account, backend=BACKEND)


def _join_signed_in(request: HttpRequest, invitation: Invitation, person: Person) -> HttpResponse:
    error = None
    if request.method == "POST":
        try:
            services.take_on(invitation, by=person)
            return redirect(home_page(person))
        except DomainError as refused:
            error = refused
    return render(
        request,
        "people/join_signed_in.html",
        {"invitation": invitation, "person": person, "error": error},
        status=409 if error else 200,
    )


_FIELD_OF = {"name_taken": "username", "alias_taken": "alias"}


def _page(
    request: HttpRequest, invitation: Invitation, form: JoinForm, status: int | None = None
) -> HttpResponse:
    return render(
        request,
        "people/join.html",
        {"invitation": invitation, "form": form},
        status=status or status_of(form),
    )


def _with_another_alias(request: HttpRequest, invitation: Invitation) -> JoinForm:
    """The same page with a new suggestion; what was typed stays, but for the password."""
    typed = {**request.POST.dict(), "alias": services.free_alias()}
    typed.pop("password", None)
    return JoinForm(initial=typed, kind=invitation.kind)
