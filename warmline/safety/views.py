"""Crisis help: public, without script, without anybody else's server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET

from warmline.rooms import languages
from warmline.rules.models import Community
from warmline.safety import countries
from warmline.safety.models import INTERNATIONAL, CrisisLine

AUDIENCE_NAMES = {
    "youth": _lazy("children and young people"),
    "lgbtq": _lazy("LGBTQ+ people"),
    "veterans": _lazy("veterans"),
    "deaf": _lazy("Deaf people"),
    "women": _lazy("women"),
    "men": _lazy("men"),
    "indigenous": _lazy("Indigenous people"),
    "faith": _lazy("people of faith"),
    "seniors": _lazy("older people"),
}


@dataclass(frozen=True)
class Country:
    """A country with its page."""

    code: str
    name: str

    @property
    def url(self) -> str:
        return reverse("crisis_country", args=[self.code.lower()])


@require_GET
def crisis(request: HttpRequest) -> HttpResponse:
    """Find a country: the community's first, any other by typing or from the list."""
    interface = get_language() or "en"
    community = Community.current()
    typed = request.GET.get("country", "").strip()[:60]
    found = countries.search(typed, [interface, *(community.languages if community else [])])
    if len(found) == 1:
        return redirect("crisis_country", found[0].lower())
    context = {
        "typed": typed,
        "found": [_country(code, interface) for code in found],
        "own": _country(community.country, interface) if community else None,
        "every": [Country(code, name) for code, name in countries.all_by_name(interface)],
        "directories": _directories(),
    }
    return render(request, "safety/crisis.html", context)


@require_GET
def crisis_country(request: HttpRequest, code: str) -> HttpResponse:
    """One country: the emergency number largest, then every line with its ways."""
    interface = get_language() or "en"
    if code != code.lower():
        return redirect("crisis_country", code.lower())
    if code.upper() not in countries.codes():
        raise Http404
    found = list(CrisisLine.objects.shown().of(code.upper()))
    lines = sorted((line for line in found if not line.is_emergency), key=_order)
    context = {
        "country": _country(code.upper(), interface),
        "emergency": next((line for line in found if line.is_emergency), None),
        "lines": [_shown(line, interface) for line in lines],
        "directories": _directories(),
    }
    return render(request, "safety/crisis_country.html", context)


def _country(code: str, interface: str) -> Country:
    return Country(code, countries.name(code, interface))


def _directories() -> list[CrisisLine]:
    return list(CrisisLine.objects.shown().of(INTERNATIONAL))


def _order(line: CrisisLine) -> tuple[bool, bool, int]:
    """For everybody first; well-sourced or checked before the rest; then as listed."""
    return (bool(line.audiences), line.please_check, line.pk)


def _shown(line: CrisisLine, interface: str) -> dict[str, object]:
    return {
        "line": line,
        "languages": [languages.name(tag, interface, gettext) for tag in line.language_tags],
        "audiences": [AUDIENCE_NAMES[each] for each in line.audiences if each in AUDIENCE_NAMES],
    }


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the crisis pages for when there is no network; its scope is the site."""
    pages = [reverse("crisis")]
    community = Community.current()
    if community:
        pages.append(reverse("crisis_country", args=[community.country.lower()]))
    kept = {"pages": pages, "files": [staticfiles_storage.url(name) for name in _FILES]}
    script = f"self.kept = {json.dumps(kept)};\n{_script()}"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


_FILES = (
    "dist/app.css",
    "dist/app.js",
    "core/icon.svg",
    "dist/fonts/atkinson-hyperlegible-next.woff2",
)


@cache
def _script() -> str:
    return (Path(settings.STATIC_ROOT) / "dist" / "offline.js").read_text(encoding="utf-8")
