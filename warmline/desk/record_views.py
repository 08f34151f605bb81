"""The record at the desk: what was done with power, whether it is whole, what to talk about together."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from warmline.audit.actions import Action
from warmline.audit.models import Entry, EntryQuerySet
from warmline.audit.paging import page
from warmline.audit.reading import AFTER_A_REPORT, lines
from warmline.audit.services import verify
from warmline.audit.telling import sentence
from warmline.core.counters import allow
from warmline.people.access import acting_person, require_role
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.safety.models import Report
from warmline.support.seats import persons_of

coordinators_only = require_role(Role.Kind.COORDINATOR)
TO_TALK_ABOUT = timedelta(days=90)


class FilterForm(forms.Form):
    """Which entries to show."""

    action = forms.ChoiceField(label=_lazy("Show"))

    def __init__(self, chosen: str) -> None:
        super().__init__(initial={"action": chosen})
        named = sorted(Action.choices, key=lambda choice: str(choice[1]))
        self.fields["action"].choices = [("", _("everything")), *named]  # type: ignore[attr-defined]


@require_GET
@coordinators_only
def record(request: HttpRequest) -> HttpResponse:
    """Newest first; without what concerns a report that the reader is part of.

    An action that there is not shows everything.
    """
    wanted = request.GET.get("action", "")
    action = wanted if wanted in Action.values else ""
    seen = _visible(persons_of(request), acting_person(request))
    found = page(seen.filter(action=action) if action else seen, request.GET.get("below", ""))
    since = seen.filter(at__gt=clock.now() - TO_TALK_ABOUT)
    context = {
        "form": FilterForm(action),
        "action": action,
        "lines": lines(found.entries),
        "older": found.older,
        "older_page": bool(request.GET.get("below")),
        "alone": lines([*since.named_alone(), *since.done_alone()]),
    }
    return render(request, "desk/record.html", context)


@require_POST
@coordinators_only
def check(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain and say whether it is whole."""
    allow("verify", str(acting_person(request).pk), most=20, within=timedelta(hours=1))
    verdict = verify()
    context = {"verdict": verdict, "sentence": sentence(verdict)}
    return render(request, "desk/record_checked.html", context)


def _visible(persons: list[Person], reader: Person) -> EntryQuerySet:
    """Nobody learns from the record that there is a report which they are part of."""
    every = Report.objects.all()
    theirs = every.exclude(pk__in=every.visible_to(*persons).values("pk"))
    hidden = [f"report:{pk}" for pk in theirs.values_list("pk", flat=True)]
    about_me = Entry.objects.filter(action__in=AFTER_A_REPORT, object=f"person:{reader.alias}")
    return Entry.objects.exclude(object__in=hidden).exclude(pk__in=about_me.values("pk"))
