"""The coordinators' desk: who is ready, who waits, what there is to do. It only reads."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warmline.desk import key_queries, plan_views, queries, report_queries, second_views
from warmline.people.access import acting_person, require_role
from warmline.people.models import Recovery, Role
from warmline.people.services import COORDINATORS_NAMED_ALONE, coordinators
from warmline.protocol import clock
from warmline.rules import acceptance
from warmline.support.left_alone import left_with_nobody
from warmline.support.seats import persons_of
from warmline.support.services import debriefing


@require_GET
@require_role(Role.Kind.COORDINATOR)
def desk(request: HttpRequest) -> HttpResponse:
    """How things are now; *look again* loads it anew."""
    now, reader = clock.now(), acting_person(request)
    context = {
        "now": now,
        "ready": queries.ready(now),
        "waiting": queries.waiting(now),
        "talks": queries.talks_now(),
        "letter_hours": queries.letter_hours(now),
        "invitations": queries.invitations(now),
        "helped": queries.helped(now),
        "left_alone": left_with_nobody(),
        "reports": report_queries.to_do(persons_of(request)),
        "locked_out": Recovery.objects.asked().count(),
        "plans": plan_views.to_do(),
        "seconds": second_views.to_answer(acting_person(request)).count(),
        "alone": coordinators() < COORDINATORS_NAMED_ALONE,
        "rules_due": not acceptance.is_up_to_date(reader.alias, reader.made_at),
        "debriefs": debriefing.wished_by_others(acting_person(request)).count(),
        "debrief": debriefing.of(acting_person(request)),
        "own_key": key_queries.own(reader),
        "holders": key_queries.holders(),
        "person": reader,
    }
    return render(request, "desk/desk.html", context)


@require_GET
@require_role(Role.Kind.COORDINATOR)
def welcome(request: HttpRequest) -> HttpResponse:
    """What to do first: a second coordinator, volunteers, one's own profile."""
    context = {
        "alone": coordinators() < COORDINATORS_NAMED_ALONE,
        "volunteers": acting_person(request).has_role(Role.Kind.VOLUNTEER),
        "own_key": key_queries.own(acting_person(request)),
        "origin": settings.ORIGIN,
    }
    return render(request, "desk/welcome.html", context)
