"""What somebody writes when they report, and when they appeal."""

from __future__ import annotations

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.private_words import PRIVATE
from warmline.safety.report_models import Reason

LONGEST = 2000


def _long_text(**options: object) -> forms.CharField:
    """Up to :data:`LONGEST` characters; more is refused with everything kept, not cut while pasting."""
    too_long = format_lazy(
        _lazy("Please use at most {most} characters. What you wrote is still here."), most=LONGEST
    )
    return forms.CharField(
        validators=[MaxLengthValidator(LONGEST, too_long)],
        widget=forms.Textarea(attrs={"rows": 5, **PRIVATE}),
        **options,  # type: ignore[arg-type]
    )


class ReportForm(forms.Form):
    """What it is about, and own words if they like."""

    reason = forms.ChoiceField(
        label=_lazy("What is it about?"),
        choices=[(reason.value, reason.label) for reason in Reason],
        widget=forms.RadioSelect,
        error_messages={
            "required": _lazy("Please choose what fits best."),
            "invalid_choice": _lazy("Please choose what fits best."),
        },
    )
    statement = _long_text(
        label=_lazy("In your own words"),
        help_text=_lazy("You may leave this out. Please write no names, addresses or numbers."),
        required=False,
    )


class AppealForm(forms.Form):
    """One text."""

    text = _long_text(
        label=_lazy("What should they know?"),
        help_text=_lazy("You can send one text. Only the one who looks again reads it."),
        error_messages={"required": _lazy("Please write a few words.")},
    )
