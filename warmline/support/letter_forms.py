"""What is asked before a letter is written: who could answer it depends on nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _lazy

from warmline.rooms import languages
from warmline.support.models import Topic


class LetterForm(forms.Form):
    """One language, and topics or none. A letter is written: sign languages are not offered."""

    topics = forms.ModelMultipleChoiceField(
        Topic.objects.none(),
        required=False,
        label=_lazy("What is your letter about?"),
        help_text=_lazy("Choose what fits, or nothing. Volunteers see this before they take it."),
        widget=forms.CheckboxSelectMultiple,
        to_field_name="slug",
        error_messages={
            "invalid_choice": _lazy("One topic is not offered any more. Please look again.")
        },
    )
    language = forms.ChoiceField(
        label=_lazy("In which language will you write?"),
        widget=forms.RadioSelect,
        error_messages={"required": _lazy("Please choose a language.")},
    )

    def __init__(
        self, *args: Any, offered: Iterable[str], preferred: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        tags = [tag for tag in offered if not languages.is_signed(tag)]
        interface = get_language() or "en"
        self.fields["topics"].queryset = Topic.objects.topics()  # type: ignore[attr-defined]
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            (tag, languages.name(tag, interface, gettext)) for tag in tags
        ]
        self.fields["language"].initial = next(
            (tag for tag in tags if tag.split("-")[0] == preferred.split("-")[0]),
            tags[0] if tags else None,
        )
