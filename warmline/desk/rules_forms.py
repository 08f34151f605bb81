"""Ground rules at the desk: what an entry says, and the day a version is in force."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.protocol import clock
from warmline.rules import filling
from warmline.rules.ground_drafts import NOTICE
from warmline.rules.ground_rules import AFTER, BEFORE, RULE, Words
from warmline.rules.models import Community

LATEST = timedelta(days=180)


class EntryForm(forms.Form):
    """One rule or paragraph in one language."""

    title = forms.CharField(
        label=_lazy("In a few words"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        help_text=_lazy("Shown in bold. You may leave it empty."),
        error_messages={"max_length": _lazy("This is too long. Please use at most 120 letters.")},
    )
    text = forms.CharField(
        label=_lazy("The rule"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        error_messages={"max_length": _lazy("This is too long. Please use at most 1500 letters.")},
    )
    why = forms.CharField(
        label=_lazy("Why there is this rule"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_lazy("You may leave it empty."),
        error_messages={"max_length": _lazy("This is too long. Please use at most 500 letters.")},
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "text", "why"):
            self.fields[name].widget.attrs["lang"] = language

    def clean_title(self) -> str:
        return _fillable(self.cleaned_data["title"])

    def clean_text(self) -> str:
        return _fillable(self.cleaned_data["text"])

    def clean_why(self) -> str:
        return _fillable(self.cleaned_data["why"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("title") or cleaned.get("text")):
            self.add_error("text", _("Please write the rule."))
        return cleaned

    @property
    def words(self) -> Words:
        """What was written, once it is valid."""
        return Words(*(self.cleaned_data[name] for name in ("title", "text", "why")))


class AddForm(EntryForm):
    """The same, and where it belongs."""

    kind = forms.ChoiceField(
        label=_lazy("Where does it belong?"),
        choices=[
            (RULE, _lazy("Among the rules")),
            (BEFORE, _lazy("Before the rules")),
            (AFTER, _lazy("After the rules")),
        ],
        initial=RULE,
        widget=forms.RadioSelect,
        error_messages={
            "required": _lazy("Please choose one."),
            "invalid_choice": _lazy("Please choose one."),
        },
    )
    field_order = ("kind", "title", "text", "why")


class ApproveForm(forms.Form):
    """The volunteers' yes to one language."""

    approved = forms.BooleanField(
        label=_lazy("Our volunteers agreed to these rules in this language."),
        error_messages={"required": _lazy("Please tick this once your volunteers agreed.")},
    )


class PublishForm(forms.Form):
    """The day, at whose beginning in the community's time zone a version is in force."""

    day = forms.DateField(
        label=_lazy("In force from"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _lazy("Please choose a day."),
            "invalid": _lazy("Please choose a day, like 2027-03-31."),
        },
    )

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community = community
        self.earliest = _first_day(community)
        self.latest = self.earliest + LATEST
        field = self.fields["day"]
        field.initial = self.earliest
        field.help_text = _("The first day possible is {day}. People get 7 days to read.").format(
            day=date_format(self.earliest, "j F Y")
        )
        field.widget.attrs |= {"min": f"{self.earliest}", "max": f"{self.latest}"}

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < self.earliest:
            raise ValidationError(
                _("People need 7 days to read what changes. Please choose {day} or later.").format(
                    day=date_format(self.earliest, "j F Y")
                )
            )
        if day > self.latest:
            raise ValidationError(
                _("That is very far away. Please choose {day} or earlier.").format(
                    day=date_format(self.latest, "j F Y")
                )
            )
        return day

    @property
    def in_force_at(self) -> datetime:
        """The beginning of the day that was chosen."""
        return _beginning(self.cleaned_data["day"], self.community)


def _beginning(day: date, community: Community) -> datetime:
    return datetime.combine(day, time.min, tzinfo=community.zone)


def _first_day(community: Community) -> date:
    soonest = (clock.now() + NOTICE).astimezone(community.zone).date()
    in_time = _beginning(soonest, community) >= clock.now() + NOTICE
    return soonest if in_time else soonest + timedelta(days=1)


def _fillable(text: str) -> str:
    """One paragraph whose words in braces we know."""
    text = " ".join(text.split())
    if unknown := filling.unknown(text, filling.IN_GROUND_RULES):
        known = ", ".join(f"{{{each}}}" for each in filling.IN_GROUND_RULES)
        raise ValidationError(
            _("We have nothing to put in for {word}. You can use: {known}.").format(
                word=f"{{{unknown[0]}}}", known=known
            )
        )
    if filling.has_stray_brace(text):
        raise ValidationError(_("A { or } stands alone. Please write it like {allowance}."))
    return text
