"""Who may open a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from warmline.people import factors
from warmline.people.models import Account, Person, Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

WANTED = "wanted"
"""In a session: the page that waits until a second factor is set up."""


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in, or None. A seeker has a session and no account, so is never this one."""
    account = request.user
    return account.person if isinstance(account, Account) and account.is_active else None


def acting_person(request: HttpRequest) -> Person:
    """Who is signed in; for views behind :func:`require_role`. Raises PermissionDenied for nobody."""
    person = person_of(request)
    if person is None:
        raise PermissionDenied
    return person


class RoleSuspended(PermissionDenied):
    """A role is held back for now: the page that says why is shown instead of the 403 page."""

    leads_to = "paused"


def require_role(*kinds: Role.Kind, or_resting: bool = False) -> Callable[[View[P]], View[P]]:
    """Decorator: only who acts now in one of the roles; others go to sign-in or see the 403 page.

    Who has no second factor yet is led there first.
    ``or_resting``: also who rests from one of them, for pages about themselves.

    After sign-in a GET comes back to the page it wanted; a POST does not, its form is gone.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            person = person_of(request)
            if person is None:
                wanted = request.get_full_path() if request.method == "GET" else home_page(None)
                return redirect_to_login(wanted)
            held = person.roles.acting()
            if or_resting:
                held |= person.roles.resting()
            if not held.filter(kind__in=kinds).exists():
                raise RoleSuspended if person.roles.suspended().exists() else PermissionDenied
            if not factors.is_complete_for(request):
                return lead_to_second_factor(request)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def require_account(*, complete: bool = True) -> Callable[[View[P]], View[P]]:
    """Decorator: only who is signed in, for pages about their own account.

    ``complete``: and only once their second factor is set up.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if person_of(request) is None:
                return redirect_to_login(reverse("account"))
            if complete and not factors.is_complete_for(request):
                return lead_to_second_factor(request)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def account_of(request: HttpRequest) -> Account:
    """The account that is signed in; for views behind :func:`require_account`."""
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user


def lead_to_second_factor(request: HttpRequest) -> HttpResponseBase:
    """First the second factor, then the page that was wanted (if it can be opened again)."""
    if request.method == "GET":
        request.session[WANTED] = request.get_full_path()
    return redirect("second_factor")


def home_page(person: Person | None) -> str:
    """Where somebody's work is: the desk for a coordinator, else the volunteer's page."""
    if person is not None and person.has_role(Role.Kind.COORDINATOR):
        return reverse("desk")
    return reverse("volunteer")
