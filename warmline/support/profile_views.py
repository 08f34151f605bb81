"""A volunteer's own profile: four steps at first, one overview afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from warmline.core.refused import status_of
from warmline.people.access import acting_person, require_role
from warmline.people.models import Person, Role
from warmline.rooms import languages
from warmline.rooms.models import WAYS_ON, Way
from warmline.support.models import Profile, Topic
from warmline.support.profile_forms import (
    ProfileCardForm,
    ProfileLanguagesForm,
    ProfileLimitsForm,
    ProfileTopicsForm,
    chosen_levels,
)
from warmline.support.topic_catalogue import new_topics_for

STEPS = ("profile_languages", "profile_topics", "profile_card", "profile_limits")

FormClass = Callable[..., Any]


@require_GET
@require_role(Role.Kind.VOLUNTEER, or_resting=True)
def overview(request: HttpRequest) -> HttpResponse:
    """Everything at a glance; who has not finished is led to what is missing."""
    profile = profile_of(acting_person(request))
    if not (profile.languages and profile.ways):
        return redirect(_guided("profile_languages"))
    if not profile.complete:
        return redirect(_guided("profile_topics"))
    levels = profile.person.topic_levels.filter(topic__active=True).select_related("topic")
    placed = [level for level in levels if level.topic.kind == Topic.Kind.TOPIC]
    shared = [level.topic.shown_name for level in levels if level not in placed]
    context = {
        "profile": profile,
        "languages": language_names(profile.languages),
        "ways": [Way(way).label for way in profile.ways if way in WAYS_ON],
        "topics": chosen_levels(placed),
        "unplaced": Topic.objects.topics().count() - len(placed),
        "backgrounds": shared,
        "new_topics": new_topics_for(profile),
    }
    return render(request, "support/profile_overview.html", context)


@require_http_methods(["GET", "POST"])
@require_role(Role.Kind.VOLUNTEER, or_resting=True)
def languages_step(request: HttpRequest) -> HttpResponse:
    """Languages and ways; *add* turns a typed name into a ticked box."""
    if request.method == "POST" and "add" in request.POST:
        profile = profile_of(acting_person(request))
        form = ProfileLanguagesForm(request.POST, profile=profile)
        added = form.with_others_added()
        if added is not None:
            typed = {"ways": request.POST.getlist("ways"), **added}
            form = ProfileLanguagesForm(initial=typed, profile=profile)
        return _page(request, "profile_languages", form)
    return _step(request, "profile_languages", ProfileLanguagesForm)


@require_http_methods(["GET", "POST"])
@require_role(Role.Kind.VOLUNTEER, or_resting=True)
def topics_step(request: HttpRequest) -> HttpResponse:
    """Topics at three levels."""
    return _step(request, "profile_topics", ProfileTopicsForm)


@require_http_methods(["GET", "POST"])
@require_role(Role.Kind.VOLUNTEER, or_resting=True)
def card_step(request: HttpRequest) -> HttpResponse:
    """Backgrounds and the card; *preview* shows the card as a seeker sees it, and keeps nothing."""
    if request.method == "POST" and "preview" in request.POST:
        form = ProfileCardForm(request.POST, profile=profile_of(acting_person(request)))
        shown = form.cleaned_data["card"] if form.is_valid() else ""
        return _page(request, "profile_card", form, preview=shown)
    return _step(request, "profile_card", ProfileCardForm)


@require_http_methods(["GET", "POST"])
@require_role(Role.Kind.VOLUNTEER, or_resting=True)
def limits_step(request: HttpRequest) -> HttpResponse:
    """A volunteer's own limits."""
    return _step(request, "profile_limits", ProfileLimitsForm)


def profile_of(person: Person) -> Profile:
    """A person's profile; one that is not stored yet where there is none."""
    return Profile.objects.filter(person=person).select_related("person").first() or Profile(
        person=person
    )


def language_names(tags: list[str]) -> list[str]:
    """Names in the page's language."""
    return [languages.name(tag, get_language() or "en", gettext) for tag in tags]


def _step(request: HttpRequest, name: str, form_class: FormClass) -> HttpResponse:
    profile = profile_of(acting_person(request))
    form = form_class(request.POST if request.method == "POST" else None, profile=profile)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(_after(request, name))
    return _page(request, name, form)


def _after(request: HttpRequest, name: str) -> str:
    """The next step for whoever is being guided, else the overview."""
    place = STEPS.index(name) + 1
    if _is_guided(request) and place < len(STEPS):
        return _guided(STEPS[place])
    done = _("Your profile is ready.") if _is_guided(request) else _("Saved.")
    messages.success(request, done)
    return reverse("profile")


def _page(request: HttpRequest, name: str, form: Any, preview: str | None = None) -> HttpResponse:
    place = STEPS.index(name)
    guided = _is_guided(request)
    context = {
        "form": form,
        "profile": form.profile,
        "guided": guided,
        "step": place + 1,
        "steps": len(STEPS),
        "back": _guided(STEPS[place - 1]) if guided and place else reverse("profile"),
        "preview": preview,
    }
    return render(request, f"support/{name}.html", context, status=status_of(form))


def _is_guided(request: HttpRequest) -> bool:
    return "guided" in request.GET


def _guided(name: str) -> str:
    query = QueryDict(mutable=True)
    query["guided"] = "1"
    return f"{reverse(name)}?{query.urlencode()}"
