"""The volunteer's page: ready for N minutes, offers, open talks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_POST

from warmline.availability.models import Readiness
from warmline.core.errors import DomainError
from warmline.core.realtime import publish
from warmline.people.access import acting_person, require_role
from warmline.people.models import Person, Role
from warmline.protocol import clock, topics
from warmline.rooms import languages
from warmline.rooms.models import Way
from warmline.rules import acceptance, ground_rules
from warmline.rules.models import Audience
from warmline.safety import appeals, ladder
from warmline.support import caps
from warmline.support.forms import ReadyForm
from warmline.support.models import Conversation, Offer, Profile, ThirdSeat, Topic, TopicLevel
from warmline.support.seeking import seeker_of, waiting_request
from warmline.support.services import (
    appointing,
    asking,
    debriefing,
    lettering,
    offering,
    planning,
    resting,
    talking,
    third,
)
from warmline.support.wellbeing_forms import RestingForm

volunteers_only = require_role(Role.Kind.VOLUNTEER)
or_resting = require_role(Role.Kind.VOLUNTEER, or_resting=True)


@require_GET
@or_resting
def here(request: HttpRequest) -> HttpResponse:
    """Ready or not, what is offered, which talks are open."""
    volunteer = acting_person(request)
    return render(request, "availability/here.html", _here_context(volunteer, ReadyForm()))


def page_with(request: HttpRequest, **shown: Any) -> HttpResponse:
    """The page again with a form on it that needs another look."""
    context = _here_context(acting_person(request), ReadyForm())
    return render(request, "availability/here.html", {**context, **shown}, status=422)


def _here_context(volunteer: Person, form: ReadyForm) -> dict[str, Any]:
    profile, _made = Profile.objects.get_or_create(person=volunteer)
    limits, talks = caps.of(volunteer.pk)
    rests = resting.rests(volunteer)
    return {
        **_rules(volunteer),
        "readiness": Readiness.objects.in_effect().filter(person=volunteer).first(),
        "form": form,
        "offer": pending_offer(volunteer),
        "talks": _open_talks(volunteer),
        "joined_talk": _joined_talk(volunteer),
        "left_now": _minutes(limits.left(talks, clock.now())),
        "counts": [
            (_minutes(count.used), _minutes(count.cap))
            for count in limits.counts(talks, clock.now())
        ],
        "rest_until": _rest_needed(limits, talks),
        "resting": rests,
        "asks_back": rests and resting.asks_back(profile),
        "ask_back_on": profile.ask_back_on if rests else None,
        "rest_form": RestingForm(),
        "debriefs": debriefing.for_listener(volunteer),
        "letters_open": bool(lettering.open_for(volunteer)),
        "letters_mine": lettering.has_one_to_answer(volunteer),
        "appointments_open": bool(appointing.open_for(volunteer)),
        "appointments_mine": bool(appointing.of_volunteer(volunteer)),
        "debrief": debriefing.of(volunteer),
        "resting_until": profile.rest_until if profile.rests() else None,
        "appeal_task": None if rests else appeals.for_reader(volunteer),
        "reminded": ladder.to_show(volunteer) is not None,
        "profile_complete": profile.complete,
        "new_topics": _has_new_topics(profile),
        "plan_teams": planning.teams_of(volunteer),
        "alias": volunteer.alias,
    }


def _rules(volunteer: Person) -> dict[str, Any]:
    """Whether the rules in force wait for a yes, the first or another; and what is to come."""
    known = ground_rules.history(Audience.VOLUNTEERS)
    given = acceptance.accepted(volunteer.alias, volunteer.made_at)
    return {
        "history": known,
        "rules_given": given,
        "rules_due": given is None or given < known.in_force.number,
    }


def _open_talks(volunteer: Person) -> list[dict[str, Any]]:
    found = (
        Conversation.objects.open()
        .filter(volunteer=volunteer)
        .select_related("room", "room__talk_clock", "seeker")
    )
    return [
        {
            "url": reverse("talk", args=[talk.pk]),
            "alias": talk.seeker.alias,
            "started": talk.started_at is not None,
        }
        for talk in found
        if talking.settle(talk).ended_at is None
    ]


def _joined_talk(volunteer: Person) -> str:
    """Where the talk is that they joined as a third; empty when there is none."""
    joined = ThirdSeat.objects.taken().filter(taker=volunteer).first()
    return reverse("third_room", args=[joined.conversation_id]) if joined else ""


def _minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)


def _rest_needed(limits: caps.Caps, talks: list[caps.Talked]) -> datetime | None:
    """Until when a break or a cap keeps offers away; None when nothing does."""
    until = limits.next_time(talks, clock.now())
    return until if until > clock.now() else None


def _has_new_topics(profile: Profile) -> bool:
    seen = profile.topics_seen_at
    return bool(seen and Topic.objects.filter(active=True, made_at__gt=seen).exists())


def pending_offer(volunteer: Person) -> dict[str, Any] | None:
    """What the offer's part shows, or None."""
    offered = Offer.objects.pending().filter(volunteer=volunteer).first()
    return offer_shown(volunteer, offered) if offered else None


def offer_shown(volunteer: Person, offered: Offer) -> dict[str, Any] | None:
    """What is shown of an offer to the volunteer it was made to; None when it is over."""
    found = (
        Offer.objects.pending()
        .filter(pk=offered.pk, volunteer=volunteer, request__state="waiting")
        .select_related("request")
        .prefetch_related("request__topics")
        .first()
    )
    if found is None:
        return None
    asked = found.request
    levels = dict(
        TopicLevel.objects.filter(person=volunteer, topic__in=asked.topics.all()).values_list(
            "topic_id", "level"
        )
    )
    interface = get_language() or "en"
    return {
        "id": found.pk,
        "topics": [
            (topic.shown_name, levels.get(topic.pk, ""))
            for topic in asked.topics.all()
            if topic.kind == Topic.Kind.TOPIC
        ],
        "own_words": asked.own_words,
        "backgrounds": [
            topic.shown_name for topic in asked.topics.all() if topic.kind == Topic.Kind.BACKGROUND
        ],
        "languages": [languages.name(tag, interface, gettext) for tag in asked.languages],
        "way": Way(asked.ways[0]).label if asked.ways else Way.TEXT.label,
        "minutes": found.minutes,
        "content_note": asked.content_note,
        "is_new": asked.new_here,
        "expires_ms": clock.to_ms(found.expires_at),
        "length_ms": (found.expires_at - found.made_at) // timedelta(milliseconds=1),
        "now_ms": clock.now_ms(),
    }


@require_POST
@or_resting
def ready(request: HttpRequest) -> HttpResponse:
    """ "I have N minutes"."""
    volunteer = acting_person(request)
    form = ReadyForm(request.POST)
    if not form.is_valid():
        return render(request, "availability/here.html", _here_context(volunteer, form), status=422)
    if not acceptance.is_up_to_date(volunteer.alias, volunteer.made_at):
        return redirect("volunteer_rules")
    profile, _made = Profile.objects.get_or_create(person=volunteer)
    if not profile.complete:
        return redirect("profile")
    if profile.rests() or resting.rests(volunteer):
        return redirect("volunteer")
    _stop_asking_for_myself(request)
    Readiness.begin(volunteer, length=timedelta(minutes=form.cleaned_data["minutes"]))
    publish(topics.MATCHER, "ready")
    return redirect("volunteer")


def _stop_asking_for_myself(request: HttpRequest) -> None:
    """One browser is not on both sides at once."""
    seeker = seeker_of(request)
    place = waiting_request(seeker) if seeker else None
    if place:
        asking.leave(place)


@require_POST
@or_resting
def done(request: HttpRequest) -> HttpResponse:
    """Done for now; a talk that has begun goes on."""
    resting.stop_offers(acting_person(request))
    return redirect("volunteer")


@require_POST
@volunteers_only
def still_here(request: HttpRequest) -> JsonResponse:
    """The ready page reports, and hears what there is."""
    volunteer = acting_person(request)
    stays = Readiness.seen(volunteer)
    offered = pending_offer(volunteer)
    return JsonResponse(
        {
            "ready": stays,
            "offer": str(offered["id"]) if offered else "",
            "calls": len(third.calls_for(volunteer)) if stays else 0,
            "talks": len(_open_talks(volunteer)),
        }
    )


@require_GET
@volunteers_only
def offer_part(request: HttpRequest) -> HttpResponse:
    """The offer of this moment; 204 when there is none."""
    offered = pending_offer(acting_person(request))
    if offered is None:
        return HttpResponse(status=204)
    return render(request, "support/parts/offer.html", {"offer": offered})


@require_POST
@volunteers_only
def offer_take(request: HttpRequest, offer_id: int) -> HttpResponse:
    volunteer = acting_person(request)
    offered = get_object_or_404(Offer, pk=offer_id, volunteer=volunteer)
    taken = (
        Conversation.objects.open().filter(request=offered.request_id, volunteer=volunteer).first()
    )
    if taken is None:
        try:
            taken = offering.take(offered, by=volunteer)
        except DomainError as error:
            messages.info(request, error.sentence)
            return redirect("volunteer")
    return redirect("talk", taken.pk)


@require_POST
@volunteers_only
def offer_not_now(request: HttpRequest, offer_id: int) -> HttpResponse:
    volunteer = acting_person(request)
    offering.not_now(get_object_or_404(Offer, pk=offer_id, volunteer=volunteer), by=volunteer)
    return redirect("volunteer")


@require_POST
@volunteers_only
def offer_no(request: HttpRequest, offer_id: int) -> HttpResponse:
    volunteer = acting_person(request)
    offering.no(get_object_or_404(Offer, pk=offer_id, volunteer=volunteer), by=volunteer)
    return redirect("volunteer")
