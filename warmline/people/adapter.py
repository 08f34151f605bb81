"""What allauth does differently here: no sign-up, no addresses, one sentence for every failure."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.counters import network
from warmline.people import factors
from warmline.people.access import home_page, person_of
from warmline.people.models import Account


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from the first run and from invitations alone."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _lazy(
            "This name and password do not fit together. Please check both and try again."
        ),
        "too_many_login_attempts": _lazy(
            "There were too many tries. Please wait five minutes, then try again."
        ),
        "enter_current_password": _lazy("This is not your password now. Please try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """A keyed hash of the network: it is what rate limits count by, and no address is kept."""
        return network(request)

    def get_http_user_agent(self, request: HttpRequest) -> str:
        return ""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_page(person_of(request))

    def is_safe_url(self, url: str | None) -> bool:
        """A place on this very host; allauth alone would also take any host of ALLOWED_HOSTS."""
        return url_has_allowed_host_and_scheme(
            url, {self.request.get_host()}, require_https=self.request.is_secure()
        )

    def pre_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse | None:
        """Refuse, kindly and without a session, who has no role; who is suspended is told why inside."""
        roles = user.person.roles
        if user.is_active and (roles.acting() | roles.resting() | roles.suspended()).exists():
            return None
        return render(request, "people/no_role.html", status=403)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has no second factor yet has just come in: nothing to guard, so nothing to ask."""
        user = self.request.user
        return not isinstance(user, Account) or factors.has_factor(user)

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, Any]]:
        """The password, for all; every account has one."""
        return [{"id": "reauthenticate", "url": reverse("account_reauthenticate")}]

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """allauth's messages are not shown: success is quiet, and its words are not ours."""
