"""The calendar feeds."""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_GET

from warmline.availability import calendar_feed


@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """For everybody: the hours, and nobody in them."""
    return _calendar(request, calendar_feed.for_everybody(), "public, max-age=300")


@require_GET
def own_feed(request: HttpRequest, token: str) -> HttpResponse:
    """For the volunteer whose secret address it is; 404 for any other."""
    volunteer = calendar_feed.whose(token)
    if volunteer is None:
        raise Http404
    return _calendar(request, calendar_feed.of_volunteer(volunteer), "private, max-age=300")


def _calendar(request: HttpRequest, body: bytes, cached: str) -> HttpResponse:
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer["Cache-Control"] = cached
    patch_vary_headers(answer, ["Accept-Language"])
    found = get_conditional_response(request, etag=answer["ETag"], response=answer)
    return found if isinstance(found, HttpResponse) else answer
