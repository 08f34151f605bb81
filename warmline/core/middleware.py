"""What every request passes: a safe address, headers, an idle limit, refusals as sentences."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string

from warmline.core.counters import TooMany
from warmline.core.errors import DomainError
from warmline.protocol import clock

Answer = Callable[[HttpRequest], HttpResponseBase]


class SafeAddress:
    """Refuses plain http from another machine with a page that says what to do.

    A browser gives such a page no keys, no camera and no notifications, and anybody on the way could
    read along.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/health/"):
            request.META["HTTP_HOST"] = settings.LOCAL_HOSTS[0]
        if self._is_ours(request):
            return self.get_response(request)
        page = render_to_string("core/insecure.html", {"origin": settings.ORIGIN})
        return HttpResponse(page, status=421)

    @staticmethod
    def _is_ours(request: HttpRequest) -> bool:
        try:
            request.get_host()
        except DisallowedHost:
            return False
        return True


class KnownMethods:
    """Pages know GET and POST. A framework that takes PUT for POST is not asked (405)."""

    KNOWN = ("GET", "HEAD", "POST", "OPTIONS")

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in self.KNOWN:
            return HttpResponseNotAllowed(self.KNOWN)
        return self.get_response(request)


class PageHeaders:
    """Content security policy and caching: nothing from elsewhere, no page kept by the browser."""

    POLICY = "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            f"form-action 'self' {urlsplit(settings.EXIT_URL).scheme}://{urlsplit(settings.EXIT_URL).netloc}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )
    PERMISSIONS = ", ".join(
        f"{feature}=()"
        for feature in ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics")
    )

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.POLICY)
        response.headers.setdefault("Permissions-Policy", self.PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Robots-Tag", "noindex")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class IdleSession:
    """A session ends after 12 hours without a request; its end is written back at most every 10 min."""

    RENEW_AFTER_SECONDS = 600

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        session = request.session
        # Reading comes first: the key of a session that is over stands only until it was looked for,
        # and writing would make a new one for a browser that has just left.
        seen = int(session.get("seen", 0))
        if session.session_key and not session.is_empty():
            now = int(clock.now().timestamp())
            if now - seen > self.RENEW_AFTER_SECONDS:
                session["seen"] = now  # saved by Django's middleware, unless it has ended meanwhile
        return response


class Refusals:
    """Turns a :class:`DomainError` that a view let through into a page (or JSON) with its sentence."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        status = 429 if isinstance(error, TooMany) else 409
        return render(request, "core/refused.html", {"error": error}, status=status)
