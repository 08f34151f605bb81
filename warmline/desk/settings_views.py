"""What the community is called, where it is, and its numbers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from warmline.audit.actions import Action
from warmline.audit.services import record
from warmline.core.realtime import publish
from warmline.core.refused import status_of
from warmline.desk.place_forms import CommunityForm, PlaceForm
from warmline.desk.settings_forms import NumbersForm
from warmline.people.access import acting_person, require_role
from warmline.people.models import Role
from warmline.protocol import topics
from warmline.rules.models import Community


@require_http_methods(["GET", "POST"])
@require_role(Role.Kind.COORDINATOR)
def community(request: HttpRequest) -> HttpResponse:
    """Name, country, languages, time zone."""
    now = _community()
    stored = {"name": now.name, "country": now.country}
    place = {"languages": now.languages, "time_zone": now.time_zone}
    name_form = CommunityForm(request.POST or None, initial=stored)
    place_form = PlaceForm(request.POST or None, initial=place, country=now.country)
    if "add" in request.POST:
        added = place_form.with_others_added()
        if added is not None:
            typed = {"time_zone": request.POST.get("time_zone", ""), **added}
            place_form = PlaceForm(initial=typed, country=now.country)
            name_form = CommunityForm(initial=request.POST.dict())
        return _page(request, "community", name_form=name_form, form=place_form)
    if request.method == "POST" and name_form.is_valid() and place_form.is_valid():
        values = {**name_form.cleaned_data, **place_form.cleaned_data}
        _keep(now, values, by=acting_person(request).alias)
        messages.success(request, _("Saved."))
        return redirect("desk_settings")
    return _page(request, "community", name_form=name_form, form=place_form)


@require_http_methods(["GET", "POST"])
@require_role(Role.Kind.COORDINATOR)
def numbers(request: HttpRequest) -> HttpResponse:
    """Each number with its bounds and what is proposed."""
    form = NumbersForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save(by=acting_person(request).alias)
        publish(topics.MATCHER, "settings")
        messages.success(request, _("Saved."))
        return redirect("desk_numbers")
    return _page(request, "numbers", form=form)


def _community() -> Community:
    community = Community.current()
    if community is None:
        raise Http404
    return community


def _keep(community: Community, values: dict[str, Any], *, by: str) -> None:
    """Save and record what has changed, by the names of the fields."""
    names = ("name", "country", "languages", "time_zone")
    changed = [name for name in names if getattr(community, name) != values[name]]
    if not changed:
        return
    for name in changed:
        setattr(community, name, values[name])
    with transaction.atomic():
        community.save(update_fields=changed)
        record(Action.COMMUNITY_CHANGED, actor=by, reason=" ".join(changed))


def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    status = status_of(*(each for each in context.values() if isinstance(each, BaseForm)))
    return render(request, f"desk/settings_{name}.html", context, status=status)
