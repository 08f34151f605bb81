"""How long to rest, and how a volunteer is after a talk. Neither asks why."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.protocol import clock

AT_MOST_AHEAD = timedelta(days=366)


class Mood(models.TextChoices):
    """How somebody is after a talk, in words. Never stored: it only chooses what is offered."""

    FINE = "fine", _lazy("I am fine")
    TIRED = "tired", _lazy("A bit tired")
    HEAVY = "heavy", _lazy("It was a lot")
    NOT_WELL = "not_well", _lazy("I am not well")


class MoodForm(forms.Form):
    """One tap, and it may be left out."""

    mood = forms.ChoiceField(choices=Mood.choices)


class RestingForm(forms.Form):
    """Rest for as long as you like; a day to be asked again, if they want one."""

    ask_back_on = forms.DateField(
        label=_lazy("Ask me again from this day"),
        help_text=_lazy("We ask on this page. Only you see it."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
        error_messages={"invalid": _lazy("Please type a day, such as 2027-01-31.")},
    )

    def clean_ask_back_on(self) -> date | None:
        day: date | None = self.cleaned_data["ask_back_on"]
        today = clock.now().date()
        if day and not today < day <= today + AT_MOST_AHEAD:
            raise ValidationError(_("Please choose a day from tomorrow on, within one year."))
        return day
