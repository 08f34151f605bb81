"""What a test may plant in a running service: made inside its process, on its clock.

Each function takes and gives plain values. Whoever can use a browser comes with `session`, the value of
the session cookie; a seeker also with `rules`, the version this browser accepted.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.cache import cache

from tests import factories
from warmline.core.realtime import publish
from warmline.core.sessions import SessionStore
from warmline.people.models import Account, Person
from warmline.people.views import BACKEND
from warmline.protocol import topics
from warmline.rooms.models import Message, Room, TalkClock
from warmline.rules import ground_rules
from warmline.rules.models import (
    Audience,
    GroundRules,
    GroundRulesWords,
    RulesAcceptance,
    Setting,
)
from warmline.safety import line_import
from warmline.safety.models import Report
from warmline.support.models import Answer, Conversation, Offer, Request, Topic, TopicLevel, Wait
from warmline.support.seeking import CONSENT, CONSENT_VERSION, SEEKER
from warmline.support.services import crisis, talking

Values = dict[str, Any]
PEOPLE_AND_TALKS = (Conversation, Request, Room, Person, Report, Wait, Answer)


def night_window(**values: Any) -> None:
    """The community with its catalogue."""
    factories.community(**values)
    factories.catalogue()


def nobody() -> None:
    """Everybody is gone, with all they did, asked and said; so are changed numbers and counted tries."""
    for kept in (*PEOPLE_AND_TALKS, Setting, GroundRules, GroundRulesWords, RulesAcceptance):
        kept.objects.all().delete()
    SessionStore.get_model_class().objects.all().delete()
    cache.clear()
    publish(topics.MATCHER, "done")


def setting(key: str, value: int) -> None:
    """A number the community changed."""
    Setting.objects.update_or_create(key=key, defaults={"value": value})


def dana() -> Values:
    """Coordinates."""
    return _signed_in(factories.dana())


def volunteer(
    name: str,
    *,
    alias: str = "",
    ready: int = 0,
    level: str = TopicLevel.Level.CAN_LISTEN,
    been_there: tuple[str, ...] = (),
    **profile: Any,
) -> Values:
    """Volunteers, with one level for every topic but those they have been through.

    `ready`: for so many minutes, as if the page were open.
    """
    person = factories.volunteer(name, **profile)
    if alias:
        Person.objects.filter(pk=person.pk).update(alias=alias)
        person.refresh_from_db()
        factories.accepts_rules(person)
    for topic in Topic.objects.topics():
        lived = TopicLevel.Level.BEEN_THERE if topic.slug in been_there else level
        factories.level(person, topic, lived)
    if ready:
        factories.ready(person, ready)
        publish(topics.MATCHER, "ready")
    return {**_signed_in(person), "password": factories.PASSWORD}


def seeker(alias: str = "Ada") -> Values:
    """Has said yes to the present text and rules."""
    return _with_session(factories.seeker(alias))


def request(alias: str = "Ada", about: tuple[str, ...] = (), **values: Any) -> Values:
    """A seeker who waits, as if the page were open."""
    person = factories.seeker(alias)
    found = [Topic.objects.get(slug=slug) for slug in about]
    factories.request(person, *found, **values)
    publish(topics.MATCHER, "asked")
    return _with_session(person)


def talk(seeker: str, volunteer: str, *, minutes: int = 25, started: bool = True) -> Values:
    """Two people in a talk: the sessions of both and the room."""
    ada = factories.seeker(seeker)
    ben = factories.volunteer(volunteer, card="Years of low days. I know the nights.")
    made = factories.talk(ada, ben, minutes=minutes, started=started)
    return {
        "room": made.pk,
        "url": f"/talk/{made.pk}/",
        "seeker": _with_session(ada),
        "volunteer": _signed_in(ben),
    }


def talked(seeker: str, volunteer: str, *, minutes: int) -> Values:
    """Two people after a talk in which they were together for so long."""
    seeded = talk(seeker, volunteer)
    TalkClock.objects.filter(room=seeded["room"]).update(used_ms=minutes * 60_000)
    found = Conversation.objects.get(pk=seeded["room"])
    talking.end(found, by=found.volunteer, ending=Conversation.Ending.SAID_GOODBYE)
    return {**seeded, "goodbye": f"{seeded['url']}goodbye/"}


def stored(room: int) -> list[int]:
    """The numbers of the messages a room's log holds."""
    found = Conversation.objects.get(pk=room).room.messages
    return list(found.order_by("seq").values_list("seq", flat=True))


def crisis_lines() -> None:
    """The shipped list."""
    line_import.import_lines()


def card_then_end(room: int) -> None:
    """The volunteer of a talk puts the crisis card on the seeker's screen and ends the talk."""
    found = Conversation.objects.get(pk=room)
    crisis.show_card(found, by=found.volunteer)
    talking.end(found, by=found.volunteer, ending=Conversation.Ending.SAID_GOODBYE)


def waiting() -> int:
    """How many requests wait."""
    return Request.objects.waiting().count()


def offers() -> int:
    """How many offers are kept."""
    return Offer.objects.count()


def open_talks(volunteer: int) -> int:
    """How many talks a volunteer is in."""
    return Conversation.objects.open().filter(volunteer=volunteer).count()


def messages() -> int:
    """How many messages the service keeps, of all talks."""
    return Message.objects.count()


def sessions() -> int:
    """How many sessions the service keeps."""
    return int(SessionStore.get_model_class().objects.count())


def _with_session(person: Person) -> Values:
    session = SessionStore()
    session[SEEKER] = person.pk
    session[CONSENT] = {"language": "en", "version": CONSENT_VERSION}
    session.save()
    return {
        "person": person.pk,
        "alias": person.alias,
        "session": session.session_key,
        "rules": ground_rules.number_in_force(Audience.SEEKERS),
    }


def _signed_in(person: Person) -> Values:
    account = Account.objects.get(person=person)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return {"person": person.pk, "alias": person.alias, "session": session.session_key}
