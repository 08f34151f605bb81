"""Ground rules at the desk: write a next version, agree on it in each language, announce it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.audit.actions import Action
from warmline.audit.services import record
from warmline.core.errors import DomainError
from warmline.core.refused import status_of
from warmline.desk.rules_forms import AddForm, ApproveForm, EntryForm, PublishForm
from warmline.desk.text_views import language_name, written_languages
from warmline.people.access import acting_person, require_role
from warmline.people.models import Role
from warmline.rules import ground_drafts, ground_rules
from warmline.rules.filling import IN_GROUND_RULES
from warmline.rules.ground_rules import History, Slot, Version, Wording, Words
from warmline.rules.models import Audience, Community, RulesAcceptance
from warmline.support.ground_rules_views import comparison

coordinators_only = require_role(Role.Kind.COORDINATOR)


@require_GET
@coordinators_only
def overview(request: HttpRequest) -> HttpResponse:
    """For each audience: what is in force, what is to come."""
    lines = [(audience, ground_rules.history(audience)) for audience in Audience]
    return render(request, "desk/rules.html", {"lines": lines})


@require_POST
@coordinators_only
def begin(request: HttpRequest, audience: str) -> HttpResponse:
    """A draft that says what is in force now; if there is one already, that one."""
    known = _history(audience)
    try:
        number = ground_drafts.begin(audience, by=acting_person(request).alias).number
    except DomainError as error:
        messages.info(request, error.sentence)
        number = known.to_come.number if known.to_come else known.in_force.number
    return redirect("desk_rules_version", audience, number)


@require_GET
@coordinators_only
def version(request: HttpRequest, audience: str, number: int) -> HttpResponse:
    """A version in one language: to change if it is a draft, else to put into further languages."""
    at = _at(request, audience, number)
    return render(request, "desk/rules_version.html", _version_context(at, ApproveForm()))


@require_http_methods(["GET", "POST"])
@coordinators_only
def entry(request: HttpRequest, audience: str, number: int, key: str) -> HttpResponse:
    """What one entry says in one language."""
    at = _at(request, audience, number)
    words = at.wording.words.get(key, Words()) if at.wording else Words()
    initial = {"title": words.title, "text": words.text, "why": words.why}
    form = EntryForm(request.POST or None, language=at.language, initial=initial)
    gone = key not in {slot.key for slot in at.version.slots}
    if request.method == "GET" and (gone or not at.may_change):
        return redirect(at.url)
    if request.method == "POST" and form.is_valid():
        by = acting_person(request).alias
        if _done(
            form, lambda: ground_drafts.say(audience, number, key, at.language, form.words, by=by)
        ):
            messages.success(request, _("Stored."))
            return redirect(at.url)
    return _entry_page(
        request, at, form, slot=next((slot for slot in at.version.slots if slot.key == key), None)
    )


@require_http_methods(["GET", "POST"])
@coordinators_only
def add(request: HttpRequest, audience: str, number: int) -> HttpResponse:
    """One more entry."""
    at = _at(request, audience, number)
    if request.method == "GET" and not at.version.is_draft:
        return redirect(at.url)
    form = AddForm(request.POST or None, language=at.language)
    if request.method == "POST" and form.is_valid():
        by, kind = acting_person(request).alias, form.cleaned_data["kind"]
        if _done(
            form,
            lambda: ground_drafts.add(audience, number, kind, at.language, form.words, by=by),
        ):
            messages.success(request, _("Stored."))
            return redirect(at.url)
    return _entry_page(request, at, form, slot=None)


@require_POST
@coordinators_only
def move(request: HttpRequest, audience: str, number: int, key: str) -> HttpResponse:
    """One place up or down."""
    up = request.POST.get("to") == "up"
    return _step(
        request, audience, number, lambda: ground_drafts.move(audience, number, key, up=up)
    )


@require_POST
@coordinators_only
def take_out(request: HttpRequest, audience: str, number: int, key: str) -> HttpResponse:
    """No part of the draft any more."""
    return _step(request, audience, number, lambda: ground_drafts.take_out(audience, number, key))


@require_POST
@coordinators_only
def approve(request: HttpRequest, audience: str, number: int) -> HttpResponse:
    """The volunteers agreed to a language."""
    at = _at(request, audience, number)
    form = ApproveForm(request.POST)
    by = acting_person(request).alias

    def agreed() -> None:
        with transaction.atomic():
            ground_drafts.approve(audience, number, at.language, by=by)
            record(
                Action.RULES_APPROVED,
                actor=by,
                object=_object(audience, number),
                reason=at.language.lower(),
            )

    if form.is_valid() and _done(form, agreed):
        messages.success(request, _("Thank you. We wrote down that you agreed."))
        return redirect(at.url)
    return render(request, "desk/rules_version.html", _version_context(at, form), status=422)


@require_http_methods(["GET", "POST"])
@coordinators_only
def publish(request: HttpRequest, audience: str, number: int) -> HttpResponse:
    """What would change, and from which day."""
    at = _at(request, audience, number)
    if not at.version.is_draft:
        messages.info(request, _("This version is published already."))
        return redirect("desk_rules")
    form = PublishForm(request.POST or None, community=_community())
    by = acting_person(request).alias

    def announced() -> None:
        with transaction.atomic():
            ground_drafts.publish(audience, number, in_force_at=form.in_force_at, by=by)
            record(Action.RULES_PUBLISHED, actor=by, object=_object(audience, number))

    if request.method == "POST" and form.is_valid() and _done(form, announced):
        messages.success(request, _("Everybody can read now what will change."))
        return redirect("desk_rules")
    context = {
        **at.context,
        "form": form,
        "agreed": [language_name(tag) for tag in at.version.approved_languages()],
        "open": [
            language_name(tag)
            for tag, wording in at.version.wordings.items()
            if not wording.approved
        ],
        "comparison": comparison(
            at.known.in_force, at.version, at.language, get_language() or "en"
        ),
    }
    return render(request, "desk/rules_publish.html", context, status=status_of(form))


@require_POST
@coordinators_only
def withdraw(request: HttpRequest, audience: str, number: int) -> HttpResponse:
    """What was announced is a draft again."""
    by = acting_person(request).alias

    def taken_back() -> None:
        with transaction.atomic():
            ground_drafts.withdraw(audience, number)
            record(Action.RULES_WITHDRAWN, actor=by, object=_object(audience, number))

    return _step(request, audience, number, taken_back)


@require_POST
@coordinators_only
def discard(request: HttpRequest, audience: str, number: int) -> HttpResponse:
    """The draft is thrown away."""
    _at(request, audience, number)
    try:
        ground_drafts.discard(audience, number)
        messages.success(request, _("The draft is gone. The rules in force stay as they are."))
    except DomainError as error:
        messages.error(request, error.sentence)
    return redirect("desk_rules")


@require_GET
@coordinators_only
def accepted(request: HttpRequest) -> HttpResponse:
    """Who accepted which version of the volunteers' rules, by alias."""
    holders = Role.objects.filter(ended_at=None).values("person__alias")
    found = RulesAcceptance.objects.filter(audience=Audience.VOLUNTEERS, alias__in=holders)
    context = {
        "number": ground_rules.number_in_force(Audience.VOLUNTEERS),
        "lines": found.order_by("alias", "-version"),
    }
    return render(request, "desk/rules_accepted.html", context)


@dataclass(frozen=True)
class At:
    """A version in one language, as these pages look at it."""

    audience: str
    known: History
    version: Version
    language: str

    @property
    def wording(self) -> Wording | None:
        return self.version.wordings.get(self.language)

    @property
    def may_change(self) -> bool:
        """A draft's words, and languages that are not shown yet."""
        return self.version.is_draft or not (self.wording and self.wording.approved)

    @property
    def url(self) -> str:
        page = reverse("desk_rules_version", args=[self.audience, self.version.number])
        return f"{page}?language={self.language}"

    @property
    def context(self) -> dict[str, Any]:
        """What every page about a version shows."""
        return {
            "at": self,
            "audience": Audience(self.audience),
            "version": self.version,
            "language": self.language,
            "language_name": language_name(self.language),
            "languages": [(tag, language_name(tag)) for tag in _tags(self.version)],
        }


def _at(request: HttpRequest, audience: str, number: int) -> At:
    """The version an address is about; 404 for one there is not."""
    known = _history(audience)
    found = known.versions.get(number)
    if found is None:
        raise Http404
    tags = _tags(found)
    preferred = next((tag for tag in tags if tag in found.wordings), tags[0])
    language = request.GET.get("language", preferred)
    if language not in tags:
        raise Http404
    return At(audience, known, found, language)


def _tags(version: Version) -> list[str]:
    """The community's languages, and those that a version has words in."""
    return list(dict.fromkeys([*written_languages(), *version.wordings]))


def _version_context(at: At, form: Form) -> dict[str, Any]:
    document = at.version.in_language(at.language)
    other = at.version.read_in("en") if at.version.approved_languages() else None
    if other is None and at.language != "en":
        other = at.version.in_language("en")
    shown = {entry.key: entry for entry in other.entries} if other else {}
    missing = {slot.key for slot in at.version.missing(at.language)}
    return {
        **at.context,
        "document": document,
        "rows": [
            (entry, shown.get(entry.key) if entry.key in missing else None)
            for entry in document.entries
        ],
        "other_language": other.language if other else "en",
        "missing": len(missing),
        "form": form,
    }


def _entry_page(
    request: HttpRequest, at: At, form: EntryForm, *, slot: Slot | None
) -> HttpResponse:
    english = None
    if slot is not None and at.language != "en":
        words = at.version.in_language("en").entries
        english = next((entry for entry in words if entry.key == slot.key and entry.words), None)
    context = {
        **at.context,
        "form": form,
        "slot": slot,
        "english": english,
        "placeholders": [(f"{{{name}}}", what) for name, what in IN_GROUND_RULES.items()],
    }
    return render(request, "desk/rules_entry.html", context, status=status_of(form))


def _step(
    request: HttpRequest, audience: str, number: int, verb: Callable[[], object]
) -> HttpResponse:
    """Do something to a version, and show it again; what says no is said on the page."""
    at = _at(request, audience, number)
    try:
        verb()
    except DomainError as error:
        messages.error(request, error.sentence)
    return redirect(at.url)


def _done(form: Form, verb: Callable[[], object]) -> bool:
    """Whether it was done; else the form says why not, and keeps what was typed."""
    try:
        verb()
    except DomainError as error:
        form.add_error(None, error.sentence)
        return False
    return True


def _history(audience: str) -> History:
    if audience not in Audience.values:
        raise Http404
    return ground_rules.history(audience)


def _object(audience: str, number: int) -> str:
    return f"rules:{audience}-{number}"


def _community() -> Community:
    found = Community.current()
    if found is None:
        raise Http404
    return found
