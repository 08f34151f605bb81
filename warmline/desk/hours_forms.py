"""The group's open hours: one weekly series."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.availability.hours_models import LONGEST, OpenHours
from warmline.core import places
from warmline.protocol import clock
from warmline.rooms import languages
from warmline.rooms.models import WAYS_ON, Way
from warmline.rules.models import Community
from warmline.support.models import Topic

WEEKDAYS = (
    (0, _lazy("Monday")),
    (1, _lazy("Tuesday")),
    (2, _lazy("Wednesday")),
    (3, _lazy("Thursday")),
    (4, _lazy("Friday")),
    (5, _lazy("Saturday")),
    (6, _lazy("Sunday")),
)
LONGEST_MINUTES = LONGEST // timedelta(minutes=1)
MOST_DAYS_OUT = 60
_WRONG_DAY = _lazy("Please type a day as year-month-day, for example 2027-12-24.")
_WRONG_LENGTH = _lazy("Please type a whole number from 15 to 720.")


class OpenHoursForm(forms.Form):
    """Weekdays, time and what it is for; ``series`` is the one to change, or None for a new one."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_lazy("Days of the week"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choice-grid"}),
        error_messages={
            "required": _lazy("Please choose at least one day."),
            "invalid_choice": _lazy("Please choose days from the list."),
        },
    )
    starts = forms.TimeField(
        label=_lazy("Begins at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _lazy("Please say when it begins."),
            "invalid": _lazy("Please type a time, for example 20:00."),
        },
    )
    minutes = forms.IntegerField(
        label=_lazy("Length in minutes"),
        min_value=15,
        max_value=LONGEST_MINUTES,
        initial=120,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _WRONG_LENGTH
        ),
    )
    time_zone = forms.ChoiceField(
        label=_lazy("Time zone"),
        help_text=_lazy("Everybody sees their own time. Summer time is taken care of."),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _lazy("Please choose a time zone from the list.")
        ),
    )
    languages = forms.MultipleChoiceField(
        label=_lazy("Languages"),
        help_text=_lazy("Choose none if any language is fine."),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choice-grid"}),
        error_messages={"invalid_choice": _lazy("Please choose languages from the list.")},
    )
    way = forms.ChoiceField(
        label=_lazy("Way"),
        required=False,
        widget=forms.RadioSelect(attrs={"class": "choices--wrap"}),
        error_messages={"invalid_choice": _lazy("Please choose a way from the list.")},
    )
    topic_ids = forms.TypedMultipleChoiceField(
        label=_lazy("Topics"),
        help_text=_lazy("Choose none if any topic is fine."),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choice-grid"}),
        error_messages={"invalid_choice": _lazy("Please choose topics from the list.")},
    )
    first_day = forms.DateField(
        label=_lazy("From this day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), _WRONG_DAY),
    )
    last_day = forms.DateField(
        label=_lazy("Until this day"),
        help_text=_lazy("Empty: it goes on."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _WRONG_DAY},
    )
    days_out = forms.CharField(
        label=_lazy("Days on which it does not take place"),
        help_text=_lazy("One day in each line, as year-month-day: 2027-12-24."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _lazy("These are too many days.")},
    )

    def __init__(self, *args: Any, series: OpenHours | None = None, **kwargs: Any) -> None:
        self.series = series
        community = Community.current()
        kwargs["initial"] = _values(series) if series else _first_values(community)
        super().__init__(*args, **kwargs)
        zones = places.time_zones(community.country if community else "")
        self._offer("time_zone", zones)
        self._offer("languages", _languages(community, series))
        self._offer("way", [("", _("Any")), *((way, Way(way).label) for way in WAYS_ON)])
        topics = Topic.objects.topics()
        self._offer("topic_ids", [(topic.pk, topic.shown_name) for topic in topics])

    def _offer(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_days_out(self) -> list[str]:
        try:
            days = {date.fromisoformat(each) for each in self.cleaned_data["days_out"].split()}
        except ValueError as error:
            raise ValidationError(_WRONG_DAY) from error
        if len(days) > MOST_DAYS_OUT:
            raise ValidationError(_("These are too many days."))
        return [each.isoformat() for each in sorted(days)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("This day is before the first day."))
        elif {"weekdays", "first_day"} <= cleaned.keys() and not self._has_a_day(cleaned):
            self.add_error("weekdays", _("None of these days comes before the last day."))
        return cleaned

    def _has_a_day(self, cleaned: dict[str, Any]) -> bool:
        names = ("weekdays", "first_day", "last_day")
        return OpenHours(**{name: cleaned.get(name) for name in names}).first is not None

    def filled(self) -> OpenHours:
        """The series with what was typed, not saved yet."""
        series = self.series or OpenHours()
        for name, value in self.cleaned_data.items():
            setattr(series, name, value)
        series.changed_at = clock.now()
        return series


def _values(series: OpenHours) -> dict[str, Any]:
    names = (
        "weekdays", "starts", "minutes", "time_zone", "languages", "way", "topic_ids",
        "first_day", "last_day",
    )  # fmt: skip
    return {
        **{name: getattr(series, name) for name in names},
        "days_out": "\n".join(series.days_out),
    }


def _first_values(community: Community | None) -> dict[str, Any]:
    if community is None:
        return {"first_day": clock.now().date()}
    return {
        "time_zone": community.time_zone,
        "first_day": clock.now().astimezone(community.zone).date(),
        "way": "",
    }


def _languages(community: Community | None, series: OpenHours | None) -> list[tuple[str, str]]:
    tags = dict.fromkeys(
        [*(community.languages if community else ()), *(series.languages if series else ())]
    )
    shown = get_language() or "en"
    return [(tag, languages.name(tag, shown, gettext)) for tag in tags]
