"""What somebody writes when they report, and when they appeal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.private_words import PRIVATE
from warmline.safety.report_models import Reason

LONGEST = 2000
WHOM = _lazy("Please choose whom it is about.")


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


class WhomSelect(forms.RadioSelect):
    """Each choice says which report it would be: what is sealed is bound to that."""

    def __init__(self, report_ids: Mapping[str, int]) -> None:
        super().__init__()
        self.report_ids = report_ids

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        report_id = self.report_ids.get(str(option["value"]))
        if report_id is not None:
            option["attrs"]["data-report"] = report_id
        return option


class ReportForm(forms.Form):
    """Whom it is about, where more than two were there; what it is about; own words if they like."""

    about = forms.TypedChoiceField(
        label=_lazy("Whom is it about?"),
        coerce=int,
        error_messages={"required": WHOM, "invalid_choice": WHOM},
    )
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

    def __init__(
        self,
        *args: Any,
        whom: Sequence[tuple[int, str]] = (),
        report_ids: Mapping[str, int] | None = None,
        **kwargs: Any,
    ) -> None:
        """``whom``: seats' numbers with words for them, empty where there were only two."""
        super().__init__(*args, **kwargs)
        if not whom:
            del self.fields["about"]
            return
        field = cast("forms.TypedChoiceField", self.fields["about"])
        field.widget = WhomSelect(report_ids or {})
        field.choices = whom


class AppealForm(forms.Form):
    """One text."""

    text = _long_text(
        label=_lazy("What should they know?"),
        help_text=_lazy("You can send one text. Only the one who looks again reads it."),
        error_messages={"required": _lazy("Please write a few words.")},
    )
