"""What a seeker and a ready volunteer may send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.private_words import PRIVATE
from warmline.rooms import languages
from warmline.rooms.models import WAYS_ON, Way
from warmline.rules.models import Setting
from warmline.support.models import Answer, Topic

_CHANGED_JUST_NOW = _lazy("The rules have just changed. Please read them again.")


class RulesForm(forms.Form):
    """A yes to the ground rules, of the version that was shown."""

    rules = forms.BooleanField(
        label=_lazy("I have read the rules and accept them."),
        error_messages={"required": _lazy("Please tick this once you have read the rules.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, in_force: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_force = in_force
        self.fields["version"].error_messages = {
            "required": _CHANGED_JUST_NOW,
            "invalid": _CHANGED_JUST_NOW,
        }

    def clean_version(self) -> int:
        """Of this moment: who read the version before has not read this one."""
        version = int(self.cleaned_data["version"])
        if version != self.in_force:
            raise forms.ValidationError(_CHANGED_JUST_NOW)
        return version

    @property
    def shown_version(self) -> int:
        """What the page sends along: always the version it shows."""
        return self.in_force


class BeginForm(RulesForm):
    """Before we start: 18 or over, an explicit yes, and a yes to the rules."""

    adult = forms.BooleanField(
        label=_lazy("I am 18 or older."),
        error_messages={
            "required": _lazy(
                "Please tick this if you are 18 or older. We can only talk with adults."
            )
        },
    )
    field_order = ("adult", "consent", "rules")
    consent = forms.BooleanField(
        label=_lazy("I have read this. I want to share how I am with a volunteer here."),
        error_messages={"required": _lazy("Please tick this if it is all right for you.")},
    )


class AboutForm(forms.Form):
    """What would help: everything may stay as it is."""

    SEVERAL = ("topics", "backgrounds", "languages", "ways")

    topics = forms.ModelMultipleChoiceField(
        Topic.objects.none(),
        required=False,
        label=_lazy("What would you like to talk about?"),
        help_text=_lazy("Choose what fits, or nothing: then it is just to talk."),
        widget=forms.CheckboxSelectMultiple,
        to_field_name="slug",
        error_messages={
            "invalid_choice": _lazy("One topic is not offered any more. Please look again.")
        },
    )
    own_words = forms.CharField(
        required=False,
        max_length=120,
        label=_lazy("Or in your own words"),
        widget=forms.TextInput(attrs=PRIVATE),
    )
    languages = forms.MultipleChoiceField(
        label=_lazy("Languages you can talk in"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _lazy("Please choose at least one language.")},
    )
    ways = forms.MultipleChoiceField(
        label=_lazy("How would you like to talk?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _lazy("Please choose at least one way to talk.")},
    )
    backgrounds = forms.ModelMultipleChoiceField(
        Topic.objects.none(),
        required=False,
        label=_lazy("I would rather talk with someone who shares"),
        help_text=_lazy("We try. We can't promise."),
        widget=forms.CheckboxSelectMultiple,
        to_field_name="slug",
        error_messages={
            "invalid_choice": _lazy("One choice is not offered any more. Please look again.")
        },
    )
    content_note = forms.CharField(
        required=False,
        max_length=200,
        label=_lazy("What should your listener be ready for?"),
        help_text=_lazy(
            "They see this before they say yes. For example: I may go quiet for a while."
        ),
        widget=forms.Textarea(attrs={"rows": 2, **PRIVATE}),
    )

    extra_time = forms.BooleanField(
        required=False,
        label=_lazy("I need more time than others"),
        help_text=_lazy(
            "For slow typing, special equipment or an interpreter. No reason is asked."
        ),
    )

    def __init__(
        self, *args: Any, offered: Iterable[str], preferred: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        tags = [tag for tag in offered if can_be_offered(tag)]
        interface = get_language() or "en"
        names = [(tag, languages.name(tag, interface, gettext)) for tag in tags]
        self.fields["languages"].choices = names  # type: ignore[attr-defined]
        self.fields["languages"].initial = _preselected(tags, preferred)
        self.fields["ways"].choices = [(way.value, way.label) for way in WAYS_ON]  # type: ignore[attr-defined]
        self.fields["ways"].initial = [WAYS_ON[0].value]
        self.fields["topics"].queryset = Topic.objects.topics()  # type: ignore[attr-defined]
        self.fields["backgrounds"].queryset = Topic.objects.backgrounds()  # type: ignore[attr-defined]
        self.one_language = len(tags) == 1
        self.one_way = len(WAYS_ON) == 1
        if self.one_language:
            self._settle("languages", tags)
        if self.one_way:
            self._settle("ways", [WAYS_ON[0].value])

    def _settle(self, name: str, value: list[str]) -> None:
        """A choice of one is not asked."""
        del self.fields[name]
        self._settled = {**getattr(self, "_settled", {}), name: value}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return {**cleaned, **getattr(self, "_settled", {})}


def can_be_offered(tag: str) -> bool:
    """A sign language implies video: it is offered to seekers once video is on."""
    return not languages.is_signed(tag) or Way.VIDEO in WAYS_ON


def _preselected(tags: list[str], preferred: str) -> list[str]:
    wanted = preferred.split("-")[0]
    return [tag for tag in tags if tag.split("-")[0] == wanted][:1] or tags[:1]


class ReadyForm(forms.Form):
    """ "I have N minutes", and one question to oneself."""

    minutes = forms.TypedChoiceField(
        label=_lazy("I have"), coerce=int, widget=forms.RadioSelect, initial=25
    )
    steady = forms.BooleanField(
        label=_lazy("I am well enough today, sober, and in a private place."),
        error_messages={
            "required": _lazy(
                "Please tick this if it is true today. If today is hard, it is all right to rest."
            )
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = Setting.number("ready_minutes_most")
        lengths = [minutes for minutes in (15, 25, 40, 60, 90, 120, 180, 240) if minutes <= most]
        self.fields["minutes"].choices = [  # type: ignore[attr-defined]
            (minutes, _("{minutes} minutes").format(minutes=minutes)) for minutes in lengths
        ]


class HelpedForm(forms.Form):
    """Did this help? Optional, counted and linked to nobody."""

    answer = forms.ChoiceField(choices=Answer.Choice.choices, widget=forms.RadioSelect)
