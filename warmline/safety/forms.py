"""What a coordinator may change of a crisis line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.protocol import clock
from warmline.rooms import languages
from warmline.safety import countries
from warmline.safety.models import CrisisLine
from warmline.safety.numbers import dialled

WAYS = [
    ("phone", _lazy("call")),
    ("sms", _lazy("text or messenger")),
    ("chat", _lazy("chat on a page")),
    ("video", _lazy("video, also in sign language")),
    ("tty", _lazy("textphone")),
]


class CrisisLineForm(forms.ModelForm):
    """One line as the public page shows it. At least one way must lead somewhere."""

    ways = forms.MultipleChoiceField(
        label=_lazy("Ways to reach it"),
        choices=WAYS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _lazy("Please choose at least one way.")},
    )
    languages = forms.CharField(
        label=_lazy("Languages"),
        required=False,
        max_length=80,
        help_text=_lazy("Short codes with a semicolon between them, such as en;es;ase"),
    )
    chat_url = forms.URLField(
        label=_lazy("Chat page"), required=False, assume_scheme="https", max_length=200
    )
    website = forms.URLField(
        label=_lazy("Website"), required=False, assume_scheme="https", max_length=200
    )

    class Meta:
        model = CrisisLine
        fields = (
            "name", "phone", "sms", "chat_url", "website", "languages", "hours", "sends_help", "note",
        )  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "phone": _lazy(
                "As people dial it inside the country. Between two numbers a semicolon."
            ),
            "sms": _lazy("Such as: text HELLO to 50808"),
            "sends_help": _lazy(
                "Whether they may send help without asking. Many people fear that."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ways"].initial = self.instance.ways

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        for number in filter(None, map(str.strip, phone.split(";"))):
            if not dialled(number):
                raise forms.ValidationError(
                    _("“{number}” has no digits. Please type the number as people dial it.").format(
                        number=number
                    )
                )
        return phone

    def clean_languages(self) -> str:
        tags = [
            tag.strip() for tag in str(self.cleaned_data["languages"]).split(";") if tag.strip()
        ]
        unknown = [tag for tag in tags if not languages.is_known(tag)]
        if unknown:
            raise forms.ValidationError(
                _(
                    "We don't know the language “{tag}”. Please use its short code, such as en."
                ).format(tag=unknown[0])
            )
        return ";".join(tags)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for link in ("chat_url", "website"):
            if cleaned.get(link) and not cleaned[link].startswith("https://"):
                self.add_error(link, _("Please use an address that starts with https://"))
        leads = {"phone": "phone", "sms": "sms", "chat": "chat_url"}
        for way in cleaned.get("ways", []):
            column = leads.get(way)
            if column and not cleaned.get(column) and not self.has_error(column):
                self.add_error(column, _("You chose this way. Please say where it leads."))
        return cleaned

    def save(self, commit: bool = True) -> CrisisLine:
        line: CrisisLine = super().save(commit=False)
        line.modes = ";".join(self.cleaned_data["ways"])
        line.changed_at = clock.now()
        line.save()
        return line


class NewCrisisLineForm(CrisisLineForm):
    """A line that was not on the list."""

    country = forms.ChoiceField(label=_lazy("Country"))

    field_order = ("country",)

    def __init__(self, *args: Any, interface: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries.all_by_name(interface)  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> CrisisLine:
        self.instance.country = self.cleaned_data["country"]
        return super().save(commit)
