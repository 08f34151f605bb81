"""Ground rules for everybody to read: in force, older ones, what changes; and a volunteer's yes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from warmline.core.refused import REFUSED
from warmline.people.access import acting_person, home_page, require_role
from warmline.people.models import Role
from warmline.rooms import languages
from warmline.rules import acceptance, ground_rules
from warmline.rules.comparing import Change, compare
from warmline.rules.ground_rules import Document, History, Version
from warmline.rules.models import Audience, Community
from warmline.support import rule_words

Context = dict[str, Any]


@require_GET
def rules(request: HttpRequest, audience: str = Audience.SEEKERS.value) -> HttpResponse:
    """What is in force for an audience."""
    known = _history(audience)
    return _page(request, known, known.in_force)


@require_GET
def version(request: HttpRequest, audience: str, number: int) -> HttpResponse:
    """One version: in force, older, or to come. Drafts are not for everybody."""
    known = _history(audience)
    return _page(request, known, _published(known, number))


@require_GET
def changes(request: HttpRequest, audience: str, old: int, new: int) -> HttpResponse:
    """What is different between two versions, rule by rule."""
    known = _history(audience)
    one, other = _published(known, old), _published(known, new)
    context = {
        "audience": Audience(audience),
        "old": one,
        "new": other,
        "comparison": comparison(one, other, *wanted_languages(request)),
        "history": known,
    }
    return render(request, "support/rules_changes.html", context)


@require_http_methods(["GET", "POST"])
@require_role(Role.Kind.VOLUNTEER, Role.Kind.COORDINATOR, or_resting=True)
def accept(request: HttpRequest) -> HttpResponse:
    """The volunteers' rules, or what changed since the last yes, and the yes."""
    person = acting_person(request)
    known = ground_rules.history(Audience.VOLUNTEERS)
    now = known.in_force
    if request.method == "POST":
        if request.POST.get("version") == str(now.number):
            acceptance.accept(person.alias, Audience.VOLUNTEERS, now.number)
            return redirect(home_page(person))
        messages.info(request, _("The rules have just changed. Please read them again."))
    given = acceptance.accepted(person.alias, person.made_at)
    before = known.versions.get(given) if given and given < now.number else None
    context = {
        **_document_context(request, now),
        "comparison": comparison(before, now, *wanted_languages(request)) if before else None,
        "given": given,
        "up_to_date": given is not None and given >= now.number,
    }
    status = REFUSED if request.method == "POST" else 200
    return render(request, "support/rules_accept.html", context, status=status)


def comparison(one: Version, other: Version, *wanted: str) -> Context | None:
    """What the list of changes shows, in the best language that both have; None if there is none."""
    language = ground_rules.common_language(one, other, *wanted)
    if language is None:
        return None
    values = rule_words.values(language)
    found = compare(
        one.in_language(language).filled(values).entries,
        other.in_language(language).filled(values).entries,
    )
    differing: list[Change] = [change for change in found if change.differs]
    return {
        "changes": differing,
        "same": len(found) - len(differing),
        "language": language,
        "language_note": language_note(language),
    }


def wanted_languages(request: HttpRequest) -> list[str]:
    """What was asked for, the interface's language, then the community's."""
    community = Community.current()
    asked = request.GET.get("language", "")[:35]
    return [
        *([asked] if asked else []),
        get_language() or "en",
        *(community.languages if community else []),
    ]


def read(request: HttpRequest, version: Version) -> Document:
    """A version as this page shows it, its words in braces filled in."""
    document = version.read_in(*wanted_languages(request))
    return document.filled(rule_words.values(document.language))


def language_note(language: str) -> str:
    """The name of a text's language if the page is in another; else empty."""
    interface = get_language() or "en"
    if language.split("-")[0] == interface.split("-")[0]:
        return ""
    return languages.name(language, interface, gettext)


def _page(request: HttpRequest, known: History, shown: Version) -> HttpResponse:
    return render(
        request,
        "support/rules.html",
        {
            **_document_context(request, shown),
            "history": known,
            "is_in_force": shown.number == known.in_force.number,
            "others": [each for each in Audience if each.value != shown.audience],
        },
    )


def _document_context(request: HttpRequest, shown: Version) -> Context:
    document = read(request, shown)
    interface = get_language() or "en"
    return {
        "audience": Audience(shown.audience),
        "version": shown,
        "document": document,
        "language_note": language_note(document.language),
        "languages": [
            (tag, languages.name(tag, interface, gettext)) for tag in shown.approved_languages()
        ],
    }


def _history(audience: str) -> History:
    if audience not in Audience.values:
        raise Http404
    return ground_rules.history(audience)


def _published(known: History, number: int) -> Version:
    found = known.versions.get(number)
    if found is None or found.is_draft:
        raise Http404
    return found
