"""Volunteers' letter keys: whom a letter is sealed to, and how long a key lasts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from tests.support import letters
from warmline.core import sweeping
from warmline.core.errors import DomainError
from warmline.people import ending
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.support import letter_keys
from warmline.support.letter_key_models import LetterKey
from warmline.support.letter_models import Letter, LetterCopy
from warmline.support.models import Profile, Topic, TopicLevel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

WRAPPED = bytes(166)


def make(by: Person, name: str) -> LetterKey:
    return letter_keys.make(by=by, public_key=factories.public_key(name), wrapped=WRAPPED)


def readers(language: str = "en", *topics: Topic) -> set[str]:
    return {key.person.alias for key in letter_keys.recipients(language, topics)}


@pytest.fixture
def ben() -> Person:
    return letters.fits("ben")


@pytest.fixture
def grief() -> Topic:
    return Topic.objects.create(name="Grief of tests", kind=Topic.Kind.TOPIC)


def test_a_letter_is_for_those_with_a_key_who_read_the_language(ben: Person) -> None:
    letters.fits("chioma", languages=["ig"])
    factories.volunteer("femi")

    assert readers("en") == {ben.alias}
    assert readers("de") == set()
    assert readers("not a tag") == set()
    assert readers("ase") == set()


def test_please_not_and_no_choice_keep_a_letter_away(ben: Person, grief: Topic) -> None:
    chioma = letters.fits("chioma")
    TopicLevel.objects.create(person=ben, topic=grief, level=TopicLevel.Level.BEEN_THERE)
    assert readers("en", grief) == {ben.alias}
    TopicLevel.objects.create(person=chioma, topic=grief, level=TopicLevel.Level.PLEASE_NOT)
    assert readers("en", grief) == {ben.alias}
    TopicLevel.objects.filter(person=chioma).update(level=TopicLevel.Level.CAN_LISTEN)

    assert readers("en", grief) == {ben.alias, chioma.alias}


def test_a_shared_background_leaves_nobody_out(ben: Person) -> None:
    background = Topic.objects.create(name="Of tests", kind=Topic.Kind.BACKGROUND)

    assert readers("en", background) == {ben.alias}


def test_who_does_not_write_or_has_not_looked_at_the_topics_gets_none(ben: Person) -> None:
    Profile.objects.filter(person=ben).update(ways=["video"])
    assert readers() == set()
    Profile.objects.filter(person=ben).update(ways=["text"], topics_seen_at=None)

    assert readers() == set()


@pytest.mark.parametrize("status", [Role.Status.RESTING, Role.Status.SUSPENDED])
def test_who_does_not_act_gets_no_new_letter(ben: Person, status: Role.Status) -> None:
    Role.objects.filter(person=ben).update(status=status)

    assert readers() == set()


def test_a_rest_of_some_hours_leaves_letters_coming(ben: Person) -> None:
    Profile.rest(ben, timedelta(hours=12))

    assert readers() == {ben.alias}


def test_each_language_takes_the_same_few_questions(
    ben: Person, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        readers()
    letters.fits("chioma")
    letters.fits("femi")
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        readers()


def test_a_new_key_gets_new_letters_and_the_one_before_keeps_its_own(ben: Person) -> None:
    before = LetterKey.objects.get()
    sent = letters.sent(factories.ada())

    made = make(ben, "ben’s second")

    assert [key.key_id for key in letter_keys.recipients("en", [])] == [made.key_id]
    assert [copy.key_id for copy in sent.copies.all()] == [before.key_id]
    assert {key.key_id for key in letter_keys.of(ben)} == {made.key_id, before.key_id}


def test_a_replaced_key_goes_with_the_last_letter_sealed_to_it(ben: Person) -> None:
    letters.sent(factories.ada())
    made = make(ben, "ben’s second")

    sweeping.run_all()
    assert LetterKey.objects.count() == 2
    clock.move(timedelta(days=8))
    sweeping.run_all()

    assert list(LetterKey.objects.all()) == [made]


def test_a_replaced_key_that_opens_nothing_goes_at_once(ben: Person) -> None:
    made = make(ben, "ben’s second")

    assert list(LetterKey.objects.all()) == [made]


def test_a_volunteer_from_later_gets_no_earlier_letter(ben: Person) -> None:
    sent = letters.sent(factories.ada())

    later = letters.fits("chioma")

    assert not sent.copies.filter(person=later).exists()
    assert readers() == {ben.alias, later.alias}


def test_with_the_role_go_keys_and_all_that_is_sealed_to_them(ben: Person) -> None:
    chioma = letters.fits("chioma")
    sent = letters.sent(factories.ada())

    ending.end_role(ben.roles.get(), by="Dana")

    assert not LetterKey.objects.filter(person=ben).exists()
    assert [copy.person for copy in LetterCopy.objects.all()] == [chioma]
    sent.refresh_from_db()
    assert sent.state == Letter.State.OPEN
    ending.end_role(chioma.roles.get(), by="Dana")
    sent.refresh_from_db()
    assert sent.state == Letter.State.UNANSWERED


def test_another_role_that_ends_leaves_the_letter_key(ben: Person) -> None:
    factories.dana()
    role = Role.objects.create(person=ben, kind=Role.Kind.COORDINATOR)

    ending.end_role(role, by="Dana")

    assert LetterKey.objects.filter(person=ben).exists()


@pytest.mark.parametrize(
    ("public", "wrapped"),
    [
        (b"", WRAPPED),
        (bytes(65), WRAPPED),
        (b"\x04" + bytes(range(64)), WRAPPED),
        (factories.public_key("x")[:64], WRAPPED),
        (factories.public_key("x"), bytes(28)),
        (factories.public_key("x"), bytes(513)),
    ],
)
def test_what_is_no_key_is_refused(ben: Person, public: bytes, wrapped: bytes) -> None:
    with pytest.raises(DomainError) as refused:
        letter_keys.make(by=ben, public_key=public, wrapped=wrapped)

    assert refused.value.code == "bad_key"
    assert LetterKey.objects.count() == 1


def test_a_key_of_somebody_else_is_refused(ben: Person) -> None:
    chioma = factories.volunteer("chioma")
    public = bytes(LetterKey.objects.get().public_key)

    with pytest.raises(DomainError) as refused:
        letter_keys.make(by=chioma, public_key=public, wrapped=WRAPPED)

    assert refused.value.code == "key_known"
    assert readers() == {ben.alias}


def test_only_a_volunteer_has_a_letter_key() -> None:
    for person in (factories.dana(), factories.ada()):
        with pytest.raises(DomainError) as refused:
            make(person, "somebody")
        assert refused.value.code == "not_a_volunteer"
    assert not LetterKey.objects.exists()
