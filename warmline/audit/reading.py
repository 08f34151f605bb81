"""Entries as people read them: one line each, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.audit.actions import Action
from warmline.audit.models import Entry
from warmline.rules import texts
from warmline.rules.models import RULES

AFTER_A_REPORT = (Action.STEP_TAKEN, Action.STEP_CONFIRMED, Action.STEP_DECLINED)
"""Whom it is about learns rule and outcome; not which coordinator decided."""


@dataclass(frozen=True)
class Line:
    """One entry. ``object`` and ``detail`` are words; ``person`` an alias, where it is about somebody."""

    at: datetime
    label: str
    actor: str
    second: str
    person: str
    object: str
    detail: str
    done_alone: bool


def lines(entries: Iterable[Entry], *, own: str = "") -> list[Line]:
    """``own``: the alias of who reads their own entries and does not coordinate in them."""
    return [_line(entry, own) for entry in entries]


def _line(entry: Entry, own: str) -> Line:
    kind, _colon, rest = entry.object.partition(":")
    hidden = (
        own != ""
        and entry.action in (*AFTER_A_REPORT, Action.APPEAL_ANSWERED)
        and own not in (entry.actor, entry.second)
    )
    return Line(
        at=entry.at,
        label=entry.label,
        actor=_hidden_actor(entry) if hidden else entry.actor,
        second="" if hidden else entry.second,
        person=rest if kind == "person" else "",
        object="" if kind == "person" else _object(kind, rest),
        detail=_detail(entry),
        done_alone=entry.done_alone,
    )


def _hidden_actor(entry: Entry) -> str:
    if entry.action == Action.APPEAL_ANSWERED:
        return _("somebody who was not part of it")
    return _("a coordinator")


def _object(kind: str, rest: str) -> str:
    if kind == "setting" and rest in RULES:
        return str(RULES[rest].label)
    if kind == "text" and rest in texts.NAMES:
        return str(texts.NAMES[rest])
    if kind == "line":
        return _("{country}, line {number}").format(
            country=rest.partition("-")[0].upper(), number=rest.partition("-")[2]
        )
    if kind in _WITHOUT_NUMBER:
        return str(_WITHOUT_NUMBER[kind])
    return rest.replace("-", " ")


def _detail(entry: Entry) -> str:
    words = [*entry.rule.split(), *entry.reason.split()]
    return " ".join(str(_WORDS.get(word, word.replace("_", " "))) for word in words)


_WITHOUT_NUMBER: dict[str, Promise] = {
    "report": _lazy("a report"),
    "sanction": _lazy("a step"),
    "invitation": _lazy("an invitation"),
}
_WORDS: dict[str, Promise | str] = {
    ">": "→",
    "volunteer": _lazy("volunteer"),
    "coordinator": _lazy("coordinator"),
    "alone": _lazy("(acting alone)"),
    "named_alone": _lazy("(the first names the second)"),
    "invite_coordinator": _lazy("invite a coordinator:"),
    "give_role": _lazy("give a role:"),
    "end_role": _lazy("end a role:"),
    "name_reader": _lazy("decide an appeal:"),
    "export": _lazy("download the data"),
    "added": _lazy("added"),
    "changed": _lazy("changed"),
    "retired": _lazy("retired"),
    "brought_back": _lazy("brought back"),
    "name": _lazy("name"),
    "country": _lazy("country"),
    "languages": _lazy("languages"),
    "time_zone": _lazy("time zone"),
    "reminder": _lazy("reminder,"),
    "hold": _lazy("held back while we look,"),
    "day": _lazy("pause of 24 hours,"),
    "week": _lazy("pause of 7 days,"),
    "ban": _lazy("ban,"),
    "lifted": _lazy("– lifted"),
    "stays": _lazy("– stays"),
    "own_wish": _lazy("(their own wish)"),
    "ban_over": _lazy("(a year after a ban)"),
}
