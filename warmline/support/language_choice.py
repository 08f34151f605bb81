"""Choosing languages without a script: boxes for the likely ones, and a field that finds any other.

The field offers every language's name while one types (a datalist) and understands the name in the
page's language, the language's own name, and its tag. Several may stand there, with commas between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from babel.languages import get_official_languages
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.rooms import languages
from warmline.rooms.languages import Language
from warmline.rooms.models import WAYS_ON, Way

MOST = 40

COMMON: tuple[str, ...] = (
    "en", "ar", "bn", "zh-Hans", "zh-Hant", "nl", "fr", "de", "el", "he", "hi", "id", "it", "ja",
    "ko", "fa", "pl", "pt", "ro", "ru", "es", "sw", "fil", "ta", "tr", "uk", "ur", "vi",
)  # fmt: skip
COMMON_SIGNED: tuple[str, ...] = ("ase", "bfi", "fsl", "gsg", "ise", "ils")


class TickedLanguages(forms.MultipleChoiceField):
    """Boxes of which none need be ticked when another language was typed."""

    def validate(self, value: list[str]) -> None:
        if value:
            super().validate(value)


class LanguagesForm(forms.Form):
    """At least one language; ``suggested`` are the boxes shown beside those already chosen.

    ``cleaned_data["languages"]`` is a list of canonical tags, each once.
    """

    languages = TickedLanguages(
        label=_lazy("Languages"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choice-grid"}),
        error_messages={"invalid_choice": _lazy("One of these is no language we know.")},
    )
    others = forms.CharField(
        label=_lazy("Another language"),
        help_text=_lazy("Type its name, then choose “Add”. Sign languages are here too."),
        required=False,
        max_length=300,
        widget=forms.TextInput(
            attrs={"list": "all-languages", "autocomplete": "off", "dir": "auto"}
        ),
    )

    def __init__(self, *args: Any, suggested: Iterable[str] = COMMON, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = dict.fromkeys([*suggested, *self._chosen_before()])
        self.fields["languages"].choices = _named(shown)  # type: ignore[attr-defined]

    def clean_others(self) -> list[str]:
        typed = [name.strip() for name in re.split(r"[,;\n]", self.cleaned_data["others"])]
        return [_tag_of(name) for name in typed if name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        typed = [*cleaned.get("languages", []), *cleaned.get("others", [])]
        chosen = list(dict.fromkeys(languages.normalise(tag) for tag in typed))
        cleaned["languages"] = chosen
        if not chosen:
            self.add_error("languages", _("Please choose at least one language."))
        elif len(chosen) > MOST:
            sentence = _("Please choose at most {most} languages.").format(most=MOST)
            self.add_error("languages", sentence)
        elif not any(set(languages.ways_for(tag)) & set(WAYS_ON) for tag in chosen):
            self.add_error(
                "languages",
                _("Sign languages need video, which is not here yet. Please add another language."),
            )
        return cleaned

    def with_others_added(self) -> dict[str, Any] | None:
        """Initial values that show what was typed as ticked boxes; None when a name is unknown.

        Then the form complains of that name alone: the rest was not sent off yet.
        """
        self.full_clean()
        if "others" in self.errors:
            for name in self.errors.keys() - {"others"}:
                del self.errors[name]
            return None
        chosen = [*self._chosen_before(), *self.cleaned_data.get("others", [])]
        return {"languages": list(dict.fromkeys(chosen)), "others": ""}

    def all_languages(self) -> list[Language]:
        """Every language, for the list that helps typing."""
        return _all(get_language() or "en")

    def _chosen_before(self) -> list[str]:
        if self.is_bound:
            given = self.data.getlist("languages") if hasattr(self.data, "getlist") else []
        else:
            given = self.get_initial_for_field(self.fields["languages"], "languages") or []
        return [languages.normalise(tag) for tag in given if languages.is_known(str(tag))]


def likely_in(country: str) -> list[str]:
    """Languages a country's people are likely to speak, its official ones first, then English."""
    official = get_official_languages(country, regional=False, de_facto=True)
    tags = [languages.normalise(code) for code in official if languages.is_known(code)]
    return list(dict.fromkeys([*tags, "en"]))


def _named(tags: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices in two groups: spoken, then signed."""
    ui = get_language() or "en"
    known = [(tag, languages.name(tag, ui, gettext), languages.is_signed(tag)) for tag in tags]
    spoken = [(tag, _with_own_name(tag, name)) for tag, name, signed in known if not signed]
    signed = [(tag, name) for tag, name, is_signed in known if is_signed]
    title = _("Sign languages")
    if Way.VIDEO not in WAYS_ON:
        title = _("Sign languages (they need video, which is not here yet)")
    groups = [("", spoken), (title, signed)]
    return [(group, choices) for group, choices in groups if choices]


def _with_own_name(tag: str, name: str) -> str:
    own = languages.autonym(tag)
    return name if own.casefold() == name.casefold() else f"{name} · {own}"


def _tag_of(name: str) -> str:
    """The tag of a language's name (in the page's language, English, or its own) or of a tag."""
    found = _by_name(get_language() or "en").get(name.casefold())
    if found:
        return found
    if languages.is_known(name):
        return languages.normalise(name)
    raise ValidationError(
        _("We don't know the language “{name}”. Please choose one from the list.").format(
            name=name[:60]
        )
    )


@cache
def _all(ui: str) -> list[Language]:
    """Every language in the words of ``ui``, which is the language in use: some 750, sorted once."""
    return languages.all_languages(ui, gettext)


@cache
def _by_name(ui: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for each in (*_all(ui), *languages.all_languages("en")):
        names.setdefault(each.name.casefold(), each.tag)
    for each in languages.all_languages("en"):
        names.setdefault(each.autonym.casefold(), each.tag)
    return names
