"""What a test may plant in a running service: made inside its process, on its clock.

Each function takes and gives plain values. Whoever can use a browser comes with `session`, the value of
the session cookie; a seeker also with `rules`, the version this browser accepted.
"""

from __future__ import annotations

import base64
import logging
import secrets
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.cache import cache

from tests import factories
from tests.safety import reporting, sealed_reports, sending
from tests.support import letters
from warmline.audit.actions import Action
from warmline.audit.services import about, record
from warmline.availability.models import Appointment, Notice, PushAddress, TellMe
from warmline.core.realtime import publish
from warmline.core.sessions import SessionStore
from warmline.people import approvals, factors, saved
from warmline.people.ending import end_role
from warmline.people.models import Account, Person, Role
from warmline.people.views import BACKEND
from warmline.protocol import base64url, clock, topics
from warmline.rooms.models import Epoch, Message, Room, Seat, TalkClock
from warmline.rules import ground_drafts, ground_rules
from warmline.rules.ground_rules import RULE, Words
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
from warmline.support.plan_models import Plan
from warmline.support.plan_times import Window
from warmline.support.seeking import CONSENT, CONSENT_VERSION, SEEKER
from warmline.support.services import crisis, planning, talking

Values = dict[str, Any]
PEOPLE_AND_TALKS = (Conversation, Request, Room, Person, Report, Wait, Answer)


def night_window(**values: Any) -> None:
    """The community with its catalogue."""
    factories.community(**values)
    factories.catalogue()


def loud_logs() -> None:
    """Every logger says all it can, by the handlers the service has."""
    for name in ("", *logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger("tests.served").debug("logs are loud")


def now() -> float:
    """The service's time, in seconds since 1970: journeys move it."""
    return clock.now().timestamp()


def nobody() -> None:
    """Everybody is gone, with all they did, asked and said; so are changed numbers and counted tries."""
    for kept in (*PEOPLE_AND_TALKS, Setting, GroundRules, GroundRulesWords, RulesAcceptance):
        kept.objects.all().delete()
    SessionStore.get_model_class().objects.all().delete()
    cache.clear()
    publish(topics.MATCHER, "done")


def next_rules(audience: str) -> str:
    """A draft in which one rule is new, one is changed and one is gone; its address at the desk."""
    number = ground_drafts.begin(audience, by="Dana Alias").number
    rules = ground_rules.history(audience).versions[number].in_language("en").rules
    words = rules[1].words
    new = Words("Breathe.", "Slowly, and as often as you like.", "It helps with hard words.")
    changed = Words(words.title, f"{words.text} Also on a bad day.", words.why)
    ground_drafts.say(audience, number, rules[1].key, "en", changed, by="Dana Alias")
    ground_drafts.take_out(audience, number, rules[8].key)
    ground_drafts.add(audience, number, RULE, "en", new, by="Dana Alias")
    ground_drafts.approve(audience, number, "en", by="Dana Alias")
    return f"/desk/rules/{audience}/{number}/"


def announce_rules(audience: str) -> None:
    """The draft is in force in 8 days."""
    day = clock.now() + timedelta(days=8)
    ground_drafts.publish(audience, 2, in_force_at=day, by="Dana Alias")


def setting(key: str, value: int) -> None:
    """A number the community changed."""
    Setting.objects.update_or_create(key=key, defaults={"value": value})


def dana() -> Values:
    """Coordinates."""
    return _signed_in(factories.dana())


def noted() -> None:
    """Some weeks at the desk: a question that waits, a number changed, a crisis line checked."""
    dana = Person.objects.get(alias="Dana Alias")
    ben, femi = Person.objects.get(alias="Ben Alias"), Person.objects.get(alias="Femi Alias")
    record(
        Action.SETTING_CHANGED,
        actor=dana.alias,
        object="setting:break_minutes",
        reason="10 > 15",
    )
    record(Action.LINE_CHECKED, actor=femi.alias, object="line:de-12")
    record(
        Action.ROLE_GIVEN,
        actor=dana.alias,
        object=about(femi.alias),
        reason="coordinator named_alone",
    )
    Role.objects.filter(person=ben).update(since=clock.now() - timedelta(days=120))
    approvals.ask("end_role", by=femi, subject=ben, role="volunteer")
    approvals.ask("export", by=dana)


def left_alone(name: str) -> None:
    """Every coordinator but this one rests."""
    others = Role.objects.filter(kind=Role.Kind.COORDINATOR).exclude(person__account__username=name)
    others.update(status=Role.Status.RESTING)


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


def sign_in(alias: str) -> Values:
    """Somebody with an account signs in again."""
    return _signed_in(Person.objects.get(alias=alias))


def newcomer(name: str) -> None:
    """A volunteer who has joined and has no second factor yet."""
    factors.remove_all(factories.volunteer(name).account)


def new_app(name: str) -> str:
    """Another app for somebody; its secret."""
    secret = base64.b32encode(secrets.token_bytes(20)).decode("ascii")
    factors.set_up_app(Account.objects.get(username=name), secret)
    return secret


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


def talk(
    seeker: str, volunteer: str, *, minutes: int = 25, started: bool = True, asked: bool = False
) -> Values:
    """Two people in a talk: the sessions of both and the room. `asked`: it came out of the line."""
    ada = factories.seeker(seeker)
    ben = factories.volunteer(volunteer, card="Years of low days. I know the nights.")
    done = Request.State.DONE
    wish = factories.request(ada, state=done, closed_at=clock.now()) if asked else None
    made = factories.talk(ada, ben, minutes=minutes, started=started, request=wish)
    return {
        "room": made.pk,
        "url": f"/talk/{made.pk}/",
        "seeker": _with_session(ada),
        "volunteer": _signed_in(ben),
    }


def look_again(seeker: int, volunteer: int) -> None:
    """Two who know each other are looking for somebody, as if the pages of both were open."""
    factories.ready(Person.objects.get(pk=volunteer), 60)
    factories.request(Person.objects.get(pk=seeker))
    publish(topics.MATCHER, "asked")


def talked(seeker: str, volunteer: str, *, minutes: int) -> Values:
    """Two people after a talk in which they were together for so long."""
    seeded = talk(seeker, volunteer)
    TalkClock.objects.filter(room=seeded["room"]).update(used_ms=minutes * 60_000)
    found = Conversation.objects.get(pk=seeded["room"])
    talking.end(found, by=found.volunteer, ending=Conversation.Ending.SAID_GOODBYE)
    return {**seeded, "goodbye": f"{seeded['url']}goodbye/"}


def came_often(alias: str = "Ada", *, listener: str = "listener", talks: int = 5) -> Values:
    """A seeker who said goodbye so many times today, and where the last goodbye was said."""
    person, heard_by = factories.seeker(alias), factories.volunteer(listener)
    for _ in range(talks):
        made = factories.talk(person, heard_by)
        TalkClock.objects.filter(room=made.pk).update(used_ms=4 * 60_000)
        talking.end(made, by=person, ending=Conversation.Ending.SAID_GOODBYE)
    return {**_with_session(person), "goodbye": f"/talk/{made.pk}/goodbye/"}


def wished_plan(alias: str) -> int:
    """A seeker who came often would like a plan."""
    person = Person.objects.get(alias=alias)
    saved.remember(person)
    times = [Window(0, 18 * 60, 20 * 60)]
    plan = planning.wish(
        person, zone="Europe/Berlin", languages=["en"], times=times, supports=["friend"]
    )
    return int(plan.pk)


def proposed_plan(alias: str, team: list[int]) -> None:
    """These volunteers have said yes; now the seeker is asked."""
    plan = Plan.objects.get(seeker__alias=alias)
    volunteers = list(Person.objects.filter(pk__in=team))
    times = [Window(0, 18 * 60, 20 * 60), Window(3, 9 * 60, 10 * 60)]
    planning.propose(plan, times=times, interval_days=2, review_weeks=4, volunteers=volunteers)
    for each in volunteers:
        planning.answer_team(plan, by=each, yes=True)


def agree_to_plan(alias: str) -> None:
    """The seeker said yes to it."""
    person = Person.objects.get(alias=alias)
    planning.agree(Plan.objects.get(seeker=person), by=person)


def agreed_plan(alias: str, team: list[int]) -> None:
    """A plan of this seeker with these volunteers, in force."""
    wished_plan(alias)
    proposed_plan(alias, team)
    agree_to_plan(alias)


def talk_of_plan(alias: str, volunteer: int) -> None:
    """A talk of a seeker with a plan is over, an hour ago."""
    person, listener = Person.objects.get(alias=alias), Person.objects.get(pk=volunteer)
    made = factories.talk(person, listener)
    TalkClock.objects.filter(room=made.pk).update(used_ms=60_000)
    talking.end(made, by=person, ending=Conversation.Ending.SAID_GOODBYE)
    long_ago = clock.now() - timedelta(hours=1)
    Conversation.objects.filter(seeker=person).update(ended_at=long_ago)


def stored(room: int) -> list[int]:
    """The numbers of the messages a room's log holds."""
    found = Conversation.objects.get(pk=room).room.messages
    return list(found.order_by("seq").values_list("seq", flat=True))


def open_hours() -> int:
    """Each evening in Berlin, in German."""
    return factories.open_hours(languages=["de"]).pk


def crisis_lines() -> None:
    """The shipped list."""
    line_import.import_lines()


def card_then_end(room: int) -> None:
    """The volunteer of a talk puts the crisis card on the seeker's screen and ends the talk."""
    found = Conversation.objects.get(pk=room)
    crisis.show_card(found, by=found.volunteer)
    talking.end(found, by=found.volunteer, ending=Conversation.Ending.SAID_GOODBYE)


def coordinator(name: str) -> Values:
    """Another one beside Dana."""
    return _signed_in(factories.account(name, Role.Kind.COORDINATOR).person)


def keyholder(name: str) -> Values:
    """A coordinator's key that two have agreed on, and what their own browser holds of it."""
    person = Account.objects.get(username=name).person
    made = factories.keyholder(person)
    pkcs8 = factories.private_key(name).private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    return {
        "person": str(person.pk),
        "keyId": made.key_id,
        "pkcs8": base64.b64encode(pkcs8).decode("ascii"),
        "pk": base64.b64encode(bytes(made.public_key)).decode("ascii"),
    }


def sealed_report(reported: str, *, forged: int = 0) -> str:
    """Ada reports a coordinator who volunteers too, with a chat part sealed to all others who have a
    key; its address at the desk. ``forged``: a message of it is not what was sent.
    """
    person = Person.objects.get(alias=reported)
    made = factories.talk(factories.seeker("Ada"), person)
    talking.end(made, by=person, ending=Conversation.Ending.SAID_GOODBYE)
    made.refresh_from_db()
    report, _code = reporting.report_of(made, made.seeker, "grooming", "")
    sealed_reports.with_chat(report, sealed_reports.SAID, forged=forged)
    return f"/desk/reports/{report.pk}/"


def read_by_two() -> Values:
    """What two keyholders together read of the only report."""
    return sending.read_by_two(Report.objects.get())


def coordinates_too(alias: str) -> None:
    """A volunteer becomes a coordinator beside that."""
    Role.objects.create(person=Person.objects.get(alias=alias), kind=Role.Kind.COORDINATOR)


def leaves(alias: str) -> None:
    """Somebody stops coordinating; a second agreed."""
    role = Role.objects.get(person__alias=alias, kind=Role.Kind.COORDINATOR, ended_at=None)
    end_role(role, by="Dana Alias")


def end_after_handover(room: int, *, handover: bool = True) -> None:
    """A talk is over, after a crisis at level 2 or 3 or a calm one."""
    found = Conversation.objects.get(pk=room)
    if handover:
        crisis.hand_over(found, by=found.volunteer)
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


def newest_header(room: int) -> str:
    """What a room's newest epoch fixes, in base64url."""
    newest = Epoch.objects.filter(room=room).latest("number")
    return base64url.encode(bytes(newest.header))


def resume_share(room: int, seat: int) -> bool:
    """Whether the server still has its half of what lets a seat's page come back."""
    return Seat.objects.get(room=room, number=seat).resume_share is not None


def sessions() -> int:
    """How many sessions the service keeps."""
    return int(SessionStore.get_model_class().objects.count())


def every_screen() -> list[Values]:
    """A night with everything in it; the pages that people see there, each with who opens it."""
    from tests.policy import world
    from tests.policy.routes import routes
    from tests.policy.table import ROWS

    made = world.make()
    of = {actor: world.Browser(actor, person).begins_with for actor, person in made.persons.items()}
    found = {route.name: route for route in routes()}
    return [
        {"name": name, "url": made.url(name, found[name], row), "actor": actor, "who": of[actor]}
        for name, row in ROWS.items()
        for actor in world.visitors(row)
    ]


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


def push_to_loopback() -> None:
    """A push service on this machine may be called."""
    settings.PUSH_TO_LOOPBACK = True


def mail_to(port: int) -> None:
    """Mail is on, by a server on this machine."""
    settings.EMAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def no_mail() -> None:
    """Mail is off again."""
    settings.EMAIL_ENABLED = False


def to_tell() -> int:
    """How many push addresses, wishes to be told and waiting notices are kept."""
    return sum(kept.objects.count() for kept in (PushAddress, TellMe, Notice))


def letter_reader(name: str) -> Values:
    """Volunteers and has a letter key: the session, and what the browser holds of the key."""
    who = volunteer(name)
    person = Account.objects.get(username=name).person
    made = letters.letter_key(person)
    pkcs8 = letters.private_key(name).private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    key = {
        "person": f"letter {person.pk}",
        "keyId": made.key_id,
        "pkcs8": base64.b64encode(pkcs8).decode("ascii"),
        "pk": base64.b64encode(bytes(made.public_key)).decode("ascii"),
    }
    return {**who, "key": key}


def letter_role_ends(name: str) -> None:
    """Somebody stops volunteering."""
    role = Role.objects.get(person__account__username=name, ended_at=None)
    end_role(role, by="Dana Alias")


def appointment_soon() -> Values:
    """Day and time of two hours from now, in UTC, as they are typed."""
    at = clock.now() + timedelta(hours=2)
    return {"day": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}"}


def appointment_is_now() -> None:
    """The time that was taken has come."""
    Appointment.objects.filter(state=Appointment.State.TAKEN).update(at=clock.now())
