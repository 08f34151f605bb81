"""Which languages fit each other, and what they are called."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warmline.rooms import languages
from warmline.rooms.sign_languages import SIGN_LANGUAGE_AUTONYMS, SIGN_LANGUAGE_NAMES

tags = st.sampled_from([each.tag for each in languages.all_languages("en")])
ways = st.sampled_from(languages.WAYS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pt-BR", "pt"),
        ("pt-BR", "pt-PT"),
        ("en", "en-AU"),
        ("zh", "zh-Hans"),
        ("zh-SG", "zh-Hans-CN"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant-TW"),
        ("sr", "sr-Cyrl-RS"),
        ("sr-ME", "sr-Latn"),
        ("nb", "no"),
        ("nn", "nb"),
        ("iw", "he"),
        ("cmn", "zh"),
        ("prs", "fa"),
        ("tl", "fil"),
    ],
)
def test_text_fits(one: str, other: str) -> None:
    assert languages.fits(one, other, "text")
    assert languages.fits(other, one, "text")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zh-Hans", "zh-Hant"),
        ("zh", "zh-TW"),
        ("sr-Latn", "sr-Cyrl"),
        ("sr", "sr-Latn"),
        ("uz", "uz-AF"),
        ("zh", "yue"),
        ("hi", "hi-Latn"),
        ("de", "nl"),
        ("bfi", "bfi"),
        ("bfi", "en-GB"),
    ],
)
def test_text_does_not_fit(one: str, other: str) -> None:
    assert not languages.fits(one, other, "text")


@pytest.mark.parametrize("way", ["voice", "video"])
def test_script_does_not_matter_to_the_ear(way: languages.Way) -> None:
    assert languages.fits("zh-Hans", "zh-Hant", way)
    assert languages.fits("sr-Latn", "sr-Cyrl", way)
    assert not languages.fits("zh", "yue", way)


def test_sign_languages_fit_themselves_by_video_alone() -> None:
    assert languages.fits("bfi", "bfi", "video")
    assert not languages.fits("bfi", "bfi", "voice")
    assert not languages.fits("bfi", "ase", "video")
    assert not languages.fits("bfi", "en", "video")
    assert languages.ways_for("bfi") == ("video",)
    assert languages.ways_for("en") == languages.WAYS


@settings(max_examples=50, deadline=None)
@given(tags, tags, tags, ways)
def test_fitting_is_the_same_both_ways_and_passes_on(
    one: str, other: str, third: str, way: languages.Way
) -> None:
    assert languages.fits(one, other, way) == languages.fits(other, one, way)
    if languages.fits(one, other, way) and languages.fits(other, third, way):
        assert languages.fits(one, third, way)


@settings(max_examples=50, deadline=None)
@given(tags)
def test_every_language_offered_fits_itself_and_has_names(tag: str) -> None:
    assert languages.normalise(tag) == tag
    for way in languages.ways_for(tag):
        assert languages.fits(tag, tag, way)
    assert languages.name(tag, "de")
    assert languages.autonym(tag)


@pytest.mark.parametrize(
    ("given_tag", "canonical"),
    [
        ("PT_br", "pt-BR"),
        ("ZH-hANT-hk", "zh-Hant-HK"),
        ("sgn-ase", "ase"),
        ("zh-yue", "yue"),
        ("sh", "sr-Latn"),
        ("en-GB-oxendict", "en-GB"),
        ("de-u-co-phonebk", "de"),
        ("es-419", "es-419"),
        (" en ", "en"),
    ],
)
def test_tags_become_canonical(given_tag: str, canonical: str) -> None:
    assert languages.normalise(given_tag) == canonical
    assert languages.normalise(canonical) == canonical


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "e",
        "qqq",
        "en--GB",
        "en GB",
        "mul",
        "und",
        "sgn",
        "en" + "-aaaaaaaa" * 5,
        "ën",
        "en\n-GB",
    ],
)
def test_what_is_no_language_is_refused(bad: str) -> None:
    assert not languages.is_known(bad)
    with pytest.raises(languages.UnknownLanguageError):
        languages.parse(bad)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_tag_or_refused(text: str) -> None:
    if languages.is_known(text):
        canonical = languages.normalise(text)
        assert languages.normalise(canonical) == canonical


def test_names_in_the_words_of_the_page() -> None:
    assert languages.name("de", "en") == "German"
    assert languages.name("de", "fr") == "allemand"
    assert languages.name("pt-BR", "en") == "Brazilian Portuguese"
    assert languages.name("zh-Hant-HK", "en").startswith("Chinese (Traditional")
    assert languages.name("de", "not-a-language") == "German"


def test_names_of_sign_languages_are_translated_by_the_page() -> None:
    assert languages.name("bfi", "de") == "British Sign Language"
    assert (
        languages.name("bfi", "de", {"British Sign Language": "Britisch"}.__getitem__) == "Britisch"
    )


def test_autonyms_are_in_the_language_itself() -> None:
    assert languages.autonym("de") == "Deutsch"
    assert languages.autonym("fsl") == "Langue des signes française (LSF)"
    assert languages.autonym("xki") == "Kenyan Sign Language"


def test_picker_is_sorted_and_offers_scripts_instead_of_a_guess() -> None:
    offered = languages.all_languages("en")
    by_tag = {each.tag: each for each in offered}
    assert len(by_tag) == len(offered)
    assert {"zh-Hans", "zh-Hant", "sr-Latn", "sr-Cyrl", "pt-BR", "ase", "bfi"} <= by_tag.keys()
    assert not {"zh", "sr", "mul", "goh"} & by_tag.keys()
    assert by_tag["dse"].is_signed
    assert not by_tag["nl"].is_signed
    names = [each.name for each in offered]
    assert names.index("Afrikaans") < names.index("German") < names.index("Zulu")


def test_picker_sorts_marked_letters_with_plain_ones() -> None:
    names = [each.name for each in languages.all_languages("cs")]
    assert names.index("čeština") < names.index("dánština")


def test_fit_keys_keep_the_first_tag_and_the_wished_order() -> None:
    keys = languages.fit_keys(("bfi", "en-GB", "en"), ("video", "text"))
    assert list(keys.items()) == [
        (("bfi", "video"), "bfi"),
        (("en", "video"), "en-GB"),
        (("en-Latn", "text"), "en-GB"),
    ]


def test_fit_keys_pass_over_what_is_no_language() -> None:
    assert languages.fit_keys(("qqq", "en"), ("text",)) == {("en-Latn", "text"): "en"}


def test_sign_languages_of_the_world_are_there() -> None:
    expected = "ase bfi gsg fsl fcs ssp isg asf nzs dse vgt sfb ssr sgg slf ise csc bzs jsl csl ins"
    assert set(expected.split()) <= SIGN_LANGUAGE_NAMES.keys()
    assert SIGN_LANGUAGE_AUTONYMS.keys() <= SIGN_LANGUAGE_NAMES.keys()


def test_sign_language_names_can_be_found_by_makemessages() -> None:
    source = files("warmline.rooms").joinpath("sign_languages.py").read_text()
    for name in SIGN_LANGUAGE_NAMES.values():
        assert f'gettext_noop("{name}")' in source
