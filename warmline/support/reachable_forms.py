"""When and how often a volunteer may be asked by a notice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.availability.reachable_models import AT_MOST_CHOICES, EVERY_DAY, Reachable
from warmline.core import places
from warmline.rules.models import Community

FEWEST, MOST = AT_MOST_CHOICES
NOT_A_TIME = {
    "invalid": _lazy("Please type a time, such as 18:30."),
    "required": _lazy("Please type a time, such as 18:30."),
}


class ReachableForm(forms.ModelForm):
    """Hours of the week, quiet hours, and a number a day."""

    days = forms.TypedMultipleChoiceField(
        label=_lazy("On these days"),
        choices=[(day, WEEKDAYS[day]) for day in EVERY_DAY],
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--wrap"}),
        error_messages={"required": _lazy("Please choose one day or more.")},
    )
    start = forms.TimeField(
        label=_lazy("From"),
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        error_messages=NOT_A_TIME,
    )
    end = forms.TimeField(
        label=_lazy("Until"),
        help_text=_lazy("It may be after midnight. The same time twice means the whole day."),
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        error_messages=NOT_A_TIME,
    )
    quiet_from = forms.TimeField(
        label=_lazy("Never from"),
        help_text=_lazy(
            "Your quiet hours. They go before everything else. You may leave them empty."
        ),
        required=False,
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        error_messages=NOT_A_TIME,
    )
    quiet_to = forms.TimeField(
        label=_lazy("Never until"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        error_messages=NOT_A_TIME,
    )
    zone = forms.ChoiceField(label=_lazy("Your time zone"))
    at_most = forms.TypedChoiceField(
        label=_lazy("At most so many notices a day"),
        choices=[(number, number) for number in range(FEWEST, MOST + 1)],
        coerce=int,
    )

    class Meta:
        model = Reachable
        fields = ("days", "start", "end", "quiet_from", "quiet_to", "zone", "at_most")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        community = Community.current()
        zones = places.time_zones(community.country if community else "")
        self.fields["zone"].choices = zones  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Quiet hours have both ends or none."""
        cleaned = super().clean() or {}
        if self.errors or bool(cleaned["quiet_from"]) == bool(cleaned["quiet_to"]):
            return cleaned
        missing = "quiet_to" if cleaned["quiet_from"] else "quiet_from"
        self.add_error(missing, ValidationError(_("Please type both times, or leave both empty.")))
        return cleaned
