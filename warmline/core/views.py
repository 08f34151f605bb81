"""Pages that belong to no domain: leaving fast, health, a form that grew stale."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_GET

from warmline.core import proof

PURPOSES = ("come back", "report code", "letter")
"""What work is asked for; the address has a hyphen for the space."""


@require_GET
def leaving_fast(request: HttpRequest) -> HttpResponse:
    """What *exit this page* does, and what it cannot do."""
    return render(request, "core/leaving_fast.html", {"exit_url": settings.EXIT_URL})


@require_GET
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it where a page names no icon, as the blank page of a quick exit."""
    return redirect(static("core/icon.svg"))


@require_GET
def proof_challenge(request: HttpRequest, purpose: str) -> JsonResponse:
    """Work for a browser to do before it may try something once."""
    wanted = purpose.replace("-", " ")
    if wanted not in PURPOSES:
        raise Http404
    return JsonResponse(proof.challenge(wanted))


@require_GET
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


@require_GET
def ready(request: HttpRequest) -> JsonResponse:
    """The process answers and its database does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ok": False, "database": "away"}, status=503)
    return JsonResponse({"ok": True})


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token no longer fits (signed in elsewhere, cookies cleared): say so, lose nothing."""
    return render(request, "core/stale_form.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A refusal may know a page that explains it (``leads_to``, the name of an address)."""
    if leads_to := getattr(exception, "leads_to", ""):
        return redirect(leads_to)
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """No context processors here: the database may be what is broken."""
    from django.template.loader import render_to_string

    return HttpResponse(render_to_string("500.html"), status=500)
