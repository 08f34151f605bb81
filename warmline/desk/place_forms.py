"""What a community is called and where it is: asked at the first run, changed at the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.core import places
from warmline.support.language_choice import COMMON, COMMON_SIGNED, LanguagesForm, likely_in


class CommunityForm(forms.Form):
    """Name and country."""

    name = forms.CharField(
        label=_lazy("Name of your community"),
        help_text=_lazy(
            "People see it on every page, in their tabs and in their browser's history. "
            "Choose one that does not say what this is. You can change it later."
        ),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={
            "required": _lazy("Please give your community a name."),
            "max_length": _lazy("Please use at most 60 letters."),
        },
    )
    country = forms.ChoiceField(
        label=_lazy("Country"),
        help_text=_lazy("Where most of your people are."),
        error_messages={
            "required": _lazy("Please choose a country."),
            "invalid_choice": _lazy("Please choose a country from the list."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [  # type: ignore[attr-defined]
            ("", _("Please choose")),
            *places.countries(),
        ]

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not any(char.isalnum() for char in name):
            raise ValidationError(_("Please give your community a name."))
        return name


class PlaceForm(LanguagesForm):
    """Languages people talk in, and the time zone of the community's hours."""

    time_zone = forms.ChoiceField(
        label=_lazy("Time zone"),
        help_text=_lazy("For the hours you agree on. Everybody sees their own time."),
        error_messages={
            "required": _lazy("Please choose a time zone."),
            "invalid_choice": _lazy("Please choose a time zone from the list."),
        },
    )

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        likely = likely_in(country)
        suggested = dict.fromkeys([*likely, *COMMON, *COMMON_SIGNED])
        super().__init__(*args, suggested=suggested, **kwargs)
        zones = places.zones_of(country)
        self.fields["languages"].label = _lazy("Languages people can talk in here")
        self.fields["time_zone"].choices = [  # type: ignore[attr-defined]
            ("", _("Please choose")),
            *places.time_zones(country),
        ]
        self.initial.setdefault("languages", likely)
        self.initial.setdefault("time_zone", zones[0] if len(zones) == 1 else "")
