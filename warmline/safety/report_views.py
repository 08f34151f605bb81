"""What became of a report: for whoever has its code, without an account."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from warmline.core.counters import allow, network
from warmline.safety import reports

TRIES_AN_HOUR = 20


class CodeForm(forms.Form):
    """A code as it was written down."""

    code = forms.CharField(
        label=_lazy("Your code"),
        help_text=_lazy("You got it when you sent the report. Capital or small letters both work."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={
            "required": _lazy("Please type your code."),
            "max_length": _lazy("We know no report with this code. Please look at it again."),
        },
    )


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def report_state(request: HttpRequest) -> HttpResponse:
    """Received, looked at or closed. The code travels in the body, so no address holds it."""
    form = CodeForm(request.POST or None)
    found = None
    if request.method == "POST":
        allow("report code", network(request), most=TRIES_AN_HOUR, within=timedelta(hours=1))
    if form.is_valid():
        found = reports.of_code(form.cleaned_data["code"])
        if found is None:
            form.add_error("code", _("We know no report with this code. Please look at it again."))
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "report": found}
    return render(request, "safety/report_state.html", context, status=status)
