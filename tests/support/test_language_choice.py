"""Languages are chosen by a box, by a name, by their own name, or by their tag."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from warmline.support.language_choice import MOST, LanguagesForm, likely_in


def form(*ticked: str, others: str = "") -> LanguagesForm:
    data = QueryDict(mutable=True)
    data.setlist("languages", list(ticked))
    data["others"] = others
    return LanguagesForm(data, suggested=["en", "de"])


def chosen(made: LanguagesForm) -> list[str]:
    assert made.is_valid(), made.errors
    return list(made.cleaned_data["languages"])


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("Esperanto", "eo"),
        ("esperanto", "eo"),
        ("Deutsch", "de"),
        ("Brazilian Portuguese", "pt-BR"),
        ("pt_br", "pt-BR"),
        ("British Sign Language", "bfi"),
        ("Deutsche Gebärdensprache (DGS)", "gsg"),
        ("日本語", "ja"),
    ],
)
def test_a_language_is_found_by_what_people_type(typed: str, tag: str) -> None:
    assert chosen(form("en", others=typed)) == ["en", tag]


def test_several_may_be_typed_and_each_is_kept_once() -> None:
    assert chosen(form("en", others="English; Esperanto, eo")) == ["en", "eo"]


def test_typing_alone_is_enough() -> None:
    assert chosen(form(others="Esperanto")) == ["eo"]


def test_none_is_not_enough() -> None:
    assert form().errors["languages"] == ["Please choose at least one language."]


def test_an_unknown_name_is_said_with_the_name() -> None:
    made = form("en", others="Elvish")

    assert made.errors["others"] == [
        "We don't know the language “Elvish”. Please choose one from the list."
    ]
    assert made.with_others_added() is None


def test_a_box_that_was_made_up_is_refused() -> None:
    assert "languages" in form("en", "not-a-language-at-all").errors


def test_sign_languages_alone_are_not_enough_while_there_is_no_video() -> None:
    assert "need video" in str(form("bfi").errors["languages"])
    assert chosen(form("bfi", "en")) == ["bfi", "en"]


def test_more_than_fit_are_refused() -> None:
    many = [tag for tag, _name in LanguagesForm().fields["languages"].choices[0][1]]
    many += [language.tag for language in LanguagesForm().all_languages()][:MOST]

    assert "at most 40" in str(form(*many).errors["languages"])


def test_what_is_added_becomes_a_ticked_box() -> None:
    initial = form("de", others="Esperanto").with_others_added()
    again = LanguagesForm(initial=initial, suggested=["en", "de"])

    boxes = [value for _group, group in again.fields["languages"].choices for value, _name in group]
    assert boxes == ["en", "de", "eo"]
    assert again["languages"].value() == ["de", "eo"]


def test_sign_languages_stand_in_a_group_of_their_own() -> None:
    made = LanguagesForm(suggested=["en", "bfi"])

    groups = dict(made.fields["languages"].choices)
    assert groups[""] == [("en", "English")]
    assert groups["Sign languages (they need video, which is not here yet)"] == [
        ("bfi", "British Sign Language")
    ]


@pytest.mark.parametrize(
    ("country", "likely"),
    [("DE", ["de", "en"]), ("CA", ["en", "fr"]), ("XX", ["en"]), ("", ["en"])],
)
def test_a_country_suggests_its_languages(country: str, likely: list[str]) -> None:
    assert likely_in(country) == likely
