"""The look's tags and the templates that every form passes."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string

SENT_WHERE_NO_OTHER_FILE_MAY_BE_FETCHED = "insecure.html"
TEMPLATES = sorted(
    path
    for folder in Path(__file__).resolve().parents[2].joinpath("warmline").glob("*/templates")
    for path in folder.rglob("*.html")
    if path.name != SENT_WHERE_NO_OTHER_FILE_MAY_BE_FETCHED
)


class Wish(forms.Form):
    """One field of each kind that our pages use."""

    alias = forms.CharField(label="Your name here", help_text="Not your real one.")
    note = forms.CharField(required=False, widget=forms.Textarea)
    topics = forms.MultipleChoiceField(
        choices=[("sleep", "Sleep"), ("grief", "Grief")], widget=forms.CheckboxSelectMultiple
    )
    consent = forms.BooleanField(label="I have read this.")


class Elements(HTMLParser):
    """Every start tag with its attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def one(self, tag: str, **wanted: str) -> dict[str, str | None]:
        """The only element of this tag that has these attributes."""
        [attrs] = [
            attrs
            for name, attrs in self.found
            if name == tag and wanted.items() <= {k: v or "" for k, v in attrs.items()}.items()
        ]
        return attrs

    @property
    def ids(self) -> set[str | None]:
        return {attrs["id"] for _, attrs in self.found if "id" in attrs}


def test_icon_is_drawn_and_hidden_from_screen_readers() -> None:
    html = Template('{% load look %}{% icon "x" %}').render(Context())

    assert Elements(html).one("svg") == {
        "class": "icon",
        "width": "20",
        "height": "20",
        "viewbox": "0 0 24 24",
        "aria-hidden": "true",
    }
    assert "<path" in html


def test_icon_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(FileNotFoundError):
        Template('{% load look %}{% icon "no-such-thing" %}').render(Context())


def test_field_is_tied_to_its_label_help_and_error() -> None:
    page = Elements(str(Wish({})))

    field = page.one("input", name="alias")
    assert page.one("label", **{"for": "id_alias"})
    assert field["aria-invalid"] == "true"
    assert set(str(field["aria-describedby"]).split()) == {"id_alias_helptext", "id_alias_error"}
    assert set(str(field["aria-describedby"]).split()) <= page.ids


def test_group_of_choices_is_a_fieldset_tied_to_its_error() -> None:
    page = Elements(str(Wish({})))

    assert page.one("fieldset")["aria-describedby"] == "id_topics_error"
    assert "id_topics_error" in page.ids
    assert page.one("input", value="sleep")["type"] == "checkbox"
    assert page.one("label", **{"for": "id_topics_0"})["class"] == "choice"


def test_error_summary_takes_focus_and_leads_to_every_refused_field() -> None:
    page = Elements(str(Wish({})))

    summary = page.one("div", **{"aria-labelledby": "form-errors"})
    assert "autofocus" in summary
    assert summary["tabindex"] == "-1"
    links = [str(attrs["href"]) for tag, attrs in page.found if tag == "a"]
    assert links == ["#id_alias", "#id_topics_0", "#id_consent"]
    assert {link[1:] for link in links} <= page.ids


def test_form_that_was_not_sent_has_no_error_summary() -> None:
    assert "form-errors" not in str(Wish())


def test_help_and_words_of_others_are_escaped() -> None:
    form = Wish({"alias": '"><script>'})

    assert "<script>" not in str(form)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_has_no_inline_script_or_style(path: Path) -> None:
    html = path.read_text(encoding="utf-8")

    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)


def test_picture_weighs_less_than_three_kilobytes() -> None:
    assert len(render_to_string("core/_art.html", {"lit": True}).encode()) < 3000


def test_every_icon_is_used_somewhere() -> None:
    package = Path(__file__).resolve().parents[2] / "warmline"
    used = "".join(
        path.read_text(encoding="utf-8")
        for pattern in ("*.html", "*.py")
        for path in package.rglob(pattern)
    )

    drawn = {path.stem for path in (package / "core" / "icons").glob("*.svg")}
    assert {name for name in drawn if f'"{name}"' not in used} == set()


def test_every_icon_a_template_names_is_drawn() -> None:
    icons = Path(__file__).resolve().parents[2] / "warmline" / "core" / "icons"
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8"))
    }

    assert {name for name in named if not (icons / f"{name}.svg").exists()} == set()


@pytest.mark.parametrize("name", ["400", "403", "404", "429", "500"])
def test_error_page_needs_no_context_and_has_the_way_out(name: str) -> None:
    page = Elements(render_to_string(f"{name}.html"))

    assert page.one("form", id="exit")["action"] == "/exit/"
    assert page.one("h1")["class"] == "headline"
    assert page.one("a", **{"class": "button button--main"})["href"] == "/"
