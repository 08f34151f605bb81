"""Community texts: the words in force, in each language, and who approved them when."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from warmline.audit.actions import Action
from warmline.audit.services import record
from warmline.core.refused import status_of
from warmline.desk.text_forms import TextForm
from warmline.people.access import acting_person, require_role
from warmline.people.models import Role
from warmline.rooms import languages
from warmline.rules import texts
from warmline.rules.filling import PLACEHOLDERS
from warmline.rules.models import Community


@dataclass(frozen=True)
class InLanguage:
    """A language, and its version in force; None where there is none yet."""

    tag: str
    name: str
    version: texts.Version | None


@require_GET
@require_role(Role.Kind.COORDINATOR)
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every text with its languages."""
    newest = texts.newest()
    tags = written_languages()
    lines = [
        (key, name, [InLanguage(tag, language_name(tag), newest.get((key, tag))) for tag in tags])
        for key, name in texts.NAMES.items()
    ]
    return render(request, "desk/texts.html", {"lines": lines})


@require_http_methods(["GET", "POST"])
@require_role(Role.Kind.COORDINATOR)
def change(request: HttpRequest, key: str) -> HttpResponse:
    """One text in one language: its versions, and a form for the next."""
    tags = written_languages()
    language = request.GET.get("language", tags[0])
    if key not in texts.NAMES or language not in tags:
        raise Http404
    known = texts.newest()
    now = known.get((key, language))
    form = TextForm(
        request.POST or None, language=language, initial={"text": now.text if now else ""}
    )
    if request.method == "POST" and form.is_valid():
        made = _approve(key, language, form.cleaned_data["text"], by=acting_person(request).alias)
        messages.success(
            request, _("Version {number} is in force now.").format(number=made.version)
        )
        return redirect(f"{reverse('desk_text', args=[key])}?language={language}")
    context = {
        "key": key,
        "name": texts.NAMES[key],
        "language": language,
        "language_name": language_name(language),
        "languages": [InLanguage(tag, language_name(tag), known.get((key, tag))) for tag in tags],
        "versions": [each for each in texts.versions(key) if each.language == language],
        "english": None if now else known[key, "en"],
        "placeholders": [(f"{{{name}}}", what) for name, what in PLACEHOLDERS.items()],
        "form": form,
    }
    return render(request, "desk/text.html", context, status=status_of(form))


def _approve(key: str, language: str, text: str, *, by: str) -> texts.Version:
    """Put it in force and record that, without its words."""
    with transaction.atomic():
        made = texts.approve(key, language, text, by=by)
        version = f"{language.lower()}:{made.version}"
        record(Action.TEXT_APPROVED, actor=by, object=f"text:{key}", rule=version)
    return made


def written_languages() -> list[str]:
    """The community's written languages, and English, in which the texts ship."""
    community = Community.current()
    own = community.languages if community else []
    written = [tag for tag in own if not languages.is_signed(tag)]
    return list(dict.fromkeys([*written, "en"]))


def language_name(tag: str) -> str:
    """A language in the reader's words."""
    return languages.name(tag, get_language() or "en", gettext)
