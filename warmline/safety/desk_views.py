"""Crisis lines at the desk: check them, mend them, add those that are missing."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.audit.actions import Action
from warmline.audit.services import record
from warmline.core.refused import status_of
from warmline.people.access import acting_person, require_role
from warmline.people.models import Role
from warmline.protocol import clock
from warmline.rules.models import Community
from warmline.safety import countries
from warmline.safety.forms import CrisisLineForm, NewCrisisLineForm
from warmline.safety.models import CHECK_AGAIN_AFTER, CrisisLine

coordinators_only = require_role(Role.Kind.COORDINATOR)


@dataclass(frozen=True)
class Entry:
    """A line, and whether somebody should check it."""

    line: CrisisLine
    due: bool


@require_GET
@coordinators_only
def lines(request: HttpRequest) -> HttpResponse:
    """The lines of one country, the community's first; those to check before the others."""
    interface = get_language() or "en"
    community = Community.current()
    own = community.country if community else "GB"
    country = _wanted_country(request, interface, own)
    found = list(CrisisLine.objects.of(country).select_related("checked_by"))
    limit = clock.now().date() - CHECK_AGAIN_AFTER
    entries = [
        Entry(line, due=line.checked_on is None or line.checked_on < limit) for line in found
    ]
    entries.sort(key=lambda entry: (entry.line.taken_out_at is not None, not entry.due))
    context = {
        "country": countries.name(country, interface),
        "code": country,
        "typed": request.GET.get("country", ""),
        "entries": entries,
        "due": sum(1 for entry in entries if entry.due and not entry.line.taken_out_at),
        "served": _served(own, interface, limit),
    }
    return render(request, "safety/desk_lines.html", context)


def _wanted_country(request: HttpRequest, interface: str, own: str) -> str:
    typed = request.GET.get("country", "").strip()[:60]
    if not typed:
        return own
    found = countries.search(typed, [interface])
    if len(found) == 1:
        return found[0]
    messages.info(request, _("Please type the country's whole name."))
    return own


def _served(own: str, interface: str, limit: object) -> list[dict[str, object]]:
    """The community's country and every country in which somebody here has checked or changed a line."""
    due = Q(taken_out_at=None) & (Q(checked_on=None) | Q(checked_on__lt=limit))
    rows = (
        CrisisLine.objects.values("country")
        .annotate(
            due=Count("pk", filter=due),
            touched=Count("pk", filter=Q(checked_on__isnull=False) | Q(changed_at__isnull=False)),
        )
        .filter(Q(touched__gt=0) | Q(country=own))
        .order_by("country")
    )
    return [
        {
            "name": countries.name(row["country"], interface),
            "url": f"{reverse('desk_lines')}?country={row['country']}",
            "due": row["due"],
        }
        for row in rows
    ]


@require_http_methods(["GET", "POST"])
@coordinators_only
def change(request: HttpRequest, line_id: int) -> HttpResponse:
    """Mend a line; from then on a new list leaves it as it is."""
    line = get_object_or_404(CrisisLine, pk=line_id)
    form = CrisisLineForm(request.POST or None, instance=line)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            _record(request, Action.LINE_CHANGED, line)
        messages.success(request, _("Saved. The public page shows it now."))
        return _back(line)
    context = {"form": form, "line": line}
    return render(request, "safety/desk_line.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@coordinators_only
def add(request: HttpRequest) -> HttpResponse:
    """A line that is missing."""
    community = Community.current()
    initial = {"country": request.GET.get("country") or (community.country if community else "")}
    form = NewCrisisLineForm(
        request.POST or None, initial=initial, interface=get_language() or "en"
    )
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            line = form.save()
            _record(request, Action.LINE_CHANGED, line, reason="added")
        messages.success(request, _("The line is on the public page now."))
        return _back(line)
    return render(request, "safety/desk_line.html", {"form": form}, status=status_of(form))


@require_POST
@coordinators_only
def checked(request: HttpRequest, line_id: int) -> HttpResponse:
    """Called, or read on the service's own page, today."""
    line = get_object_or_404(CrisisLine, pk=line_id)
    with transaction.atomic():
        line.mark_checked(by=acting_person(request))
        _record(request, Action.LINE_CHECKED, line)
    messages.success(request, _("Marked as checked today."))
    return _back(line)


@require_POST
@coordinators_only
def take_out(request: HttpRequest, line_id: int) -> HttpResponse:
    """It is not shown any more; a country's emergency number always is."""
    line = get_object_or_404(CrisisLine, pk=line_id)
    if line.is_emergency:
        raise Http404
    with transaction.atomic():
        taken = CrisisLine.objects.filter(pk=line.pk, taken_out_at=None).update(
            taken_out_at=clock.now(), changed_at=clock.now()
        )
        if taken:
            _record(request, Action.LINE_TAKEN_OUT, line)
    return _back(line)


@require_POST
@coordinators_only
def bring_back(request: HttpRequest, line_id: int) -> HttpResponse:
    """It is shown again."""
    line = get_object_or_404(CrisisLine, pk=line_id)
    with transaction.atomic():
        out = CrisisLine.objects.filter(pk=line.pk, taken_out_at__isnull=False)
        if out.update(taken_out_at=None):
            _record(request, Action.LINE_BROUGHT_BACK, line)
    return _back(line)


def _record(request: HttpRequest, action: str, line: CrisisLine, reason: str = "") -> None:
    """Which line of which country, by its number in our table."""
    record(
        action,
        actor=acting_person(request).alias,
        object=f"line:{line.country.lower()}-{line.pk}",
        reason=reason,
    )


def _back(line: CrisisLine) -> HttpResponse:
    return redirect(f"{reverse('desk_lines')}?country={line.country}")
