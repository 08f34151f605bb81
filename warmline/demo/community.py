"""The demo community: its people, their profiles, and what happened lately. Made again at every start."""

from __future__ import annotations

import random
import secrets
from base64 import b32encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from warmline.demo import cast
from warmline.people import factors, services
from warmline.people.models import Account, Role
from warmline.protocol import clock
from warmline.rooms.models import Way
from warmline.rules import acceptance, ground_rules
from warmline.rules.models import Audience, Community, Setting
from warmline.support import topic_catalogue
from warmline.support.models import Profile, Topic, TopicLevel, Wait

WAITS = 60
WAITS_DAYS = 21
WAITS_KEPT = timedelta(days=28)


@dataclass(frozen=True)
class Login:
    """How a simulated volunteer signs in, at this start."""

    username: str
    password: str
    secret: str
    volunteer: cast.Simulated


_logins: list[Login] = []
_tokens: dict[str, str] = {}
"""Token of an enter link → sign-in name. In memory alone: a link ends with the server that printed it."""


def make() -> None:
    """Make what is missing; draw new passwords for the simulated ones and new enter links.

    What somebody changed in the demo stays as it is.
    """
    with transaction.atomic():
        Community.objects.get_or_create(id=1, defaults=cast.COMMUNITY)
        topic_catalogue.load()
        _no_breaks()
        _coordinator()
        _volunteer()
        _logins[:] = [_simulated(each) for each in cast.SIMULATED_VOLUNTEERS]
        _waits()
    _tokens.clear()
    for visitor in (cast.VOLUNTEER, cast.COORDINATOR):
        _tokens[secrets.token_urlsafe(24)] = visitor.username


def logins() -> list[Login]:
    """Of the simulated volunteers; empty before :func:`make`."""
    return list(_logins)


def username_of(token: str) -> str | None:
    """Whom an enter link of this start signs in."""
    return _tokens.get(token)


def links(address: str) -> list[tuple[str, str]]:
    """(role, link) for each role somebody can try; ``address`` such as ``http://127.0.0.1:8000``."""
    address = address.rstrip("/")
    by_name = {username: token for token, username in _tokens.items()}
    labels = {cast.VOLUNTEER: _("Volunteer"), cast.COORDINATOR: _("Coordinator")}
    return [
        (_("Someone who needs to talk"), address + reverse("home")),
        *(
            (label, address + reverse("demo_enter", args=[by_name[visitor.username]]))
            for visitor, label in labels.items()
            if visitor.username in by_name
        ),
    ]


def hint() -> str:
    """How one person alone sees both sides."""
    return _(
        "Ask for a talk with the first link: a simulated volunteer answers.\n"
        "To answer yourself: open the volunteer's link and get ready. Then ask for a talk\n"
        "with the first link in a private window. You are offered it first."
    )


def _no_breaks() -> None:
    """Who tries the demo twice need not wait until somebody simulated has rested."""
    Setting.objects.get_or_create(key="break_minutes", defaults={"value": 0})


def _coordinator() -> None:
    _accept_rules(
        _account(cast.COORDINATOR.username, cast.COORDINATOR.alias, Role.Kind.COORDINATOR)
    )


def _volunteer() -> None:
    account = _account(cast.VOLUNTEER.username, cast.VOLUNTEER.alias, Role.Kind.VOLUNTEER)
    _accept_rules(account)
    if Profile.objects.filter(person=account.person).exclude(topics_seen_at=None).exists():
        return
    _profile(
        account,
        languages=cast.VOLUNTEER_LANGUAGES,
        card=cast.VOLUNTEER_CARD,
        been_there=cast.VOLUNTEER_BEEN_THERE,
        minutes_a_day=240,
        longest_talk=60,
    )


def _simulated(volunteer: cast.Simulated) -> Login:
    account = _account(volunteer.username, volunteer.alias, Role.Kind.VOLUNTEER)
    secret = b32encode(secrets.token_bytes(20)).decode("ascii")
    login = Login(volunteer.username, secrets.token_urlsafe(24), secret, volunteer)
    account.set_password(login.password)
    account.save(update_fields=["password"])
    factors.set_up_app(account, login.secret)
    factors.keep_codes(account)
    _profile(
        account,
        languages=("en",),
        card=volunteer.card,
        been_there=(*volunteer.been_there, *volunteer.backgrounds),
        please_not=volunteer.please_not,
        minutes_a_day=24 * 60,
        longest_talk=cast.TALK_MINUTES,
    )
    return login


def _account(username: str, alias: str, kind: Role.Kind) -> Account:
    """The account of that name, made if it is not there, with a password that nobody knows."""
    account = Account.objects.filter(username=username).select_related("person").first()
    account = account or services.make_account(
        username=username, password=secrets.token_urlsafe(24), alias=alias, kinds=[kind]
    )
    if not factors.is_complete(account):
        _second_factor(account)
    return account


def _accept_rules(account: Account) -> None:
    """Whoever tries the demo can begin at once. The simulated ones accept by themselves."""
    number = ground_rules.number_in_force(Audience.VOLUNTEERS)
    acceptance.accept(account.person.alias, Audience.VOLUNTEERS, number)


def _second_factor(account: Account) -> None:
    """An app that nobody holds: whoever tries the demo comes in by a link and sets up nothing."""
    factors.set_up_app(account, b32encode(secrets.token_bytes(20)).decode("ascii"))
    factors.keep_codes(account)


def _profile(
    account: Account,
    *,
    languages: Sequence[str],
    card: str,
    been_there: Iterable[str],
    please_not: Iterable[str] = (),
    minutes_a_day: int,
    longest_talk: int,
) -> None:
    """A complete profile; a topic that is in neither list is one to listen to."""
    Profile.objects.update_or_create(
        person=account.person,
        defaults={
            "languages": list(languages),
            "ways": [Way.TEXT.value],
            "card": card,
            "card_shown": True,
            "talks_at_once": 1,
            "minutes_a_day": minutes_a_day,
            "longest_talk": longest_talk,
            "takes_new_people": True,
            "topics_seen_at": clock.now(),
        },
    )
    _levels(account, set(been_there), set(please_not))


def _levels(account: Account, been_there: set[str], please_not: set[str]) -> None:
    Level = TopicLevel.Level  # noqa: N806
    rows = []
    for topic in Topic.objects.all():
        listens = Level.CAN_LISTEN if topic.kind == Topic.Kind.TOPIC else Level.PLEASE_NOT
        level = Level.PLEASE_NOT if topic.slug in please_not else listens
        level = Level.BEEN_THERE if topic.slug in been_there else level
        rows.append(TopicLevel(person=account.person, topic=topic, level=level))
    TopicLevel.objects.bulk_create(rows, ignore_conflicts=True)


def _waits() -> None:
    """Three weeks of waits that belong to nobody, so that the estimate has something to say.

    Most evenings somebody came within a few minutes; late at night often nobody did.
    """
    now = clock.now()
    if Wait.objects.filter(at__gt=now - WAITS_KEPT).count() >= WAITS // 2:
        return
    drawn = random.Random(7)
    hour = now.replace(minute=0, second=0, microsecond=0)
    rows = []
    for number in range(WAITS):
        at = hour - timedelta(days=number % WAITS_DAYS, hours=drawn.randrange(24))
        night = at.hour in (1, 2, 3, 4, 5)
        met = drawn.random() < (0.35 if night else 0.85)
        seconds = drawn.randrange(40, 240) if met else drawn.randrange(240, 1500)
        rows.append(Wait(at=at, seconds=seconds, met=met, languages=["en"]))
    Wait.objects.bulk_create(rows)
