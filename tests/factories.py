"""The cast: Ada seeks support, Ben and Chioma volunteer, Dana coordinates, Eve must be refused.

Each function makes what its name says and returns it; a test asks for what it needs and no more.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, time, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import reverse

from tests.app_codes import APP_SECRET, PASSWORD, code
from warmline.availability.models import OpenHours, Readiness
from warmline.people import factors
from warmline.people.models import Account, Person, Role
from warmline.protocol import clock
from warmline.rooms.models import Room, Way
from warmline.rules import acceptance, ground_rules
from warmline.rules.models import Audience, Community
from warmline.safety.keyholder_models import Keyholder, key_id_of
from warmline.support import topic_catalogue
from warmline.support.models import (
    Conversation,
    Offer,
    Profile,
    Request,
    ThirdSeat,
    Topic,
    TopicLevel,
)


def community(**values: Any) -> Community:
    """A community with English and German, without topics."""
    return Community.objects.update_or_create(
        id=1,
        defaults={
            "name": "Night Window",
            "country": "DE",
            "languages": ["en", "de"],
            "time_zone": "Europe/Berlin",
            **values,
        },
    )[0]


def catalogue() -> None:
    """The shipped topics and backgrounds."""
    topic_catalogue.load()


def topic(slug: str = "grief", **values: Any) -> Topic:
    """One topic of the catalogue, made if it is not there."""
    values = {"name": slug.replace("-", " ").capitalize(), **values}
    return Topic.objects.get_or_create(slug=slug, defaults=values)[0]


def background(slug: str = "parent", **values: Any) -> Topic:
    """One shared background."""
    return topic(slug, kind=Topic.Kind.BACKGROUND, **values)


def seeker(alias: str = "Ada") -> Person:
    """A person without an account."""
    return Person.objects.create(alias=alias)


def ada() -> Person:
    """Seeks support."""
    return seeker("Ada")


def account(name: str, *kinds: Role.Kind) -> Account:
    """An account with an alias like its sign-in name, these roles and an app as second factor."""
    person = Person.objects.create(alias=f"{name.capitalize()} Alias")
    made = Account.objects.create_user(name, PASSWORD, person=person)
    for kind in kinds:
        Role.objects.create(person=person, kind=kind)
    if kinds:
        accepts_rules(person)
    factors.set_up_app(made, APP_SECRET)
    factors.keep_codes(made)
    return made


def accepts_rules(person: Person, audience: Audience = Audience.VOLUNTEERS) -> None:
    """Has accepted the version in force."""
    acceptance.accept(person.alias, audience, ground_rules.number_in_force(audience))


def volunteer(name: str = "ben", **profile_values: Any) -> Person:
    """A volunteer with a finished profile: English, by text."""
    person = account(name, Role.Kind.VOLUNTEER).person
    profile(person, **profile_values)
    return person


def ben(**profile_values: Any) -> Person:
    """Volunteers."""
    return volunteer("ben", **profile_values)


def chioma(**profile_values: Any) -> Person:
    """Volunteers."""
    return volunteer("chioma", **profile_values)


def dana() -> Person:
    """Coordinates, and does not volunteer."""
    return account("dana", Role.Kind.COORDINATOR).person


def private_key(name: str) -> ec.EllipticCurvePrivateKey:
    """The key that a coordinator of this name holds in tests: always the same."""
    drawn = int.from_bytes(hashlib.sha512(name.encode()).digest(), "big")
    return ec.derive_private_key(drawn % (2**255), ec.SECP256R1())


def public_key(name: str) -> bytes:
    """Its public half: 65 bytes, uncompressed point."""
    point = private_key(name).public_key()
    return point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def keyholder(
    person: Person, name: str = "", *, state: str = Keyholder.State.ACTIVE, wrapped: bytes = b""
) -> Keyholder:
    """A coordinator's key that two have agreed on; its private half is ``private_key(name)``.

    ``name``: by default the sign-in name. ``wrapped``: by default nothing that a code opens.
    """
    public = public_key(name or person.account.username)
    return Keyholder.objects.create(
        person=person,
        key_id=key_id_of(public),
        public_key=public,
        wrapped=wrapped or bytes(166),
        state=state,
    )


def eve() -> Person:
    """Has an account and no role: must be refused."""
    return account("eve").person


def profile(person: Person, **values: Any) -> Profile:
    """A finished profile; ``values`` replace what it holds."""
    defaults = {
        "languages": ["en"],
        "ways": [Way.TEXT],
        "topics_seen_at": clock.now(),
        **values,
    }
    return Profile.objects.update_or_create(person=person, defaults=defaults)[0]


def level(person: Person, about: Topic, value: str = TopicLevel.Level.CAN_LISTEN) -> TopicLevel:
    """What a topic is to a volunteer."""
    return TopicLevel.objects.update_or_create(
        person=person, topic=about, defaults={"level": value}
    )[0]


def ready(person: Person, minutes: int = 25) -> Readiness:
    """Ready now for so many minutes, its page just seen."""
    return Readiness.begin(person, length=timedelta(minutes=minutes))


def request(by: Person | None = None, *topics: Topic, **values: Any) -> Request:
    """A waiting request in English, by text, whose page was just seen."""
    made = Request.objects.create(
        seeker=by or ada(),
        **{
            "languages": ["en"],
            "ways": [Way.TEXT],
            "seen_at": clock.now(),
            **values,
        },
    )
    made.topics.set(topics)
    return made


def offer(of: Request, to: Person, **values: Any) -> Offer:
    """A pending offer that runs 30 seconds."""
    return Offer.objects.create(
        request=of,
        volunteer=to,
        **{"minutes": 25, "expires_at": clock.now() + timedelta(seconds=30), **values},
    )


def talk(seeker: Person, volunteer: Person, *, started: bool = True, **values: Any) -> Conversation:
    """A conversation with its room, clock and seats (the seeker's is number 1); by default begun."""
    minutes = values.pop("minutes", 25)
    room = Room.make(
        purpose=Room.Purpose.TALK,
        granted=timedelta(minutes=minutes),
        seats=[("seeker", seeker), ("volunteer", volunteer)],
    )
    return Conversation.objects.create(
        room=room,
        seeker=seeker,
        volunteer=volunteer,
        language=values.pop("language", "en"),
        minutes=minutes,
        started_at=clock.now() if started else None,
        **values,
    )


def third(
    of: Conversation, taker: Person | None = None, kind: str = "second_listener", **values: Any
) -> ThirdSeat:
    """Both of a talk want somebody to join; `taker` has the seat already."""
    made = ThirdSeat.objects.create(
        conversation=of,
        kind=kind,
        asker_role="seeker",
        agreed_at=clock.now(),
        **values,
    )
    if taker:
        number = of.room.seats.count() + 1
        of.room.seats.create(number=number, role=kind, person=taker)
        made.taker, made.taken_at, made.seat_number = taker, clock.now(), number
        made.save()
    return made


def client_of(person: Person | None = None) -> Client:
    """A browser in which somebody with an account is signed in; without anybody, a fresh one."""
    client = Client()
    if person is not None:
        client.force_login(person.account)
        session = client.session
        session[factors.COMPLETE] = factors.is_complete(person.account)
        session.save()
    return client


def sets_up_app(client: Client) -> Any:
    """Whoever is signed in goes through the pages of a second factor; the answer to the last press."""
    page = client.get(reverse("new_app")).content.decode()
    found = re.search(r"<code dir=\"ltr\">([A-Z2-7 ]+)</code>", page)
    assert found is not None
    client.post(reverse("new_app"), {"code": code(found[1].replace(" ", ""))})
    return client.post(reverse("recovery_codes"), {"kept": "1"})


def open_hours(**values: Any) -> OpenHours:
    """A series for everybody, each evening from 8 to 10 in Berlin."""
    made = {
        "time_zone": "Europe/Berlin",
        "weekdays": [0, 1, 2, 3, 4, 5, 6],
        "starts": time(20),
        "minutes": 120,
        "first_day": date(2026, 1, 1),
    }
    return OpenHours.objects.create(**{**made, **values})
