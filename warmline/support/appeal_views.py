"""A volunteer is asked to decide one appeal: yes or no, then it stays or is lifted."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from warmline.core.errors import DomainError
from warmline.people.access import acting_person, require_role
from warmline.people.models import Role
from warmline.safety import appeals
from warmline.safety.models import AppealReader
from warmline.support.seats import persons_of

volunteers_only = require_role(Role.Kind.VOLUNTEER)


@require_GET
@volunteers_only
def appeal_task(request: HttpRequest, reader_id: int) -> HttpResponse:
    """What it is; rule, step and words only once they said yes."""
    reader = _own(request, reader_id)
    willing = reader.state == AppealReader.State.WILLING
    context = {
        "reader": reader,
        "sanction": reader.sanction if willing else None,
        "words": reader.sanction.appeal_opened() if willing else "",
    }
    return render(request, "support/appeal_task.html", context)


@require_POST
@volunteers_only
def appeal_task_answer(request: HttpRequest, reader_id: int) -> HttpResponse:
    """Yes or no to the task; then the decision. Any other word changes nothing."""
    reader, by = _own(request, reader_id), acting_person(request)
    said = request.POST.get("answer")
    try:
        if said in ("yes", "no"):
            appeals.say(reader, by=by, yes=said == "yes")
        elif said in ("lift", "stays"):
            appeals.decide(reader, by=by, lift=said == "lift")
    except DomainError as error:
        messages.info(request, error.sentence)
        return redirect("volunteer")
    if said in ("no", "lift", "stays"):
        messages.success(request, _("Thank you. Your answer is kept."))
        return redirect("volunteer")
    return redirect("appeal_task", reader.pk)


def _own(request: HttpRequest, reader_id: int) -> AppealReader:
    """The task of who is signed in; 404 for everybody else, and when it is over."""
    found = appeals.for_reader(*persons_of(request))
    if found is None or found.pk != reader_id or found.volunteer != acting_person(request):
        raise Http404
    return found
