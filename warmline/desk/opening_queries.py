"""What a coordinator's page knows of the sealed parts of a report: states, names, sealed bytes. No words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from warmline.people.models import Person
from warmline.protocol import base64url, evidence
from warmline.rooms.models import Seat
from warmline.safety import keyholders, opening
from warmline.safety.evidence_models import Evidence, SealedStatement
from warmline.safety.keyholder_models import Keyholder
from warmline.safety.opening_models import Opening
from warmline.safety.report_models import Report

SEEKERS_SEAT, VOLUNTEERS_SEAT = 1, 2
"""In every talk (`Room.make`); for a report that is older than the talk's seats are kept."""


@dataclass(frozen=True)
class ChatPart:
    """The chat part as one coordinator finds it.

    state: ``closed`` (nobody decides about it now), ``gone`` (fewer than two are left who could ever),
        ``no_key``, ``newcomer`` (a key, but it was not sealed to it), ``alone`` (nobody else is here),
        ``asks`` (a first yes may be given), ``waits`` (own yes, not used), ``ready`` (somebody else's yes),
        ``opened`` (they are one of the two)
    messages: how many it shows
    key: the id of their key, "" without one
    a: what everything sealed of it is bound to, base64url
    layers: JSON, what is sealed to their key on the outside, by the key id of the inner one
    opening: the yes that waits, or the two who have opened it
    first: the key id of whoever said yes, until it is opened with that yes
    may_ask_again: there is a third who could open it with them
    pairs: aliases of the others who have opened it, two by two
    newcomers: aliases of those who can't open it yet
    """

    state: str
    messages: int
    key: str = ""
    a: str = ""
    layers: str = "{}"
    opening: Opening | None = None
    first: str = ""
    may_ask_again: bool = False
    pairs: list[tuple[str, str]] = field(default_factory=list)
    newcomers: list[str] = field(default_factory=list)


def chat_part(report: Report, reader: Person) -> ChatPart | None:
    """None when no part of the chat came with the report."""
    found = Evidence.objects.filter(report=report).select_related("report").first()
    if found is None:
        return None
    messages = len(evidence.read_items(bytes(found.items))[1])
    if not opening.may_be_opened(report):
        return ChatPart("closed", messages)
    if not opening.can_ever_be_opened(found):
        return ChatPart("gone", messages)
    new = [each.person.alias for each in opening.newcomers(found)]
    mine = opening.key_of(found, reader)
    if mine is None:
        has_key = any(each.person_id == reader.pk for each in keyholders.active())
        return ChatPart("newcomer" if has_key else "no_key", messages, newcomers=new)
    state, which = _standing(found, mine)
    others = opening.seconds_of(found, mine)
    return ChatPart(
        state=state if others or state == "opened" else "alone",
        messages=messages,
        key=mine.key_id,
        a=base64url.encode(opening.bound_to(found)),
        layers=_layers(found, mine, others),
        opening=which,
        first=which.first.key_id if which and state == "ready" else "",
        may_ask_again=state == "opened" and len(others) > 1 and not _own_yes(found, mine),
        pairs=_pairs_without(found, mine),
        newcomers=new,
    )


def opened_chat(found: Opening, inner: bytes, report: Report) -> dict[str, object]:
    """What the browser of one of the two needs: sealed words, what proves them, and the key for it alone."""
    part, pairs = found.evidence, opening.missing_pairs(found)
    keys = {each for pair in pairs for each in pair}
    return {
        "report": report.pk,
        "key_ids": part.key_names,
        "items": base64url.encode(bytes(part.items)),
        "sealed": base64url.encode(bytes(part.sealed)),
        "inner": base64url.encode(inner),
        "names": names(report),
        "pairs": [{"outer": a.key_id, "inner": b.key_id} for a, b in pairs],
        "keys": {each.key_id: base64url.encode(bytes(each.public_key)) for each in keys},
    }


def names(report: Report) -> dict[int, str]:
    """Who sat where: the reporter without a name, a reported volunteer by alias."""
    seats = Seat.objects.filter(room=report.room)
    seat_of: dict[int | None, int] = dict(seats.order_by("number").values_list("person", "number"))
    usual = (SEEKERS_SEAT, VOLUNTEERS_SEAT)
    about_seeker = report.side == Report.Side.SEEKER
    reported, reporter = usual if about_seeker else reversed(usual)
    reported = report.reported_seat or seat_of.get(report.reported_id, reported)
    reporter = report.reporter_seat or seat_of.get(report.reporter_id, reporter)
    named = report.reported.alias if report.reported and not about_seeker else ""
    return {
        reporter: _("Who made the report"),
        reported: _("{alias} (reported)").format(alias=named) if named else _("Who is reported"),
    }


@dataclass(frozen=True)
class Statement:
    """The reporter's words as sealed to coordinators' keys.

    key, sealed: the reader's own copy, "" where there is none
    gone: nobody has a copy any more
    newcomers: aliases of those without one; keys: JSON of their keys, `[{"keyId", "pk"}, …]`
    """

    key: str
    sealed: str
    newcomers: list[str]
    keys: str
    gone: bool


def statement(report: Report, reader: Person) -> Statement | None:
    """None when the words were not sealed to coordinators' keys."""
    copies = list(SealedStatement.objects.filter(report=report).select_related("keyholder"))
    if not report.words_sealed:
        return None
    mine = next((copy for copy in copies if copy.keyholder.person_id == reader.pk), None)
    new = opening.without_statement(report)
    return Statement(
        key=mine.keyholder.key_id if mine else "",
        sealed=base64url.encode(bytes(mine.sealed)) if mine else "",
        newcomers=[each.person.alias for each in new],
        keys=json.dumps(
            [{"keyId": each.key_id, "pk": base64url.encode(bytes(each.public_key))} for each in new]
        ),
        gone=not copies,
    )


def _standing(found: Evidence, mine: Keyholder) -> tuple[str, Opening | None]:
    openings = Opening.objects.filter(evidence=found).select_related(
        "first__person", "second__person"
    )
    if opened := openings.opened().of(mine).first():
        return "opened", opened
    if ready := opening.waiting_for(found, mine):
        return "ready", ready
    own = openings.waiting().filter(first=mine).first()
    return ("waits", own) if own else ("asks", None)


def _own_yes(found: Evidence, mine: Keyholder) -> bool:
    return Opening.objects.waiting().filter(evidence=found, first=mine).exists()


def _layers(found: Evidence, mine: Keyholder, others: list[Keyholder]) -> str:
    blobs = dict(found.blobs.filter(outer=mine).values_list("inner", "blob"))
    return json.dumps({each.key_id: base64url.encode(bytes(blobs[each.pk])) for each in others})


def _pairs_without(found: Evidence, mine: Keyholder) -> list[tuple[str, str]]:
    every = Opening.objects.opened().filter(evidence=found).exclude(first=mine)
    others = every.exclude(second=mine).select_related("first__person", "second__person")
    return [(each.first.person.alias, each.second.person.alias) for each in others if each.second]
