"""One night with everything in it that an address can be about, and a browser for each actor."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.internal.flows import login
from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.urls import resolve, reverse

from tests import factories, six_words
from tests.policy.actors import OR_RESTING, Actor
from tests.policy.routes import Route
from tests.policy.rows import Row
from tests.safety import reporting, sealed_reports
from tests.support import letters
from tests.work import solved
from warmline.availability import calendar_feed
from warmline.core import proof
from warmline.demo.keys import Keyring
from warmline.people import approvals, factors, recovery, saved
from warmline.people.models import Approval, Invitation, Person, Role
from warmline.protocol import base64url, clock
from warmline.protocol.evidence import SEAL_BYTES, STATEMENT_BLOCK
from warmline.rooms.models import Seat
from warmline.rules import ground_drafts, ground_rules
from warmline.rules.models import Audience
from warmline.safety import ladder
from warmline.safety import reports as safety_reports
from warmline.safety.models import AppealReader, CrisisLine, Keyholder, Report
from warmline.support.models import Debrief, Topic
from warmline.support.plan_models import Plan, PlanMember
from warmline.support.services import appointing, debriefing, lettering, third

USUAL = {
    "room_id": "room",
    "offer_id": "offer",
    "report_id": "report",
    "sanction_id": "sanction",
    "invitation_id": "invitation",
    "line_id": "line",
    "debrief_id": "debrief",
    "slug": "topic",
    "key": "text",
    "plan_id": "plan",
    "third_id": "third",
    "series_id": "open hours",
}
"""What an argument of an address is about, unless its row says otherwise."""


USUAL_VISITORS = (
    Actor.OTHER_SEEKER,
    Actor.SEEKER,
    Actor.VOLUNTEER,
    Actor.COORDINATOR,
    Actor.HELD_BACK,
    Actor.OTHER_VOLUNTEER,
    Actor.INVOLVED,
)
"""Who tries a form or opens a page if only one shall: the first of these who may."""


@dataclass
class World:
    """`things`: name → what an address takes. `persons`: the actors who are somebody."""

    things: dict[str, Any]
    persons: dict[Actor, Person]

    def url(self, name: str, route: Route, row: Row) -> str:
        """The address about real things; fails with a sentence when a row leaves one open."""
        values = {}
        for argument in route.arguments:
            thing = row.args.get(argument) or USUAL.get(argument)
            assert thing in self.things, (
                f"“{name}” is about <{argument}>: make one in tests/policy/world.py and say its name "
                f"in the row (args={{'{argument}': '…'}})."
            )
            values[argument] = self.things[thing]
        return reverse(name, kwargs=values)

    def filled(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A body in which `{name of a thing}` stands for the thing."""
        return {
            name: value.format(**self.things) if isinstance(value, str) else value
            for name, value in body.items()
        }


def make() -> World:
    """Everything, in one community with English and German."""
    factories.community()
    factories.catalogue()
    persons = _people()
    things: dict[str, Any] = {}
    for part in (
        _reports,
        _talks,
        _thirds,
        _debriefs,
        _letters,
        _appointments,
        _desk,
        _accounts,
        _power,
        _rules,
        _coming_back,
        _plans,
    ):
        things |= part(persons)
    return World(things, persons)


def _people() -> dict[Actor, Person]:
    persons = {
        Actor.SEEKER: factories.ada(),
        Actor.OTHER_SEEKER: factories.seeker("Other"),
        Actor.WAITING: factories.seeker("Waiting"),
        Actor.MET: factories.seeker("Met"),
        Actor.HELD_BACK: factories.seeker("Held Back"),
        Actor.VOLUNTEER: factories.ben(),
        Actor.OTHER_VOLUNTEER: factories.chioma(),
        Actor.RESTING: factories.volunteer("resting"),
        Actor.SUSPENDED: factories.volunteer("suspended"),
        Actor.ENDED: factories.volunteer("former"),
        Actor.COORDINATOR: factories.dana(),
        Actor.INVOLVED: factories.volunteer("involved"),
        Actor.EVE: factories.eve(),
    }
    Role.objects.create(person=persons[Actor.INVOLVED], kind=Role.Kind.COORDINATOR)
    for actor in OR_RESTING | {Actor.SUSPENDED}:
        factories.accepts_rules(persons[actor])
    _set_role(persons[Actor.RESTING], status=Role.Status.RESTING)
    _set_role(persons[Actor.SUSPENDED], status=Role.Status.SUSPENDED)
    _set_role(persons[Actor.ENDED], ended_at=clock.now())
    return persons


def _set_role(person: Person, **values: Any) -> None:
    person.roles.update(**values)


def _talks(persons: dict[Actor, Person]) -> dict[str, Any]:
    ada, ben = persons[Actor.SEEKER], persons[Actor.VOLUNTEER]
    ended = reporting.ended_talk(ada, ben)
    talk = factories.talk(ada, ben)
    Seat.objects.filter(room=talk.room, person=ada).update(card_country="DE")
    factories.talk(persons[Actor.MET], factories.volunteer("olu"), started=False)
    waiting = factories.request(persons[Actor.WAITING])
    return {
        "room": talk.pk,
        "public key": base64url.encode(Keyring(talk.pk, 1).pk),
        "ended room": ended.pk,
        "offer": factories.offer(waiting, ben).pk,
    }


def _thirds(persons: dict[Actor, Person]) -> dict[str, Any]:
    """Chioma has joined one talk and left another; for a further one the involved coordinator fits."""
    chioma, involved = persons[Actor.OTHER_VOLUNTEER], persons[Actor.INVOLVED]
    talks = [
        factories.talk(factories.seeker(f"Third {name}"), factories.volunteer(name))
        for name in ("tala", "tomi", "tuva")
    ]
    left = factories.third(talks[0], taker=chioma)
    third.leave(left)
    joined = factories.third(talks[1], taker=chioma)
    wanted = factories.third(talks[2])
    factories.ready(involved)
    return {
        "left room": left.conversation_id,
        "joined room": joined.conversation_id,
        "third": wanted.pk,
    }


def _debriefs(persons: dict[Actor, Person]) -> dict[str, Any]:
    """One goes on between Ben and Dana; the involved coordinator asks for another."""
    debriefing.ask(persons[Actor.VOLUNTEER])
    debriefing.ask(persons[Actor.INVOLVED])
    wished = Debrief.objects.get(asker=persons[Actor.VOLUNTEER])
    return {
        "debrief": Debrief.objects.get(asker=persons[Actor.INVOLVED]).pk,
        "debrief room": debriefing.take(wished, by=persons[Actor.COORDINATOR]).pk,
    }


def _letters(persons: dict[Actor, Person]) -> dict[str, Any]:
    """Ada's letter has Ben's answer; nobody has another one yet, which Chioma could take."""
    ben, chioma = persons[Actor.VOLUNTEER], persons[Actor.OTHER_VOLUNTEER]
    letters.letter_key(ben)
    letter = letters.sent(persons[Actor.SEEKER])
    lettering.take(letter, by=ben)
    lettering.answer(letter, by=ben, part=letters.PART)
    ben.letter_keys.all().delete()
    letters.letter_key(chioma)
    return {"letter": letter.pk, "open letter": letters.sent(factories.seeker("Pen")).pk}


def _appointments(persons: dict[Actor, Person]) -> dict[str, Any]:
    """Ada's, which nobody has yet."""
    at = clock.now() + timedelta(days=2)
    made, secret = appointing.ask(
        persons[Actor.SEEKER], times=[at], zone=ZoneInfo("UTC"), language="en", way="text"
    )
    return {
        "appointment": made.pk,
        "appointment secret": secret,
        "appointment at": int(made.times.get().at.timestamp()),
        "soon day": (clock.now() + timedelta(days=3)).date().isoformat(),
    }


def _reports(persons: dict[Actor, Person]) -> dict[str, Any]:
    ada, involved = persons[Actor.SEEKER], persons[Actor.INVOLVED]
    held, lin, mo = (
        persons[Actor.HELD_BACK],
        reporting.coordinator("lin"),
        reporting.coordinator("mo"),
    )
    unread, code = reporting.report_of(reporting.ended_talk(ada, involved), ada)
    read = reporting.read_report(reporting.ended_talk(ada, involved), ada, lin)
    banned = reporting.read_report(reporting.ended_talk(held, involved), involved, lin)
    awaited = reporting.read_report(reporting.ended_talk(held, involved), involved, lin)
    ban = ladder.take_step(banned, kind="ban", reason="insult", by=lin)
    ladder.confirm(ban, by=mo)
    ban.refresh_from_db()
    ladder.appeal(ban, by=held, text="I was ill that night. I am sorry.")
    ben = persons[Actor.VOLUNTEER]
    return {
        **_sealed(read, persons[Actor.COORDINATOR], lin, mo),
        "appeal reader": AppealReader.objects.create(sanction=ban, volunteer=ben).pk,
        "reading volunteer": persons[Actor.OTHER_VOLUNTEER].pk,
        "report": unread.pk,
        "read report": read.pk,
        "report code": code,
        "sanction": ban.pk,
        "awaited sanction": ladder.take_step(awaited, kind="ban", reason="insult", by=lin).pk,
    }


def _sealed(report: Report, dana: Person, lin: Person, mo: Person) -> dict[str, Any]:
    """The read report has a chat part for Dana and Lin, who has said yes; Mo's key came later."""
    safety_reports.open_report(report, by=dana)
    factories.keyholder(dana)
    factories.keyholder(lin)
    sealed = sealed_reports.with_chat(report, sealed_reports.SAID)
    sealed_reports.says_yes(sealed, lin)
    new = factories.keyholder(mo)
    return {
        "handed on": sealed_reports.as_json(sealed_reports.handed_on(sealed, dana)),
        "words anew": sealed_reports.as_json({new.key_id: bytes(SEAL_BYTES + STATEMENT_BLOCK)}),
    }


def _desk(persons: dict[Actor, Person]) -> dict[str, Any]:
    dana = persons[Actor.COORDINATOR]
    invitation, code = Invitation.make(kind=Role.Kind.VOLUNTEER, by=dana)
    line = CrisisLine.objects.create(
        country="DE", name="TelefonSeelsorge", phone="0800 111 0 111", modes="phone"
    )
    CrisisLine.objects.create(
        country="DE", name="Emergency", phone="112", modes="phone", is_emergency=True
    )
    return {
        "invitation": invitation.pk,
        "invitation code": code,
        "line": line.pk,
        "topic": Topic.objects.topics().order_by("slug")[0].slug,
        "open hours": factories.open_hours().pk,
        "calendar address": calendar_feed.new_address(persons[Actor.VOLUNTEER]),
        "text": "time_used",
        "country": "de",
        "no code": "nothing-like-a-code",
        "work": "come-back",
        "worked for a report": solved(proof.challenge("report code")),
        "worked for coming back": solved(proof.challenge("come back")),
    }


@contextmanager
def forgotten() -> Iterator[None]:
    """Whatever happens inside has not happened afterwards; counted tries neither."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _accounts(persons: dict[Actor, Person]) -> dict[str, Any]:
    """Ben asks for a new second factor; Nora has a link for a new password."""
    ben, nora = persons[Actor.VOLUNTEER].account, factories.volunteer("nora").account
    asked = recovery.ask(ben)
    link = resolve(recovery.make_link(nora, by=persons[Actor.COORDINATOR])).kwargs
    return {
        "recovery": asked.pk,
        "factor": factors.of_account(ben)[0].pk,
        "account": ben.pk,
        "volunteer": ben.person_id,
        "volunteering": Role.Kind.VOLUNTEER,
        "link kind": link["kind"],
        "link name": link["name"],
        "link token": link["token"],
    }


def _power(persons: dict[Actor, Person]) -> dict[str, Any]:
    """A third coordinator asks that Chioma's role ends, and for a yes to her key; Dana and she agreed on
    a download."""
    kim, dana = reporting.coordinator("kim"), persons[Actor.COORDINATOR]
    ends = approvals.ask(
        Approval.Kind.END_ROLE,
        by=kim,
        subject=persons[Actor.OTHER_VOLUNTEER],
        role=Role.Kind.VOLUNTEER,
    )
    download = approvals.ask(Approval.Kind.EXPORT, by=dana)
    approvals.approve(download, by=kim)
    key = factories.keyholder(kim, state=Keyholder.State.WAITING)
    return {
        "key approval": approvals.ask(Approval.Kind.KEYHOLDER_KEY, by=kim, concerns=key.pk).pk,
        "new public key": base64url.encode(factories.public_key("a new one")),
        "asked approval": ends.pk,
        "agreed approval": download.pk,
        "export": Approval.Kind.EXPORT,
    }


def _rules(persons: dict[Actor, Person]) -> dict[str, Any]:
    """A draft of the rules for groups."""
    draft = ground_drafts.begin(Audience.GROUPS, by=persons[Actor.COORDINATOR].alias)
    return {
        "team audience": Audience.VOLUNTEERS,
        "rules number": ground_rules.number_in_force(Audience.VOLUNTEERS),
        "seekers rules": ground_rules.number_in_force(Audience.SEEKERS),
        "draft audience": Audience.GROUPS,
        "draft number": draft.number,
        "draft key": draft.slots[0].key,
        "next month": f"{clock.now() + timedelta(days=30):%Y-%m-%d}",
    }


def _coming_back(persons: dict[Actor, Person]) -> dict[str, Any]:
    """Somebody who is no actor has six words."""
    words = six_words.draw()
    saved.keep_phrase(factories.seeker("Words"), six_words.made_of(words))
    return {"words": six_words.sent(words)}


def _plans(persons: dict[Actor, Person]) -> dict[str, Any]:
    """A plan of somebody who is no actor, agreed with Ben."""
    seeker = factories.seeker("Planned")
    saved.remember(seeker)
    plan = Plan.objects.create(
        seeker=seeker,
        state=Plan.State.AGREED,
        languages=["en"],
        times=[[6, 1080, 1200]],
        used_on=clock.now().date(),
        review_on=clock.now().date() + timedelta(weeks=4),
    )
    PlanMember.objects.create(
        plan=plan, person=persons[Actor.VOLUNTEER], answer=PlanMember.Answer.YES
    )
    return {"plan": plan.pk}


class Browser:
    """A browser with what an actor's has: the session, and the token of our forms."""

    def __init__(self, actor: Actor, person: Person | None) -> None:
        self.actor = actor
        self.token = _get_new_csrf_string()
        if person is None:
            self._client = Client()
        elif hasattr(person, "account"):
            self._client = factories.client_of(person)
            _has_typed_the_password(self._client, person)
        else:
            self._client = reporting.window_of(person)
        self._client.handler.enforce_csrf_checks = True
        self._client.raise_request_exception = False
        self.begins_with = {name: each.value for name, each in self._client.cookies.items()}

    def send(
        self, method: str, url: str, body: Any = None, *, token: bool = True, **more: Any
    ) -> Any:
        """One request as if it were the first: nothing of an earlier answer is kept."""
        self._client.cookies = SimpleCookie(self.begins_with)
        headers = dict(more.pop("headers", {}))
        if token:
            self._client.cookies[settings.CSRF_COOKIE_NAME] = self.token
            headers["X-CSRFToken"] = self.token
        sent = {} if method in ("GET", "HEAD", "OPTIONS") else {"data": body or {}}
        if method in ("PUT", "PATCH", "DELETE"):
            sent = {}
        return getattr(self._client, method.lower())(url, headers=headers, **sent, **more)

    @property
    def cookies(self) -> dict[str, str]:
        """As the last answer left them."""
        return {name: each.value for name, each in self._client.cookies.items()}


def _has_typed_the_password(client: Client, person: Person) -> None:
    """Just now, so that nothing asks for it again, however long a walk through all pages takes."""
    session = client.session
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(person.account)
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time() + 3600, "reauthenticated": True}
    ]
    session.save()


def visitors(row: Row) -> tuple[Actor, ...]:
    """Whoever looks at a row's page in a browser: those it names, or the first who usually come."""
    if isinstance(row.seen, tuple):
        return row.seen
    if not row.seen or not row.get:
        return ()
    return (next(actor for actor in USUAL_VISITORS if actor in row.get),)
