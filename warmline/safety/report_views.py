"""What became of a report: for whoever has its code, without an account."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from warmline.core.tries import may_try
from warmline.safety import reports

TRIED = "report code"
LONGEST = 40


class CodeForm(forms.Form):
    """A code as it was written down."""

    code = forms.CharField(
        label=_lazy("Your code"),
        help_text=_lazy("You got it when you sent the report. Capital or small letters both work."),
        max_length=LONGEST,
        strip=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def report_state(request: HttpRequest) -> HttpResponse:
    """Received, looked at or closed. The code travels in the body, so no address holds it.

    Too many tries, missing work and a wrong code have one answer.
    """
    if request.method == "GET":
        return render(request, "safety/report_state.html", {"form": CodeForm()})
    may = may_try(request, TRIED)
    found = reports.of_code(request.POST.get("code", "")[:LONGEST])
    if may and found:
        return render(request, "safety/report_state.html", {"report": found})
    form = CodeForm({"code": request.POST.get("code", "")[:LONGEST] or " "})
    form.add_error(
        "code",
        _(
            "We know no report with this code. Please look at it again. "
            "After a few tries, please wait 10 minutes, or an hour."
        ),
    )
    return render(request, "safety/report_state.html", {"form": form}, status=422)
