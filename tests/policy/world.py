"""One night with everything in it that an address can be about, and a browser for each actor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.policy.actors import OR_RESTING, Actor
from tests.policy.routes import Route
from tests.policy.rows import Row
from tests.safety import reporting
from warmline.people.models import Invitation, Person, Role
from warmline.protocol import clock
from warmline.rooms.models import Seat
from warmline.safety import ladder
from warmline.safety.models import CrisisLine
from warmline.support.models import Debrief, Topic
from warmline.support.services import debriefing

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
}
"""What an argument of an address is about, unless its row says otherwise."""


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
    for part in (_reports, _talks, _debriefs, _desk):
        things |= part(persons)
    return World(things, persons)


def _people() -> dict[Actor, Person]:
    persons = {
        Actor.SEEKER: factories.ada(),
        Actor.OTHER_SEEKER: factories.seeker("Other"),
        Actor.WAITING: factories.seeker("Waiting"),
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
    waiting = factories.request(persons[Actor.WAITING])
    return {
        "room": talk.pk,
        "ended room": ended.pk,
        "offer": factories.offer(waiting, ben).pk,
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
    return {
        "report": unread.pk,
        "read report": read.pk,
        "report code": code,
        "sanction": ban.pk,
        "awaited sanction": ladder.take_step(awaited, kind="ban", reason="insult", by=lin).pk,
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
        "text": "time_used",
        "country": "de",
        "no code": "nothing-like-a-code",
        "work": "come-back",
    }


@contextmanager
def forgotten() -> Iterator[None]:
    """Whatever happens inside has not happened afterwards; counted tries neither."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Browser:
    """A browser with what an actor's has: the session, and the token of our forms."""

    def __init__(self, actor: Actor, person: Person | None) -> None:
        self.actor = actor
        self.token = _get_new_csrf_string()
        if person is None:
            self._client = Client()
        elif hasattr(person, "account"):
            self._client = factories.client_of(person)
        else:
            self._client = reporting.window_of(person)
        self._client.handler.enforce_csrf_checks = True
        self._client.raise_request_exception = False
        self._cookies = {name: each.value for name, each in self._client.cookies.items()}

    def send(
        self, method: str, url: str, body: Any = None, *, token: bool = True, **more: Any
    ) -> Any:
        """One request as if it were the first: nothing of an earlier answer is kept."""
        self._client.cookies = SimpleCookie(self._cookies)
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
