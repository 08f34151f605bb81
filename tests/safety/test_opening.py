"""The chat part of a report is opened by two coordinators, and by nobody alone."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pyhpke import OpenError

from tests import factories
from tests.safety import sealed_reports as sealing
from tests.safety.reporting import coordinator, ended_talk, report_of
from tests.safety.sealed_reports import Sealed, femi, gita, handed_on, opens, says_yes
from warmline.audit.actions import Action
from warmline.audit.models import Entry
from warmline.core.errors import DomainError
from warmline.people.ending import end_role
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.safety import keyholders, ladder, opening, reports, sweeps
from warmline.safety.models import EvidenceBlob, HandedOn, Keyholder, Opening
from warmline.safety.models import SealedStatement as Copy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_night")]


@pytest.fixture
def dana(still_night: object) -> Person:
    return factories.dana()


def refused(code: str):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def entries(action: str) -> list[tuple[str, str, str]]:
    found = Entry.objects.filter(action=action).order_by("number")
    return [(each.actor, each.second, each.object) for each in found]


def test_two_open_it_together_and_both_can_read_it(dana: Person) -> None:
    other = femi()
    sealed = sealing.read_by_all(dana, other)

    says_yes(sealed, dana)
    assert opens(sealed, other) == sealed.dek
    assert opens(sealed, dana) == sealed.dek
    assert opens(sealed, other) == sealed.dek

    about = f"report:{sealed.report.pk}"
    assert entries(Action.EVIDENCE_AGREED) == [("Dana Alias", "", about)]
    assert entries(Action.EVIDENCE_OPENED) == [
        ("Femi Alias", "Dana Alias", about),
        ("Dana Alias", "Femi Alias", about),
    ]


def test_nobody_opens_it_with_their_own_yes(dana: Person) -> None:
    sealed = sealing.read_by_all(dana, femi())
    says_yes(sealed, dana)

    with refused("nothing_to_open"):
        opens(sealed, dana)
    assert not HandedOn.objects.filter(to__person=dana).exists()


def test_the_database_refuses_an_opening_by_one(dana: Person) -> None:
    sealed = sealing.read_by_all(dana, femi())
    made = says_yes(sealed, dana)

    with pytest.raises(IntegrityError), transaction.atomic():
        Opening.objects.filter(pk=made.pk).update(second=made.first)


def test_one_coordinator_with_the_whole_database_opens_nothing(dana: Person) -> None:
    """Every blob, in every order and as often as it opens, with the one key they have."""
    sealed = sealing.read_by_all(dana, femi(), gita())
    says_yes(sealed, dana)
    a, mine = opening.bound_to(sealed.evidence), sealing.private_key_of(dana)
    every = [bytes(each.blob) for each in EvidenceBlob.objects.all()]
    every += [bytes(each.sealed) for each in HandedOn.objects.all()]
    assert len(every) == 6 + 2

    for blob in every:
        layers, left = 0, blob
        while True:
            try:
                left = sealing.unseal(mine, a, left)
            except (OpenError, ValueError):
                break
            layers += 1
        assert layers <= 1
        assert left != sealed.dek
        assert len(left) > len(sealed.dek)


def test_an_opened_key_is_left_for_the_two_alone(dana: Person) -> None:
    other, third = femi(), gita()
    sealed = sealing.read_by_all(dana, other, third)
    says_yes(sealed, dana)
    opens(sealed, other)

    assert {each.to.person for each in HandedOn.objects.all()} == {dana, other}
    with refused("nothing_to_open"):
        opens(sealed, third)
    says_yes(sealed, dana)
    assert opens(sealed, third) == sealed.dek


def test_reporter_and_reported_are_left_out_on_both_sides(dana: Person) -> None:
    maker, subject, other = coordinator("mara"), coordinator("sol"), femi()
    for person in (dana, other, maker, subject):
        factories.keyholder(person)
    talk = ended_talk(maker, subject)
    report, _code = report_of(talk, maker)
    for person in (dana, other):
        reports.open_report(report, by=person)
    sealed = sealing.with_chat(report, sealing.SAID)

    assert {each.person for each in opening.holders(sealed.evidence)} == {dana, other}
    assert opening.newcomers(sealed.evidence) == []
    assert opening.without_statement(report) == []
    says_yes(sealed, dana)
    for involved in (maker, subject):
        for verb in (
            lambda by: opening.say_yes(report, by=by, handed_on=handed_on(sealed, dana)),
            lambda by: opening.open_chat(report, by=by, back=bytes(113)),
            lambda by: opening.let_in(report, by=by, blobs={}),
            lambda by: opening.share_statement(report, by=by, sealed={}),
            lambda by: opening.end(report, by=by),
        ):
            with refused("involved"):
                verb(involved)


def test_a_key_of_the_reported_opens_nothing_even_if_it_is_in_a_pair(dana: Person) -> None:
    """They were let in by a mistake: a pair that names them counts for nothing."""
    other = femi()
    sealed = sealing.read_by_all(dana, other)
    ben = sealed.report.reported
    Role.objects.create(person=ben, kind=Role.Kind.COORDINATOR)
    key, mine = factories.keyholder(ben), Keyholder.objects.get(person=dana)
    a = opening.bound_to(sealed.evidence)
    for outer, inner in itertools.permutations((key, mine)):
        blob = sealing.wrapped(sealed.dek, a, outer, inner)
        EvidenceBlob.objects.create(evidence=sealed.evidence, outer=outer, inner=inner, blob=blob)

    says_yes(sealed, dana)

    assert not HandedOn.objects.filter(to=key).exists()
    assert ben not in [each.person for each in opening.holders(sealed.evidence)]


def test_who_has_not_read_the_report_opens_nothing_of_it(dana: Person) -> None:
    sealed = sealing.read_by_all(dana, femi())
    third = gita()

    with refused("not_opened"):
        opening.say_yes(sealed.report, by=third, handed_on={})
    with refused("not_a_coordinator"):
        opening.say_yes(sealed.report, by=factories.eve(), handed_on={})


@pytest.mark.parametrize("after", [timedelta(days=7), timedelta(days=30)])
def test_a_yes_lapses_after_seven_days(dana: Person, after: timedelta) -> None:
    other = femi()
    sealed = sealing.read_by_all(dana, other)
    says_yes(sealed, dana)

    clock.move(after - timedelta(seconds=1) if after.days == 7 else after)
    if after.days == 7:
        assert opening.waiting_for(sealed.evidence, Keyholder.objects.get(person=other))
        clock.move(timedelta(seconds=1))

    with refused("nothing_to_open"):
        opens(sealed, other)
    sweeps.forget_openings(clock.now())
    assert not HandedOn.objects.exists()
    says_yes(sealed, dana)
    assert opens(sealed, other) == sealed.dek


def test_what_is_opened_does_not_lapse_while_the_report_is_open(dana: Person) -> None:
    other = femi()
    sealed = sealing.read_by_all(dana, other)
    says_yes(sealed, dana)
    opens(sealed, other)

    clock.move(timedelta(days=40))
    sweeps.forget_openings(clock.now())

    assert opens(sealed, dana) == sealed.dek


def test_a_yes_can_be_taken_back_until_it_is_used(dana: Person) -> None:
    other = femi()
    sealed = sealing.read_by_all(dana, other)
    says_yes(sealed, dana)
    with refused("said_already"):
        says_yes(sealed, dana)

    for _press in range(2):
        opening.end(sealed.report, by=dana)

    with refused("nothing_to_open"):
        opens(sealed, other)
    assert len(entries(Action.EVIDENCE_TAKEN_BACK)) == 1


def test_nobody_else_takes_a_yes_back(dana: Person) -> None:
    other = femi()
    sealed = sealing.read_by_all(dana, other)
    says_yes(sealed, dana)

    opening.end(sealed.report, by=other)

    assert opens(sealed, other) == sealed.dek


def test_with_the_decision_it_closes_for_both_and_an_appeal_takes_a_new_yes(dana: Person) -> None:
    other, third = femi(), gita()
    sealed = sealing.read_by_all(dana, other, third)
    says_yes(sealed, dana)
    opens(sealed, other)
    ladder.take_step(sealed.report, kind="day", reason="insult", by=dana)

    assert not HandedOn.objects.exists()
    with refused("report_closed"):
        says_yes(sealed, dana)

    sanction = sealed.report.sanctions.get()
    ladder.appeal(sanction, by=sanction.person, text="Please.")
    says_yes(sealed, dana)
    assert opens(sealed, third) == sealed.dek
    ladder.answer_appeal(sanction, by=third, lift=False)
    assert not Opening.objects.exists()
    with refused("report_closed"):
        opens(sealed, third)


def test_with_a_role_go_its_blobs_and_its_yes(dana: Person) -> None:
    other, third = femi(), gita()
    sealed = sealing.read_by_all(dana, other, third)
    says_yes(sealed, dana)
    end_role(dana.roles.get(), by="Femi Alias")

    assert not EvidenceBlob.objects.filter(outer__person=dana).exists()
    assert not Copy.objects.filter(keyholder__person=dana).exists()
    with refused("nothing_to_open"):
        opens(sealed, other)
    says_yes(sealed, other)
    assert opens(sealed, third) == sealed.dek


def test_when_the_opener_goes_the_one_who_said_yes_needs_another(dana: Person) -> None:
    other, third = femi(), gita()
    sealed = sealing.read_by_all(dana, other, third)
    says_yes(sealed, dana)
    opens(sealed, other)
    keyholders.delist(other)

    assert not HandedOn.objects.exists()
    with refused("nothing_to_open"):
        opens(sealed, dana)


def test_fewer_than_two_left_open_it_never_again(dana: Person) -> None:
    other = femi()
    sealed = sealing.read_by_all(dana, other)
    assert opening.can_ever_be_opened(sealed.evidence)
    keyholders.delist(other)
    factories.keyholder(gita())

    assert not opening.can_ever_be_opened(sealed.evidence)
    with refused("cannot_open"):
        opening.say_yes(sealed.report, by=dana, handed_on={})


def test_who_rests_opens_nothing_and_can_again_later(dana: Person) -> None:
    other = femi()
    sealed = sealing.read_by_all(dana, other)
    other.roles.update(status=Role.Status.RESTING)

    with refused("cannot_open"):
        says_yes(sealed, dana)
    assert opening.can_ever_be_opened(sealed.evidence)
    other.roles.update(status=Role.Status.ACTIVE)
    says_yes(sealed, dana)
    assert opens(sealed, other) == sealed.dek


def test_a_replaced_key_goes_on_opening_what_was_sealed_to_it(dana: Person) -> None:
    other = femi()
    sealed = sealing.read_by_all(dana, other)
    Keyholder.objects.filter(person=dana).update(state=Keyholder.State.DELISTED)
    factories.keyholder(dana, "dana anew")
    Copy.objects.all().delete()  # The reporter wrote nothing.
    sweeps.forget_replaced_keys(clock.now())

    assert opening.newcomers(sealed.evidence) == []
    says_yes(sealed, dana)
    assert opens(sealed, other) == sealed.dek


def let_in(sealed: Sealed, by: Person) -> None:
    """As the browser of one of the two does it."""
    evidence = sealed.evidence
    a = opening.bound_to(evidence)
    found = Opening.objects.opened().get(evidence=evidence)
    pairs = opening.missing_pairs(found)
    dek = opens(sealed, by)
    blobs = {(a_.key_id, b.key_id): sealing.wrapped(dek, a, a_, b) for a_, b in pairs}
    opening.let_in(sealed.report, by=by, blobs=blobs)


def test_two_let_a_newcomer_in_who_then_opens_with_either(dana: Person) -> None:
    other, new = femi(), gita()
    sealed = sealing.read_by_all(dana, other)
    factories.keyholder(new)
    reports.open_report(sealed.report, by=new)
    with refused("cannot_open"):
        opening.say_yes(sealed.report, by=new, handed_on={})
    says_yes(sealed, dana)
    opens(sealed, other)

    let_in(sealed, other)

    assert entries(Action.EVIDENCE_SHARED) == [("Femi Alias", "Dana Alias", "person:Gita Alias")]
    assert opening.newcomers(sealed.evidence) == []
    says_yes(sealed, new)
    opening.end(sealed.report, by=other)
    assert opens(sealed, other) == sealed.dek
    opening.end(sealed.report, by=other)
    says_yes(sealed, dana)
    assert opens(sealed, new) == sealed.dek


def test_a_newcomer_who_came_after_the_yes_waits_for_another(dana: Person) -> None:
    other, new = femi(), gita()
    sealed = sealing.read_by_all(dana, other)
    says_yes(sealed, dana)
    opens(sealed, other)
    factories.keyholder(new)

    assert opening.missing_pairs(Opening.objects.get()) == []
    with refused("overtaken"):
        opening.let_in(sealed.report, by=other, blobs={})


def test_one_alone_lets_nobody_in(dana: Person) -> None:
    sealed = sealing.read_by_all(dana, femi())
    factories.keyholder(gita())
    says_yes(sealed, dana)

    with refused("nothing_to_open"):
        opening.let_in(sealed.report, by=dana, blobs={})


def test_only_the_missing_pairs_are_taken(dana: Person) -> None:
    other, new = femi(), gita()
    sealed = sealing.read_by_all(dana, other)
    key = factories.keyholder(new)
    says_yes(sealed, dana)
    opens(sealed, other)
    found = Opening.objects.get()
    right = {(a.key_id, b.key_id): bytes(194) for a, b in opening.missing_pairs(found)}
    mine = Keyholder.objects.get(person=dana)

    for wrong in (
        dict(list(right.items())[1:]),
        {**right, (key.key_id, key.key_id): bytes(194)},
        {**right, (mine.key_id, mine.key_id): bytes(194)},
        {pair: bytes(113) for pair in right},
    ):
        with refused("overtaken"):
            opening.let_in(sealed.report, by=other, blobs=wrong)
    assert EvidenceBlob.objects.count() == 2


def test_who_read_the_words_lets_a_newcomer_read_them(dana: Person) -> None:
    sealed = sealing.read_by_all(dana, femi())
    new = gita()
    key = factories.keyholder(new)
    assert opening.without_statement(sealed.report) == [key]

    opening.share_statement(sealed.report, by=dana, sealed={key.key_id: bytes(256 + 81)})

    assert Copy.objects.filter(keyholder=key).exists()
    assert entries(Action.EVIDENCE_SHARED) == [("Dana Alias", "", "person:Gita Alias")]
    with refused("overtaken"):
        opening.share_statement(sealed.report, by=dana, sealed={key.key_id: bytes(256 + 81)})


def test_wrong_sizes_are_refused(dana: Person) -> None:
    other = femi()
    sealed = sealing.read_by_all(dana, other)
    right = handed_on(sealed, dana)

    for wrong in ({}, {key: blob[:-1] for key, blob in right.items()}):
        with refused("overtaken"):
            opening.say_yes(sealed.report, by=dana, handed_on=wrong)
    says_yes(sealed, dana)
    for back in (b"", bytes(112)):
        with refused("overtaken"):
            opening.open_chat(sealed.report, by=other, back=back)
    assert Opening.objects.get().second is None


def test_it_goes_with_the_report(dana: Person) -> None:
    other = femi()
    sealed = sealing.read_by_all(dana, other)
    says_yes(sealed, dana)
    opens(sealed, other)
    sealed.report.delete()

    for kept in (Opening, HandedOn, EvidenceBlob, Copy):
        assert not kept.objects.exists()
