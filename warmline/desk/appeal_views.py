"""An appeal in which every coordinator took part: two of them ask a volunteer to decide it.

Nobody reads the words of the appeal here. Parties get the same 404 as if there were none.
"""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from warmline.core.errors import DomainError
from warmline.people import approvals
from warmline.people.access import acting_person, require_role
from warmline.people.models import Approval, Person, Role
from warmline.safety import appeals
from warmline.safety.models import Sanction
from warmline.support.seats import persons_of


class OfVolunteers(forms.ModelChoiceField):
    """Volunteers by alias."""

    def label_from_instance(self, person: Person) -> str:
        return person.alias


class ReaderForm(forms.Form):
    """One volunteer of those who took no part."""

    volunteer = OfVolunteers(
        label=_lazy("Who should decide?"),
        queryset=Person.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _lazy("Please choose a volunteer."),
            "invalid_choice": _lazy("Please choose one of these volunteers."),
        },
    )


@require_http_methods(["GET", "POST"])
@require_role(Role.Kind.COORDINATOR)
def reader(request: HttpRequest, sanction_id: int) -> HttpResponse:
    """Who decides, or who could; asking needs a second coordinator."""
    found = appeals.nameable_by(*persons_of(request)).select_related("person", "report")
    sanction = get_object_or_404(found, pk=sanction_id)
    form = ReaderForm(request.POST if request.method == "POST" else None)
    form.fields["volunteer"].queryset = appeals.could_be_asked(sanction)  # type: ignore[attr-defined]
    if request.method == "GET" or not form.is_valid():
        return _page(request, sanction, form)
    try:
        approvals.ask(
            Approval.Kind.NAME_READER,
            by=acting_person(request),
            subject=form.cleaned_data["volunteer"],
            concerns=sanction.pk,
        )
    except DomainError as error:
        messages.info(request, error.sentence)
    else:
        messages.success(request, _("Asked. Another coordinator has 7 days to answer."))
    return redirect("desk_appeal_reader", sanction.pk)


def _page(request: HttpRequest, sanction: Sanction, form: ReaderForm) -> HttpResponse:
    questions = Approval.objects.waiting().filter(
        kind=Approval.Kind.NAME_READER, concerns=sanction.pk
    )
    context = {
        "sanction": sanction,
        "needed": appeals.needs_reader(sanction),
        "reader": appeals.reader_of(sanction),
        "question": questions.select_related("subject").first(),
        "form": form,
        "nobody": not appeals.could_be_asked(sanction).exists(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "desk/appeal_reader.html", context, status=status)
