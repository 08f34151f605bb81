"""A seeker's letter: what it is, whom it reaches, writing it, reading the answer, one reply."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.core.counters import allow, network
from warmline.core.errors import DomainError
from warmline.core.ids import new_id
from warmline.core.refused import status_of
from warmline.core.tries import may_try
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms import languages
from warmline.rules.models import Community
from warmline.safety import ladder
from warmline.support import accepted_rules, letter_likely, letter_place, letter_wire
from warmline.support.letter_forms import LetterForm
from warmline.support.letter_models import Letter
from warmline.support.models import Topic
from warmline.support.seeking import (
    AFTER_BEGIN,
    LETTER_DRAFT,
    become_seeker,
    has_consented,
    seeker_of,
    touch,
)
from warmline.support.services import lettering
from warmline.support.services.lettering import RecipientsChanged

TRIED = "letter"
LETTERS_A_DAY = 3
"""One is open at a time; this many begun in a day are enough for anybody, and too few to flood readers."""


@require_GET
def letter(request: HttpRequest) -> HttpResponse:
    """What a letter is, and where the ones of this browser stand."""
    letters = letter_place.own_letters(request)
    waiting = (Letter.State.OPEN, Letter.State.TAKEN)
    context = {"letters": letters, "one_waits": any(each.state in waiting for each in letters)}
    return render(request, "support/letter.html", context)


@require_http_methods(["GET", "POST"])
def about(request: HttpRequest) -> HttpResponse:
    """Language and topics. When nobody could answer, that is said here, before anything is written."""
    if leads := _first(request):
        return leads
    seeker = become_seeker(request)
    touch(seeker)
    form = _form(request)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        language, topics = form.cleaned_data["language"], list(form.cleaned_data["topics"])
        if lettering.recipients(seeker, language, topics):
            request.session[LETTER_DRAFT] = {
                "room": new_id(),
                "language": language,
                "topics": [topic.slug for topic in topics],
            }
            return redirect("letter_write")
        context["nobody"] = True
        context["had_topics"] = bool(topics)
    return render(request, "support/letter_about.html", context, status=status_of(form))


@require_GET
def write(request: HttpRequest) -> HttpResponse:
    """The calm page. Words, the six words and the keys are made in it, and leave it sealed."""
    draft = request.session.get(LETTER_DRAFT)
    if draft is None:
        return redirect("letter_about")
    if leads := _first(request):
        return leads
    language, topics = _wish(draft)
    keys = lettering.recipients(seeker_of(request), language, topics)
    if not keys:
        return redirect("letter_about")
    context = {
        "room_id": draft["room"],
        "recipients": json.dumps(letter_wire.written_keys(keys)),
        "answered_by": letter_likely.answered_by(language, clock.now()),
        "language": languages.name(language, get_language() or "en", gettext),
        "topics": [topic.shown_name for topic in topics],
    }
    return render(request, "support/letter_write.html", context)


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Sent by our script. 409: seal it again, to these. 422: a sentence, and nothing was kept."""
    draft, seeker = request.session.get(LETTER_DRAFT), seeker_of(request)
    if draft is None or seeker is None or not has_consented(request):
        return _sentence(_("This page is too old. Please copy your words and open the page again."))
    allow("letter of one", str(seeker.pk), most=20, within=timedelta(hours=1))
    allow("letter", network(request), most=60, within=timedelta(hours=1))
    try:
        part, wrapped, finder, copies = letter_wire.read_letter(request)
        _not_too_many(seeker, draft["room"])
        language, topics = _wish(draft)
        lettering.send(
            seeker,
            room_id=draft["room"],
            language=language,
            topics=topics,
            part=part,
            wrapped=wrapped,
            finder=finder,
            copies=copies,
        )
    except RecipientsChanged as changed:
        return JsonResponse({"recipients": letter_wire.written_keys(changed.now)}, status=409)
    except DomainError as error:
        return _sentence(error.sentence)
    return JsonResponse({"url": reverse("letter")})


@require_GET
def read(request: HttpRequest) -> HttpResponse:
    """With the six words, on any device."""
    return render(request, "support/letter_read.html")


@sensitive_post_parameters("find")
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """A letter by what its six words make. Every failure has one answer."""
    may = may_try(request, TRIED)
    lettering.settle(clock.now())
    known = _by_words(request.POST.get("find", "")[:200])
    if not may or known is None or known.state == Letter.State.WITHDRAWN:
        return _sentence(
            _(
                "That did not work. Please look at your six words again. "
                "After a few tries, please wait 10 minutes, or an hour."
            )
        )
    letter_place.found(request, known)
    shown = letter_wire.for_writer(known)
    shown["may_reply"] = known.state == Letter.State.ANSWERED and lettering.may_be_replied_to(known)
    shown["reply_url"] = reverse("letter_reply", args=[known.pk])
    shown["report_url"] = reverse("letter_report_part", args=[known.pk])
    shown["other"] = known.reader.alias if known.reader else ""
    return JsonResponse(shown)


@require_POST
def reply(request: HttpRequest, room_id: int) -> HttpResponse:
    """The one reply, sealed. 422: a sentence, and nothing was kept."""
    found = letter_place.written_here(request, room_id)
    if ladder.is_held_back(found.writer):
        return _sentence(_("You can't write a letter at the moment."))
    try:
        lettering.reply(found, letter_wire.read_part(request))
    except DomainError as error:
        return _sentence(error.sentence)
    return JsonResponse({"sent": True})


@require_POST
def take_back(request: HttpRequest, room_id: int) -> HttpResponse:
    """All of it goes, at once."""
    lettering.withdraw(letter_place.written_here(request, room_id))
    return redirect("letter")


def _by_words(found: str) -> Letter | None:
    try:
        finder = letter_wire.finder(found)
    except ValueError:
        return None
    return Letter.objects.filter(finder=finder).select_related("writer", "reader").first()


def _first(request: HttpRequest) -> HttpResponse | None:
    """Where somebody has to be before they write: the yes, what holds them back, the letter they have."""
    if not has_consented(request) or not accepted_rules.is_up_to_date(request):
        request.session[AFTER_BEGIN] = "letter_about"
        return redirect("begin")
    seeker = seeker_of(request)
    if seeker is None:
        return None
    if ladder.to_show(seeker):
        return redirect("paused")
    lettering.settle(clock.now())
    waits = Letter.objects.unanswered().filter(writer=seeker).exists()
    return redirect("letter") if waits else None


def _form(request: HttpRequest) -> LetterForm:
    community = Community.current()
    return LetterForm(
        request.POST or None,
        offered=community.languages if community else ["en"],
        preferred=get_language() or "en",
    )


def _wish(draft: dict[str, Any]) -> tuple[str, list[Topic]]:
    topics = Topic.objects.topics().filter(slug__in=draft["topics"])
    return str(draft["language"]), list(topics)


def _not_too_many(seeker: Person, room_id: int) -> None:
    """Counted once a letter, by what is stored of them."""
    since = clock.now() - timedelta(hours=24)
    lately = Letter.objects.filter(writer=seeker, sent_at__gt=since).exclude(pk=room_id)
    if lately.count() >= LETTERS_A_DAY:
        raise DomainError(
            "letters_a_day", _("You have written several letters today. Please write again later.")
        )


def _sentence(sentence: str) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=422)
