"""The first run: three short steps in one form, for whoever has the one-time link.

What was typed travels in the page itself until the last step, so nothing is stored for a set-up that
is not finished. The password is asked last and never travels back.
"""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from warmline.core.counters import allow, network
from warmline.core.errors import DomainError
from warmline.core.refused import status_of
from warmline.desk import services
from warmline.desk.place_forms import CommunityForm, PlaceForm
from warmline.people import first_run
from warmline.people.access import person_of
from warmline.people.forms import AccountForm
from warmline.people.services import free_alias
from warmline.people.views import sign_in
from warmline.rules.models import Community


class FirstCoordinatorForm(AccountForm):
    """The first coordinator, who may volunteer too."""

    volunteers = forms.BooleanField(
        label=_lazy("I will also volunteer: talk with people myself."), required=False
    )


STEPS = 3
TITLES = (
    _lazy("Your community"),
    _lazy("Languages and time"),
    _lazy("You, the first coordinator"),
)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest, code: str) -> HttpResponse:
    """Show the step that comes next, or make the community after the last."""
    allow("set-up", network(request), most=60, within=timedelta(hours=1))
    if Community.current() is not None and person_of(request) is not None:
        return redirect("desk")
    if Community.current() is not None or not first_run.fits(code):
        return render(request, "desk/first_run_over.html", status=404)
    if request.method == "GET":
        return _page(request, 1, _form(1, QueryDict(), typed=False))
    typed = request.POST
    step = _step_of(typed)
    if "back" in typed:
        return _page(request, max(1, step - 1), _form(max(1, step - 1), typed, typed=False))
    if "another" in typed:
        return _page(request, STEPS, _with_another_alias(typed))
    if "add" in typed:
        return _page(request, 2, _with_language_added(typed))
    return _next(request, typed, step)


def _next(request: HttpRequest, typed: QueryDict, step: int) -> HttpResponse:
    cleaned: dict[str, object] = {}
    for number in range(1, step + 1):
        form = _form(number, typed, typed=True)
        if not form.is_valid():
            return _page(request, number, form)
        cleaned |= form.cleaned_data
    if step < STEPS:
        return _page(request, step + 1, _form(step + 1, typed, typed=False))
    cleaned.pop("others", None)
    try:
        account = services.set_up(**cleaned)  # type: ignore[arg-type]
    except DomainError as error:
        form.add_error(None, error.sentence)
        return _page(request, step, form, status=409)
    sign_in(request, account)
    return redirect("desk_welcome")


def _form(number: int, data: QueryDict, *, typed: bool) -> forms.Form:
    """The form of a step: bound to what was typed, or showing it without complaints yet."""
    if number == 2:
        country = data.get("country", "")
        if typed:
            return PlaceForm(data, country=country)
        return PlaceForm(initial=_typed_before(PlaceForm, data), country=country)
    form_class = CommunityForm if number == 1 else FirstCoordinatorForm
    return form_class(data) if typed else form_class(initial=_typed_before(form_class, data))


def _typed_before(form_class: type[forms.Form], data: QueryDict) -> dict[str, object]:
    """What the page has carried along for a step, without the password."""
    several = {"languages"}
    return {
        name: data.getlist(name) if name in several else data[name]
        for name in form_class.base_fields
        if name in data and name != "password"
    }


def _with_another_alias(typed: QueryDict) -> forms.Form:
    before = _typed_before(FirstCoordinatorForm, typed)
    return FirstCoordinatorForm(initial={**before, "alias": free_alias()})


def _with_language_added(typed: QueryDict) -> forms.Form:
    form = PlaceForm(typed, country=typed.get("country", ""))
    added = form.with_others_added()
    if added is None:
        return form
    before = _typed_before(PlaceForm, typed)
    return PlaceForm(initial={**before, **added}, country=typed.get("country", ""))


def _step_of(typed: QueryDict) -> int:
    step = typed.get("step", "1")
    return min(STEPS, max(1, int(step))) if step.isascii() and step.isdigit() else 1


def _page(request: HttpRequest, step: int, form: forms.Form, status: int = 0) -> HttpResponse:
    asked = set(form.fields) | {"password", "step", "csrfmiddlewaretoken"}
    known = {*CommunityForm.base_fields, *PlaceForm.base_fields, *FirstCoordinatorForm.base_fields}
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        if name in known - asked
        for value in values
    ]
    context = {
        "form": form,
        "step": step,
        "steps": STEPS,
        "title": TITLES[step - 1],
        "carried": carried,
    }
    return render(request, f"desk/first_run_{step}.html", context, status=status or status_of(form))
