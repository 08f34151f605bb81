"""A new version of a community text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.rules import filling

LONGEST = 1500


class TextForm(forms.Form):
    """The words in one language; words in braces are those that can be filled in."""

    text = forms.CharField(
        label=_lazy("Words"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        error_messages={
            "required": _lazy("Please write the words of this message."),
            "max_length": _lazy("This is too long. Please use at most 1500 letters."),
        },
    )
    approved = forms.BooleanField(
        label=_lazy("Our volunteers agreed to these words in this language."),
        error_messages={"required": _lazy("Please tick this once your volunteers agreed.")},
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["lang"] = language

    def clean_text(self) -> str:
        """One paragraph; it can be filled in."""
        text = " ".join(str(self.cleaned_data["text"]).split())
        if unknown := filling.unknown(text):
            raise ValidationError(_unknown(unknown[0]))
        if filling.has_stray_brace(text):
            raise ValidationError(_("A { or } stands alone. Please write it like {name}."))
        return text


def _unknown(name: str) -> str:
    known = ", ".join(f"{{{each}}}" for each in filling.PLACEHOLDERS)
    return _("We have nothing to put in for {word}. You can use: {known}.").format(
        word=f"{{{name}}}", known=known
    )
