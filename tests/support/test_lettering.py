"""Letters: whom they reach, who has one, what is kept of them and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from tests.support.letters import answered, fits, part, sent, taken
from warmline.core import sweeping
from warmline.core.errors import DomainError
from warmline.core.ids import new_id
from warmline.people.ending import end_role
from warmline.people.models import Role
from warmline.protocol import clock
from warmline.rooms.models import Room, Seat
from warmline.safety.models import Block
from warmline.support import letter_likely
from warmline.support.letter_models import Letter, LetterCopy, LetterPart, LetterWait
from warmline.support.services import forgetting, lettering, resting
from warmline.support.services.lettering import RecipientsChanged, SealedPart

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

State = Letter.State


def refused(code: str, **_about: object):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def test_it_reaches_whoever_fits_and_nobody_else() -> None:
    ben, chioma = fits("ben"), fits("chioma")
    german = fits("femi", languages=["de"])
    keyless = factories.volunteer("gita")

    letter = sent(factories.ada())

    assert {copy.person for copy in letter.copies.all()} == {ben, chioma}
    assert lettering.open_for(ben) == [letter]
    assert lettering.open_for(german) == lettering.open_for(keyless) == []


def test_please_not_keeps_a_topic_away() -> None:
    grief = factories.topic("grief")
    ben, chioma = fits("ben"), fits("chioma")
    factories.level(ben, grief)

    letter = sent(factories.ada(), topics=[grief])

    assert lettering.open_for(ben) == [letter]
    assert lettering.open_for(chioma) == []


def test_nobody_fits_is_said_and_nothing_is_kept() -> None:
    fits("ben", languages=["de"])

    with refused("nobody_fits"):
        sent(factories.ada())

    assert not Letter.objects.exists()
    assert not Room.objects.exists()


def test_sealed_to_others_than_could_answer_now_is_sent_back() -> None:
    ben = fits("ben")
    ada, room = factories.ada(), new_id()
    old = {key.key_id: bytes(113) for key in lettering.recipients(ada, "en", [])}
    fits("chioma")

    with pytest.raises(RecipientsChanged) as caught:
        sent(ada, room=room, copies=old)

    assert {key.person_id for key in caught.value.now} > {ben.pk}
    assert not Letter.objects.exists()


def test_those_kept_apart_get_none_of_it() -> None:
    ben, ada = fits("ben"), factories.ada()
    Block.part(ada, ben, Block.Reason.APART)

    assert lettering.recipients(ada, "en", []) == []


def test_kept_apart_later_nobody_sees_it_any_more() -> None:
    ben, ada = fits("ben"), factories.ada()
    letter = sent(ada)
    Block.part(ada, ben, Block.Reason.APART)

    assert lettering.open_for(ben) == []
    with refused("letter_gone"):
        lettering.take(letter, by=ben)


def test_one_letter_at_a_time() -> None:
    fits("ben")
    ada = factories.ada()
    sent(ada)

    with refused("letter_open"):
        sent(ada)


def test_the_same_one_sent_twice_is_kept_once() -> None:
    fits("ben")
    ada, room = factories.ada(), new_id()

    assert sent(ada, room=room) == sent(ada, room=room)
    assert LetterPart.objects.count() == 1


@pytest.mark.parametrize(
    "bad",
    [
        SealedPart(bytes(15), bytes(32), bytes(188)),
        SealedPart(bytes(16), bytes(31), bytes(188)),
        SealedPart(bytes(16), bytes(32), bytes(60)),
        SealedPart(bytes(16), bytes(32), bytes(189)),
        SealedPart(bytes(16), bytes(32), bytes(60 + 47 * 128)),
    ],
    ids=["cid", "commitment", "nothing", "no whole block", "too long"],
)
def test_what_no_page_seals_is_refused(bad: SealedPart) -> None:
    ben = fits("ben")
    with refused("malformed"):
        sent(factories.ada(), part=bad)
    letter = taken(ben)
    with refused("malformed"):
        lettering.answer(letter, by=ben, part=bad)


def test_of_two_who_take_it_one_has_it() -> None:
    ben, chioma = fits("ben"), fits("chioma")
    letter = sent(factories.ada())

    lettering.take(letter, by=ben)

    assert lettering.open_for(chioma) == []
    with refused("letter_gone"):
        lettering.take(Letter.objects.get(pk=letter.pk), by=chioma)
    lettering.take(letter, by=ben)  # again is fine
    assert Letter.objects.get().reader == ben


def test_one_that_waits_for_its_answer_is_enough() -> None:
    ben = fits("ben")
    first, second = sent(factories.ada()), sent(factories.seeker("Ada two"))
    lettering.take(first, by=ben)

    with refused("has_letter"):
        lettering.take(second, by=ben)

    assert Letter.objects.get(pk=second.pk).state == State.OPEN


def test_given_back_it_is_there_for_the_others() -> None:
    ben, chioma = fits("ben"), fits("chioma")
    letter = taken(ben)

    lettering.give_back(letter, by=ben)

    assert lettering.open_for(chioma) == [letter]
    with refused("letter_gone"):
        lettering.answer(letter, by=ben, part=part())
    lettering.take(letter, by=chioma)
    lettering.answer(letter, by=chioma, part=part())
    assert [each.seat for each in letter.parts.all()] == [1, 3]


def test_somebody_elses_letter_is_not_given_back() -> None:
    ben, chioma = fits("ben"), fits("chioma")
    letter = taken(ben)

    lettering.give_back(letter, by=chioma)

    assert Letter.objects.get().reader == ben


def test_after_a_day_of_silence_the_others_can_take_it() -> None:
    ben, chioma = fits("ben"), fits("chioma")
    letter = taken(ben)

    clock.move(timedelta(hours=24))

    assert lettering.open_for(chioma) == [letter]
    with refused("letter_gone"):
        lettering.answer(letter, by=ben, part=part())


def test_one_answer_and_one_reply() -> None:
    ben = fits("ben")
    letter = answered(ben)
    with refused("answered"):
        lettering.answer(letter, by=ben, part=part())
    lettering.reply(letter, part())
    with refused("answered"):
        lettering.reply(letter, part())

    assert [(each.number, each.seat) for each in letter.parts.all()] == [(1, 1), (2, 2), (3, 1)]


def test_there_is_no_reply_before_an_answer() -> None:
    letter = taken(fits("ben"))

    with refused("reader_left"):
        lettering.reply(sent(factories.seeker("Ada two")), part())
    with refused("answered"):
        lettering.reply(letter, part())


def test_after_the_answer_nobody_else_has_a_key_to_it() -> None:
    ben = fits("ben")
    fits("chioma")

    letter = answered(ben)

    assert [copy.person for copy in letter.copies.all()] == [ben]


def test_a_role_that_ends_gives_the_letter_to_the_others() -> None:
    ben, chioma = fits("ben"), fits("chioma")
    letter = taken(ben)

    end_role(ben.roles.get(), by="Dana")

    assert lettering.open_for(chioma) == [letter]
    assert not LetterCopy.objects.filter(person=ben).exists()


def test_the_last_who_could_open_it_goes_and_the_writer_is_told() -> None:
    ben = fits("ben")
    letter = taken(ben)

    end_role(ben.roles.get(), by="Dana")

    letter.refresh_from_db()
    assert letter.state == State.UNANSWERED
    assert not letter.parts.exists()


def test_nobody_would_read_a_reply_to_somebody_who_stopped() -> None:
    ben = fits("ben")
    letter = answered(ben)
    end_role(ben.roles.get(), by="Dana")

    with refused("reader_left"):
        lettering.reply(Letter.objects.get(), part())

    assert letter.parts.count() == 2


def test_who_rests_takes_none_and_may_still_answer() -> None:
    ben = fits("ben")
    sent(factories.seeker("Ada two"))
    letter = taken(ben)
    resting.begin(ben)

    assert lettering.open_for(ben) == []
    lettering.answer(letter, by=ben, part=part())


def test_after_a_week_without_an_answer_the_words_go_and_the_writer_is_told() -> None:
    fits("ben")
    letter = sent(factories.ada())

    clock.move(timedelta(days=7))
    sweeping.run_all()

    letter.refresh_from_db()
    assert letter.state == State.UNANSWERED
    assert bytes(letter.wrapped) == b""
    assert not LetterPart.objects.exists()
    assert not LetterCopy.objects.exists()
    clock.move(timedelta(days=7))
    sweeping.run_all()
    assert not Room.objects.exists()


def test_a_week_after_the_last_word_nothing_is_left() -> None:
    ben = fits("ben")
    letter = answered(ben)
    clock.move(timedelta(days=6))
    lettering.reply(letter, part())
    clock.move(timedelta(days=6))
    sweeping.run_all()
    assert Letter.objects.exists()

    clock.move(timedelta(days=1))
    sweeping.run_all()

    assert not Letter.objects.exists()
    assert not Room.objects.exists()
    assert not Seat.objects.exists()


def test_taken_back_before_anybody_had_it_nothing_is_left() -> None:
    fits("ben")

    lettering.withdraw(sent(factories.ada()))

    assert not Letter.objects.exists()
    assert not Room.objects.exists()


def test_taken_back_after_it_was_read_the_words_go_and_a_report_is_possible() -> None:
    ben = fits("ben")
    letter = answered(ben)

    lettering.withdraw(letter)

    assert not LetterPart.objects.exists()
    assert not LetterCopy.objects.exists()
    assert Seat.objects.filter(room=letter.pk, person=ben).exists()
    assert lettering.of_reader(ben) == []


def test_a_deleted_seeker_leaves_no_words() -> None:
    ben = fits("ben")
    letter = answered(ben)

    forgetting.forget(letter.writer)

    assert not LetterPart.objects.exists()
    clock.move(timedelta(days=8))
    sweeping.run_all()
    assert not Letter.objects.exists()


def test_quick_exit_keeps_the_letter() -> None:
    ben = fits("ben")
    letter = sent(factories.ada())

    forgetting.leave_all(letter.writer)

    assert lettering.open_for(ben) == [letter]


def test_too_few_letters_name_no_time() -> None:
    now = clock.now()
    for hours in (1, 2, 3, 4):
        _waited(hours)

    assert letter_likely.answered_by("en", now) is None


def test_the_time_is_what_four_of_five_letters_took() -> None:
    now = clock.now()
    for hours in (1, 2, 3, 5, 60):
        _waited(hours)
    by = letter_likely.answered_by("en", now)

    assert by is not None
    assert timedelta(hours=5) <= by - now < timedelta(hours=6)
    assert letter_likely.answered_by("de", now) is None


def test_letters_that_nobody_answered_count_as_never() -> None:
    for hours in (1, 2, 3):
        _waited(hours)
    for _ in range(2):
        _waited(1, answered=False)

    assert letter_likely.answered_by("en", clock.now()) is None


def test_what_is_measured_is_forgotten_after_four_weeks() -> None:
    _waited(1)
    clock.move(timedelta(days=29))

    sweeping.run_all()

    assert not LetterWait.objects.exists()


def _waited(hours: int, *, answered: bool = True) -> None:
    LetterWait.objects.create(
        at=clock.now(), seconds=hours * 3600, answered=answered, language="en"
    )


def test_only_a_volunteer_takes_letters() -> None:
    ben = fits("ben")
    letter = sent(factories.ada())
    ben.roles.update(kind=Role.Kind.COORDINATOR)

    with refused("letter_gone"):
        lettering.take(letter, by=ben)
