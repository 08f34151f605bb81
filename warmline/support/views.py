"""The seeker's way, and the talk for both sides."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.availability.models import Readiness
from warmline.core.counters import allow, network
from warmline.core.errors import DomainError
from warmline.core.refused import status_of
from warmline.people import aliases, device_cookie, saved
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms import languages
from warmline.rooms.models import Way
from warmline.rules import ground_rules
from warmline.rules.models import Audience, Community
from warmline.safety import ladder
from warmline.safety.models import Block
from warmline.support import (
    accepted_rules,
    allowance,
    estimate,
    plan_views,
    plans,
    queue,
    sign_offs,
)
from warmline.support import extra_time as extra_time_setting
from warmline.support.forms import AboutForm, BeginForm, HelpedForm, RulesForm
from warmline.support.ground_rules_views import comparison, wanted_languages
from warmline.support.models import Answer, Conversation, Profile, Request
from warmline.support.outlook import outlook
from warmline.support.seats import card_of, ending_sentence, line_about_other, persons_of, seat_of
from warmline.support.seeking import (
    AFTER_BEGIN,
    become_seeker,
    consent,
    has_consented,
    open_talk,
    seeker_of,
    touch,
    waiting_request,
)
from warmline.support.services import asking, forgetting, reporting, talking
from warmline.support.sign_off_views import groups_for, help_card
from warmline.support.wellbeing_forms import Mood, MoodForm

log = logging.getLogger(__name__)

ASKS_AN_HOUR = 20


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """One sentence, one button, and in words whether someone is here."""
    seeker = seeker_of(request)
    context = {
        "status": estimate.home_status(),
        "outlook": outlook(),
        "waiting_already": bool(seeker and waiting_request(seeker)),
        "talk": open_talk(seeker) if seeker else None,
        "paused": bool(seeker and ladder.to_show(seeker)),
        "known": seeker is not None,
        "history": ground_rules.history(Audience.SEEKERS),
    }
    return render(request, "support/home.html", context)


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Step 1. What this is and is not; nothing is asked before the yes.

    Who said yes to all but an older version of the rules sees what changed, and is asked for that only.
    """
    known = ground_rules.history(Audience.SEEKERS)
    now, given = known.in_force, accepted_rules.accepted(request)
    older = known.versions.get(given) if given and given < now.number else None
    again = older is not None and has_consented(request)
    form = (RulesForm if again else BeginForm)(request.POST or None, in_force=now.number)
    if request.method == "POST" and form.is_valid():
        if not again:
            consent(request, get_language() or "en")
        answer = redirect(request.session.pop(AFTER_BEGIN, "about"))
        accepted_rules.keep(answer, now.number)
        return answer
    context: dict[str, Any] = {"form": form, "history": known, "older": older}
    if again and older:
        context["comparison"] = comparison(older, now, *wanted_languages(request))
        return render(request, "support/rules_again.html", context, status=status_of(form))
    return render(request, "support/begin.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
def about(request: HttpRequest) -> HttpResponse:
    """Step 2. What would help; everything may be left as it is."""
    if not has_consented(request):
        return redirect("begin")
    seeker = become_seeker(request)
    touch(seeker)
    if ladder.to_show(seeker):
        return redirect("paused")
    if going_on := _going_on(seeker):
        return going_on
    if not accepted_rules.is_up_to_date(request):
        return redirect("begin")
    has = allowance.of(seeker, extra_time=extra_time_setting.is_on(request))
    if has.is_used_up and request.method == "GET":
        return render(request, "support/time_used.html", _time_used_context(request, seeker, has))
    if request.method == "GET" and (later := plan_views.later(request, seeker)):
        return later
    form = _about_form(request)
    if request.method == "POST" and "another_name" in request.POST:
        _roll_alias(seeker)
        form = _about_form(request, keep=True)
    elif request.method == "POST" and form.is_valid():
        allow("ask", network(request), most=ASKS_AN_HOUR * 5, within=timedelta(hours=1))
        allow("ask of one", str(seeker.pk), most=ASKS_AN_HOUR, within=timedelta(hours=1))
        _rest_as_volunteer(request)
        extra_time_setting.choose(request, form.cleaned_data["extra_time"])
        try:
            _ask(seeker, form.cleaned_data)
        except DomainError as error:
            if error.code not in ("time_used", "plan", "paused"):
                raise
            return redirect("about")
        return redirect("waiting")
    return render(
        request,
        "support/about.html",
        {"form": form, "seeker": seeker, "minutes": has.minutes_left(Way.TEXT)},
        status=status_of(form),
    )


def _about_form(request: HttpRequest, *, keep: bool = False) -> AboutForm:
    """``keep``: show what was typed without judging it."""
    community = Community.current()
    offered = community.languages if community else ["en"]
    preferred = request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:2].lower()
    if keep:
        typed = {
            name: values if len(values) > 1 or name in AboutForm.SEVERAL else values[0]
            for name, values in request.POST.lists()
        }
        return AboutForm(initial=typed, offered=offered, preferred=preferred)
    return AboutForm(
        request.POST or None,
        initial={"extra_time": extra_time_setting.is_on(request)},
        offered=offered,
        preferred=preferred,
    )


def _time_used_context(
    request: HttpRequest, seeker: Person, has: allowance.Allowance
) -> dict[str, Any]:
    return {
        "next_time": plans.next_talk(seeker, has),
        "extra_time": extra_time_setting.is_on(request),
        "automatic": sign_offs.automatic("time_used"),
    }


@require_POST
def extra_time(request: HttpRequest) -> HttpResponse:
    """Extra time on or off. No reason, no proof."""
    extra_time_setting.choose(request, request.POST.get("on") == "1")
    return redirect("about")


def _roll_alias(seeker: Person) -> None:
    seeker.alias = aliases.suggest()
    seeker.save(update_fields=["alias"])


def _rest_as_volunteer(request: HttpRequest) -> None:
    """Who asks for themselves is not offered anybody meanwhile."""
    if request.user.is_authenticated:
        Readiness.end(request.user.person)


def _ask(seeker: Person, wish: dict[str, Any]) -> Request:
    return asking.ask(
        seeker,
        languages=wish["languages"],
        ways=wish["ways"],
        about=[*wish["topics"], *wish["backgrounds"]],
        own_words=wish["own_words"],
        content_note=wish["content_note"],
        extra_time=wish["extra_time"],
    )


def _going_on(seeker: Person) -> HttpResponse | None:
    """Where a seeker is already: in a talk, before one, or in the queue."""
    talk = open_talk(seeker)
    if talk and not talking.settle(talk).ended_at:
        return redirect("talk", talk.pk) if talk.started_at else redirect("met")
    return redirect("waiting") if waiting_request(seeker) else None


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Step 3. Honest words while waiting; leaving is one tap."""
    seeker = seeker_of(request)
    place = waiting_request(seeker) if seeker else None
    if seeker and place is None:
        going_on = _going_on(seeker)
        return going_on or render(request, "support/place_lost.html")
    if seeker is None or place is None:
        return redirect("home")
    return render(request, "support/waiting.html", _waiting_context(place))


@require_GET
def waiting_news(request: HttpRequest) -> HttpResponse:
    """The part of the waiting page that changes."""
    seeker = seeker_of(request)
    place = waiting_request(seeker) if seeker else None
    if place is None:
        return HttpResponse(status=204)
    return render(request, "support/parts/waiting_news.html", _waiting_context(place))


def _waiting_context(place: Request) -> dict[str, Any]:
    status = estimate.for_request(place, fits_now=queue.somebody_fits(place))
    interface = get_language() or "en"
    asked = [topic for topic in place.topics.all() if topic.kind == "topic"]
    return {
        "request_": {
            "pseudonym": place.seeker.alias,
            "topics": [topic.shown_name for topic in asked],
            "own_words": place.own_words,
            "languages": [languages.name(tag, interface, gettext) for tag in place.languages],
            "since": place.made_at,
        },
        "estimate": status.sentence,
        "outlook": outlook(place.languages, place.ways, [topic.pk for topic in asked]),
        "state": status.state,
        "automatic": None if status.state == "here" else sign_offs.automatic("nobody_free"),
    }


@require_POST
def waiting_here(request: HttpRequest) -> JsonResponse:
    """The waiting page reports, and hears where to go."""
    seeker = seeker_of(request)
    if seeker is None:
        return JsonResponse({"state": "gone", "url": reverse("home")})
    place = waiting_request(seeker)
    if place:
        asking.seen(place)
        return JsonResponse({"state": "waiting", "url": ""})
    talk = open_talk(seeker)
    if talk:
        url = reverse("talk", args=[talk.pk]) if talk.started_at else reverse("met")
        return JsonResponse({"state": "matched", "url": url})
    return JsonResponse({"state": "gone", "url": reverse("waiting")})


@require_POST
def waiting_leave(request: HttpRequest) -> HttpResponse:
    seeker = seeker_of(request)
    place = waiting_request(seeker) if seeker else None
    if place:
        asking.leave(place)
    return redirect("home")


@require_GET
def met(request: HttpRequest) -> HttpResponse:
    """Somebody is there: what they have lived with, how long it can be, start or not."""
    seeker = seeker_of(request)
    talk = open_talk(seeker) if seeker else None
    if talk is None or talking.settle(talk).ended_at:
        return redirect("waiting" if seeker else "home")
    if talk.started_at:
        return redirect("talk", talk.pk)
    return render(
        request,
        "support/met.html",
        {"card": card_of(talk), "minutes": talk.minutes, "talk": talk},
    )


@require_POST
def met_start(request: HttpRequest) -> HttpResponse:
    seeker = seeker_of(request)
    talk = open_talk(seeker) if seeker else None
    if seeker is None or talk is None:
        return redirect("waiting")
    talking.start(talk, by=seeker)
    return redirect("talk", talk.pk)


@require_POST
def met_decline(request: HttpRequest) -> HttpResponse:
    seeker = seeker_of(request)
    talk = open_talk(seeker) if seeker else None
    if seeker and talk:
        talking.decline(talk, by=seeker)
    return redirect("waiting")


@require_GET
def talk(request: HttpRequest, room_id: int) -> HttpResponse:
    """The conversation, for either side."""
    conversation, seat = seat_of(request, room_id)
    if seat.left_at or conversation.ended_at:
        return redirect("goodbye", room_id)
    if seat.role == "seeker" and conversation.started_at is None:
        return redirect("met")
    other = conversation.partner_of(seat.person)
    note = conversation.request.content_note if conversation.request else ""
    return render(
        request,
        "support/talk.html",
        {
            "room_id": room_id,
            "seat_number": seat.number,
            "role": seat.role,
            "own_alias": seat.person.alias,
            "other_alias": other.alias,
            "other_line": line_about_other(conversation, seat),
            "card": card_of(conversation) if seat.role == "seeker" else None,
            "minutes": conversation.minutes,
            "can_add_time": seat.role == "volunteer" and conversation.time_added_at is None,
            "content_note": note if seat.role == "volunteer" else "",
            "started": conversation.started_at is not None,
            "handover": conversation.handover_at is not None,
            "help_card": help_card(seat),
            "groups": groups_for(conversation) if seat.role == "volunteer" else [],
        },
    )


@require_GET
def talk_state(request: HttpRequest, room_id: int) -> HttpResponse:
    """204 while it goes on; afterwards the part that says so, with the way out."""
    conversation, seat = seat_of(request, room_id)
    if conversation.ended_at is None and seat.left_at is None:
        return HttpResponse(status=204)
    return render(
        request,
        "support/parts/talk_ended.html",
        {
            "room_id": room_id,
            "sentence": ending_sentence(conversation, seat),
            "role": seat.role,
            "ending": conversation.ending,
            "may_report": reporting.is_reportable(conversation),
        },
    )


@require_POST
def talk_end(request: HttpRequest, room_id: int) -> HttpResponse:
    """End, for both, at once and without a question."""
    conversation, seat = seat_of(request, room_id)
    talking.end(conversation, by=seat.person, ending=Conversation.Ending.SAID_GOODBYE)
    return redirect("goodbye", room_id)


@require_POST
def talk_end_apart(request: HttpRequest, room_id: int) -> HttpResponse:
    """End, and please not us two again: no reason, no report."""
    conversation, seat = seat_of(request, room_id)
    talking.end_apart(conversation, by=seat.person, reason=Block.Reason.APART)
    return redirect("goodbye", room_id)


@require_POST
def talk_need_to_stop(request: HttpRequest, room_id: int) -> HttpResponse:
    """The volunteer's own reasons; the seeker loses nothing."""
    conversation, seat = seat_of(request, room_id)
    talking.need_to_stop(conversation, by=seat.person)
    return redirect("goodbye", room_id)


@require_POST
def talk_wait_again(request: HttpRequest, room_id: int) -> HttpResponse:
    """To the front of the line, after a volunteer needed to stop."""
    conversation, seat = seat_of(request, room_id)
    again = talking.wait_again(conversation, by=seat.person)
    return redirect("waiting" if again else "about")


@require_POST
def talk_may_know(request: HttpRequest, room_id: int) -> HttpResponse:
    """I may know this person."""
    conversation, seat = seat_of(request, room_id)
    talking.may_know(conversation, by=seat.person)
    if seat.role == "seeker" and conversation.started_at is None:
        return redirect("waiting")
    return redirect("goodbye", room_id)


@require_POST
def talk_more_time(request: HttpRequest, room_id: int) -> HttpResponseBase:
    conversation, seat = seat_of(request, room_id)
    try:
        talking.add_time(conversation, by=seat.person)
    except DomainError as error:
        return JsonResponse({"error": error.code, "sentence": error.sentence}, status=409)
    return JsonResponse({"ok": True})


@require_http_methods(["GET", "POST"])
def goodbye(request: HttpRequest, room_id: int) -> HttpResponse:
    """Leaving the room for good; with the second one gone, what was said is deleted."""
    conversation, seat = seat_of(request, room_id)
    if conversation.ended_at is None:
        return redirect("talk", room_id)
    sent = request.POST if request.method == "POST" else None
    may_answer = seat.role == "seeker" and conversation.started_at is not None
    form = HelpedForm(sent if may_answer else None)
    if not form.errors:
        talking.leave(seat)
    if request.method == "POST" and may_answer and form.is_valid():
        _count_answer(request, room_id, form.cleaned_data["answer"])
        return redirect("goodbye", room_id)
    mood = MoodForm(sent if seat.role == "volunteer" else None)
    return render(
        request,
        "support/goodbye.html",
        {
            "room_id": room_id,
            "sentence": ending_sentence(conversation, seat),
            "role": seat.role,
            "ending": conversation.ending,
            "saved": seat.role == "seeker" and saved.is_saved(seat.person),
            "help_card": help_card(seat),
            "hard": seat.role == "volunteer" and conversation.handover_at is not None,
            "may_say_mood": seat.role == "volunteer" and conversation.started_at is not None,
            "mood": mood.cleaned_data["mood"] if mood.is_valid() else "",
            "moods": Mood.choices,
            "offers_rest": _offers_rest(conversation, seat.person),
            "may_wait_again": _may_wait_again(conversation, seat.role),
            "next_time": _next_time(request, conversation, seat.role),
            "asked": not may_answer or room_id in request.session.get("answered", []),
            "answered": room_id in request.session.get("answered", []),
            "form": form,
            "may_report": reporting.is_reportable(conversation),
        },
        status=status_of(form),
    )


def _offers_rest(conversation: Conversation, person: Person) -> bool:
    """To a volunteer who has not taken a rest yet; unasked only after a crisis at level 2 or 3."""
    if person.pk != conversation.volunteer_id:
        return False
    profile = Profile.objects.filter(person=person).first()
    return profile is None or not profile.rests()


def _may_wait_again(conversation: Conversation, role: str) -> bool:
    ending = Conversation.Ending.NEEDED_TO_STOP
    return role == "seeker" and conversation.ending == ending and bool(conversation.request)


def _next_time(request: HttpRequest, conversation: Conversation, role: str) -> datetime | None:
    """When the seeker may talk again; None if they may now, and for the volunteer."""
    if role != "seeker":
        return None
    has = allowance.of(conversation.seeker, extra_time=extra_time_setting.is_on(request))
    at = plans.next_talk(conversation.seeker, has)
    return at if at is not None and at > clock.now() else None


def _count_answer(request: HttpRequest, room_id: int, choice: str) -> None:
    """Once a talk; the tally of the day knows nobody."""
    answered = request.session.get("answered", [])
    if room_id in answered:
        return
    tally, _made = Answer.objects.get_or_create(day=clock.now().date(), choice=choice)
    Answer.objects.filter(pk=tally.pk).update(count=F("count") + 1)
    request.session["answered"] = [*answered[-9:], room_id]


@csrf_exempt
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Quick exit by script: everything of this browser ends; the answer clears its cookies.

    Without a token for the same reasons as :func:`exit_page`.
    """
    if _from_another_site(request):
        return HttpResponse(status=403)
    _leave_everything(request)
    return _cleared(HttpResponse(status=204))


@csrf_exempt
@require_http_methods(["GET", "POST"])
def exit_page(request: HttpRequest) -> HttpResponse:
    """Quick exit without script.

    It works from every page, also one whose token has grown stale. Another site cannot use it on
    somebody: the session's cookie (SameSite=Lax) does not travel with its POST.
    """
    response = HttpResponse(status=303, headers={"Location": settings.EXIT_URL})
    if request.method == "GET" or _from_another_site(request):
        return response
    _leave_everything(request)
    return _cleared(response)


def _from_another_site(request: HttpRequest) -> bool:
    """Its POST comes without our cookies, and the answer must not clear them either."""
    return request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}


def _leave_everything(request: HttpRequest) -> None:
    """Whatever cannot be told to the database now ends by its own deadline; the browser forgets."""
    try:
        for person in persons_of(request):
            forgetting.leave_all(person)
        saved.forget_device(device_cookie.token_of(request))
        request.session.flush()
    except DatabaseError as error:
        log.warning("A quick exit was not stored (%s).", type(error).__name__)


def _cleared(response: HttpResponse) -> HttpResponse:
    ours = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, accepted_rules.COOKIE)
    for name in ours:
        response.delete_cookie(name)
    device_cookie.clear(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
