"""Entering the demo in a role."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from warmline.demo import community
from warmline.people.access import home_page
from warmline.people.models import Account
from warmline.people.views import sign_in


@require_GET
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in as the link says, as often as it is opened; 404 for a link of an earlier start."""
    username = community.username_of(token)
    if username is None:
        raise Http404
    account = get_object_or_404(Account.objects.select_related("person"), username=username)
    sign_in(request, account)
    return redirect(home_page(account.person))
