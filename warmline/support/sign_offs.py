"""The volunteer's tray of ready-made goodbyes: which there are, and each filled in for one talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.protocol import clock
from warmline.rooms.models import Way
from warmline.rules import texts
from warmline.rules.filling import fill
from warmline.rules.models import Community
from warmline.safety.models import CrisisLine
from warmline.support import allowance, plans
from warmline.support.models import Conversation
from warmline.support.rule_words import address

LINES_NAMED = 2


@dataclass(frozen=True)
class SignOff:
    """One message of the tray, and what sending it does beside.

    ``then``: how the talk ends once it was sent, or empty; ``card``: the crisis card is shown;
    ``handover``: the clock becomes a handover.
    """

    key: str
    label: object
    then: str = ""
    card: bool = False
    handover: bool = False


END, NEED_TO_STOP = "end", "need_to_stop"

GROUPS: tuple[tuple[object, tuple[SignOff, ...]], ...] = (
    (
        _lazy("Crisis"),
        (
            SignOff("crisis_now", _lazy("Happening now"), card=True, handover=True),
            SignOff("crisis_danger", _lazy("In danger soon"), card=True, handover=True),
            SignOff("crisis_thoughts", _lazy("Thoughts of dying or self-injury"), END, card=True),
            SignOff("crisis_goodbye", _lazy("Goodbye after a crisis"), END, card=True),
            SignOff("someone_else", _lazy("Someone else is in danger"), END, card=True),
        ),
    ),
    (
        _lazy("Limits"),
        (
            SignOff("sexual_chance", _lazy("Sexual: one chance")),
            SignOff("sexual_end", _lazy("Sexual: end now"), END, card=True),
            SignOff("aggression_chance", _lazy("Insults: one chance")),
            SignOff("aggression_end", _lazy("Insults: end now"), END, card=True),
            SignOff("pressure", _lazy("Pressure to stay or to meet"), END, card=True),
            SignOff("not_for_this", _lazy("Not what we are for"), END),
            SignOff("under_18", _lazy("They may be under 18"), END, card=True),
        ),
    ),
    (
        _lazy("Time"),
        (
            SignOff("ten_minutes", _lazy("Ten minutes left")),
            SignOff("time_up", _lazy("Time is up"), END),
            SignOff("beyond_us", _lazy("Beyond what we can handle"), card=True),
            SignOff("need_to_stop", _lazy("I need to stop"), NEED_TO_STOP),
        ),
    ),
)
"""In the order of the tray. What is not a goodbye (one chance, ten minutes, beyond us) ends nothing."""


@dataclass(frozen=True)
class Filled:
    """A message of the tray with its text as the seeker would read it."""

    sign_off: SignOff
    text: str
    language: str


@dataclass(frozen=True)
class Group:
    name: object
    messages: list[Filled]


def tray(conversation: Conversation, country: str) -> list[Group]:
    """Every message of the tray, filled in for this talk with a country's numbers."""
    community = Community.current()
    found = texts.in_force(conversation.language, *(community.languages[:1] if community else []))
    by_language = {
        language: values(conversation, country, language)
        for language in {version.language for version in found.values()}
    }
    return [
        Group(name, [_filled(each, found[each.key], by_language) for each in messages])
        for name, messages in GROUPS
    ]


@dataclass(frozen=True)
class Automatic:
    """A text that a page shows by itself."""

    text: str
    language: str


def automatic(key: str) -> Automatic:
    """A text for the page, in its language where there is one; the page says the time by itself."""
    version = texts.in_force(translation.get_language() or "en")[key]
    with translation.override(version.language):
        card = _("our crisis page")
    return Automatic(fill(version.text, {"help_card": card}), version.language)


def values(conversation: Conversation, country: str, language: str) -> dict[str, str]:
    """What fills the words in braces, in a text's language; words without a value are missing."""
    with translation.override(language):
        return {
            **country_values(country),
            "name": conversation.seeker.alias,
            "next_time": in_words(_next_time(conversation)),
            "rules_link": address("rules"),
        }


def country_values(country: str) -> dict[str, str]:
    """What a country's lines fill in, in the language that is active."""
    lines = CrisisLine.objects.shown().of(country)
    emergency = lines.emergency().first()
    numbers = [shown for shown, _dialled in emergency.numbers] if emergency else []
    young = [_named(line) for line in lines.lines().for_minors()]
    return {
        "help_card": _("the help card"),
        "emergency_number": next(
            iter(numbers), ""
        ),  # The first is the best for a medical emergency.
        "child_help": _(" or ").join(filter(None, young[:LINES_NAMED])),
    }


def in_words(at: datetime | None) -> str:
    """A moment in the community's time zone, with its name; empty for none, “today” for now."""
    if at is None:
        return ""
    if at <= clock.now():
        return _("today")
    community = Community.current()
    zone = community.zone if community else timezone.get_default_timezone()
    day = date_format(timezone.localtime(at, zone), "l j F")
    hour = date_format(timezone.localtime(at, zone), "H:i")
    return _("{day}, {time} ({zone})").format(day=day, time=hour, zone=zone)


def _filled(
    sign_off: SignOff, version: texts.Version, by_language: dict[str, dict[str, str]]
) -> Filled:
    text = fill(version.text, by_language[version.language])
    return Filled(sign_off, text, version.language)


def _next_time(conversation: Conversation) -> datetime | None:
    """When the seeker may talk again if this talk goes on until its time is used."""
    now = clock.now()
    room = conversation.room
    more = timedelta(milliseconds=room.granted_ms or 0) - room.talk_clock.used
    ends = now + max(timedelta(0), more)
    wants_extra = bool(conversation.request and conversation.request.extra_time)
    has = allowance.of(conversation.seeker, extra_time=wants_extra, now=now)
    free = conversation.handover_used_ms is not None
    whole = conversation.charged if free else conversation.charged + max(timedelta(0), more)
    this = allowance.Use(allowance.counted(whole, Way(conversation.way)), ends + allowance.WINDOW)
    others = [use for use in has.uses if use.until is not None]
    at = allowance.Allowance(has.granted, (*others, this), ends).next_time
    if at is not None:
        at = plans.after_a_talk(conversation.seeker, at, ends=None if free else ends)
    return now if at is not None and at <= ends else _up_to_five_minutes(at)


def _up_to_five_minutes(at: datetime | None) -> datetime | None:
    """Rounded up: what is promised is kept."""
    if at is None:
        return None
    rest = timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)
    return at - rest + timedelta(minutes=5) if rest else at


def _named(line: CrisisLine) -> str:
    """A line with a way to reach it: its name and number, text or page."""
    ways = [shown for shown, _dialled in line.numbers[:1]]
    ways += [text.shown for text in line.texts[:1]] if not ways else []
    ways += [line.chat_url or line.website] if not ways else []
    return f"{line.name} ({ways[0]})" if ways and ways[0] else ""
