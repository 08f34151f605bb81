"""What everybody who has a role may read: their own entries, and the notice of acting alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warmline.audit.models import Entry
from warmline.audit.paging import page
from warmline.audit.reading import lines
from warmline.people import alone
from warmline.people.access import account_of, require_account
from warmline.people.models import AloneNotice


@require_GET
@require_account()
def own_record(request: HttpRequest) -> HttpResponse:
    """What one did or agreed to, and what was decided about one's roles, for a year."""
    person = account_of(request).person
    found = page(
        Entry.objects.of_person(person.alias, since=person.made_at), request.GET.get("below", "")
    )
    context = {"lines": lines(found.entries, own=person.alias), "older": found.older}
    return render(request, "people/own_record.html", context)


@require_GET
@require_account()
def alone_notice(request: HttpRequest) -> HttpResponse:
    """Who may act alone, from when to when, and what was done."""
    notice = alone.current()
    last = notice or AloneNotice.objects.select_related("by").order_by("announced_at").last()
    done = Entry.objects.filter(at__gte=last.announced_at).done_alone() if last else []
    context = {"notice": notice, "last": last, "lines": lines(done), "now_in_force": False}
    if notice:
        context["now_in_force"] = notice.may_act()
    return render(request, "people/alone_notice.html", context)
