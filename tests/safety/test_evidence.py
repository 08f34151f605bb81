"""The server's checks of what a report proves: it never reads a word, and takes nothing on trust."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests import factories
from tests.safety.reporting import coordinator, ended_talk, window_of
from tests.safety.sending import WORDS, Proof, body_of, epoch_of, read_by_two, said, sealed_of, send
from warmline.core.errors import DomainError
from warmline.people.ending import end_role
from warmline.people.models import Person, Role
from warmline.protocol import base64url, clock
from warmline.protocol.evidence import BLOB_BYTES, read_items, write_items
from warmline.rooms.models import Seat
from warmline.safety import evidence, reports, sweeps
from warmline.safety.evidence import EvidenceRefused
from warmline.safety.models import Block, Evidence, EvidenceBlob, Report, SealedStatement
from warmline.support.models import Conversation
from warmline.support.services import reporting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_night")]
EIGHT_DAYS = timedelta(days=8)
TEXTS = ("What is your number?", "I keep that to myself.", "I find you. Marrowstone.")


@pytest.fixture
def talk() -> Conversation:
    """Ada (seat 1) and Ben (seat 2) have talked; Dana and Femi hold keys."""
    for person in (factories.dana(), coordinator("femi")):
        factories.keyholder(person)
    return ended_talk()


def proofs(talk: Conversation) -> list[Proof]:
    return [said(talk.pk, seq, 1 + seq % 2, text) for seq, text in enumerate(TEXTS, 1)]


def check(talk: Conversation, some: Sequence[Proof], *, room: int = 0) -> None:
    sealed = sealed_of(talk, talk.seeker, some, room=room)
    evidence.check_chat(sealed, room=talk.pk, reporter=talk.seeker)


def file(talk: Conversation, some: Sequence[Proof], reason: str = "insult") -> reporting.Filed:
    sealed = sealed_of(talk, talk.seeker, some)
    return reporting.report(talk, by=talk.seeker, reason=reason, sealed=sealed)


def changed(proof: Proof, **values: Any) -> Proof:
    return dataclasses.replace(proof, item=msgspec.structs.replace(proof.item, **values))


def test_true_messages_are_taken_and_two_keyholders_open_them(talk: Conversation) -> None:
    filed = file(talk, proofs(talk))

    assert filed.refused == ""
    assert read_by_two(filed.report) == {
        "numbers": [1, 2, 3],
        "words": list(TEXTS),
        "statements": [WORDS, WORDS],
    }
    assert EvidenceBlob.objects.count() == 2


def test_words_are_kept_for_each_keyholder_and_not_under_the_servers_key(
    talk: Conversation,
) -> None:
    filed = file(talk, proofs(talk))

    report = Report.objects.get()
    assert bytes(report.statement) == b""
    assert report.words_sealed
    assert {each.keyholder.person.alias for each in SealedStatement.objects.all()} == {
        "Dana Alias",
        "Femi Alias",
    }
    for table in (Report, Evidence, EvidenceBlob, SealedStatement):
        assert "Marrowstone" not in repr(list(table.objects.values()))
    assert reports.of_code(filed.code) == report


ALTERED: dict[str, Callable[[Proof], Proof]] = {
    "c": lambda proof: changed(proof, c=bytes(32)),
    "tag": lambda proof: changed(proof, tag=bytes(32)),
    "seq": lambda proof: changed(proof, seq=proof.item.seq + 100),
    "ms": lambda proof: changed(proof, ms=proof.item.ms + 1),
    "seat": lambda proof: changed(proof, seat=3 - proof.item.seat),
    "cid": lambda proof: changed(proof, cid=bytes(16)),
    "epoch": lambda proof: changed(proof, epoch=2),
    "forged key id": lambda proof: changed(proof, kid=2),
    "key id 0": lambda proof: changed(proof, kid=0),
    "huge key id": lambda proof: changed(proof, kid=2**53 - 1),
}


@pytest.mark.parametrize("what", ALTERED)
def test_one_altered_part_refuses_all(talk: Conversation, what: str) -> None:
    *others, last = proofs(talk)

    with pytest.raises(EvidenceRefused) as refusal:
        check(talk, [*others, ALTERED[what](last)])
    assert refusal.value.code == "not_ours"


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_bit_that_differs_is_noticed(talk: Conversation, data: st.DataObject) -> None:
    sealed = sealed_of(talk, talk.seeker, proofs(talk))
    assert sealed.chat
    items = bytearray(sealed.chat.items)
    at = data.draw(st.integers(0, len(items) * 8 - 1))
    items[at // 8] ^= 1 << at % 8
    chat = dataclasses.replace(sealed.chat, items=bytes(items))

    with pytest.raises(EvidenceRefused):
        evidence.check_chat(
            dataclasses.replace(sealed, chat=chat), room=talk.pk, reporter=talk.seeker
        )


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2, 1), (0, 0), (2, 1, 0)])
def test_swapped_and_repeated_messages_are_refused(
    talk: Conversation, order: tuple[int, ...]
) -> None:
    known = proofs(talk)

    with pytest.raises(EvidenceRefused) as refusal:
        check(talk, [known[at] for at in order])
    assert refusal.value.code == "not_whole"


def test_numbers_swapped_to_make_another_order_do_not_verify(talk: Conversation) -> None:
    one, two, _three = proofs(talk)

    with pytest.raises(EvidenceRefused) as refusal:
        check(talk, [changed(two, seq=1), changed(one, seq=2)])
    assert refusal.value.code == "not_ours"


def test_messages_left_out_are_a_gap_in_what_is_kept(talk: Conversation) -> None:
    one, _two, three = proofs(talk)

    file(talk, [one, three])

    _room, items = read_items(bytes(Evidence.objects.get().items))
    assert [item.seq for item in items] == [1, 3]


def test_messages_of_another_room_prove_nothing(talk: Conversation) -> None:
    other = ended_talk(factories.seeker("Ines"), factories.chioma())
    foreign = [said(other.pk, 1, 1, "Elsewhere")]

    for room in (0, other.pk):
        with pytest.raises(EvidenceRefused) as refusal:
            check(talk, foreign, room=room)
        assert refusal.value.code == "not_ours"


def test_fifty_messages_are_taken_and_one_more_is_not(talk: Conversation) -> None:
    known = [said(talk.pk, seq, 1, "x") for seq in range(1, 52)]
    check(talk, known[1:])

    with pytest.raises(EvidenceRefused) as refusal:
        check(talk, known)
    assert refusal.value.code == "not_whole"


def test_messages_from_before_the_seat_was_taken_are_refused(talk: Conversation) -> None:
    Seat.objects.filter(person=talk.seeker).update(taken_at=clock.now() + timedelta(hours=1))

    with pytest.raises(EvidenceRefused) as refusal:
        check(talk, proofs(talk))
    assert refusal.value.code == "not_there"


def test_an_epoch_without_the_reporter_is_not_theirs_to_show(talk: Conversation) -> None:
    epoch_of(talk.pk, 1, 1, 2)
    epoch_of(talk.pk, 2, 2, 3)
    check(talk, proofs(talk))

    with pytest.raises(EvidenceRefused) as refusal:
        check(talk, [*proofs(talk), said(talk.pk, 4, 2, "To the third", epoch=2)])
    assert refusal.value.code == "not_there"


def test_who_had_no_seat_shows_nothing(talk: Conversation) -> None:
    sealed = sealed_of(talk, talk.seeker, proofs(talk))

    with pytest.raises(EvidenceRefused):
        evidence.check_chat(sealed, room=talk.pk, reporter=factories.seeker("Eve"))


def replaced_key(settings: Any, age: timedelta) -> None:
    """The key that signed so far was replaced so long ago."""
    known = settings.INSTALLATION.secrets
    newer = dataclasses.replace(
        known,
        franking={**known.franking, max(known.franking) + 1: bytes(32)},
        franking_replaced={max(known.franking): clock.now() - age},
    )
    settings.INSTALLATION = dataclasses.replace(settings.INSTALLATION, secrets=newer)


def test_a_replaced_key_still_proves_for_eight_days(talk: Conversation, settings: Any) -> None:
    known = proofs(talk)
    replaced_key(settings, EIGHT_DAYS - timedelta(seconds=1))

    check(talk, known)


def test_an_expired_key_is_refused_with_a_sentence(talk: Conversation, settings: Any) -> None:
    known = proofs(talk)
    replaced_key(settings, EIGHT_DAYS)

    with pytest.raises(EvidenceRefused) as refusal:
        check(talk, known)
    assert refusal.value.code == "too_old"
    assert "too old" in refusal.value.sentence


@pytest.mark.parametrize(
    "broken",
    [
        {"items": b""},
        {"items": write_items(1, [])},
        {"sealed": b""},
        {"sealed": bytes(700)},
        {"blobs": ()},
        {"blobs": (bytes(BLOB_BYTES),)},
        {"blobs": (bytes(BLOB_BYTES), bytes(BLOB_BYTES - 1))},
    ],
)
def test_sizes_that_are_wrong_are_refused(talk: Conversation, broken: dict[str, Any]) -> None:
    sealed = sealed_of(talk, talk.seeker, proofs(talk))
    assert sealed.chat
    chat = dataclasses.replace(sealed.chat, **broken)

    with pytest.raises(EvidenceRefused) as refusal:
        evidence.check_chat(
            dataclasses.replace(sealed, chat=chat), room=talk.pk, reporter=talk.seeker
        )
    assert refusal.value.code == "not_whole"


def test_a_report_is_kept_when_its_messages_are_refused(talk: Conversation) -> None:
    *others, last = proofs(talk)
    body = body_of(sealed_of(talk, talk.seeker, [*others, ALTERED["c"](last)]), reason="sexual")

    answer = send(window_of(talk.seeker), talk, body)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Your report is here, but without the messages. These messages are not" in page
    assert Report.objects.get().reason == "sexual"
    assert SealedStatement.objects.count() == 2
    assert Block.objects.count() == 1
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("side", ["seeker", "volunteer"])
def test_both_sides_report_with_messages_and_get_a_code(talk: Conversation, side: str) -> None:
    by: Person = getattr(talk, side)
    browser = window_of(by) if side == "seeker" else factories.client_of(by)

    answer = send(browser, talk, body_of(sealed_of(talk, by, proofs(talk))))

    page = answer.content.decode()
    assert reports.of_code(page.split('readonly value="')[1].split('"')[0]) == Report.objects.get()
    assert "without the messages" not in page
    assert Report.objects.get().evidence.made_at == clock.now()


def test_the_form_names_those_who_may_read_and_the_report_it_will_be(talk: Conversation) -> None:
    factories.keyholder(coordinator("gita"), state="waiting")
    browser = window_of(talk.seeker)

    for name in ("report", "report_part"):
        page = browser.get(reverse(name, args=[talk.pk])).content.decode()
        assert f'data-report="{evidence.report_id(talk.pk, talk.seeker, talk.volunteer)}"' in page
        assert page.count("&quot;pk&quot;") == 2
    file(talk, proofs(talk))
    assert Report.objects.get().pk == evidence.report_id(talk.pk, talk.seeker, talk.volunteer)


def test_once_sent_the_talks_page_gets_no_form_any_more(talk: Conversation) -> None:
    file(talk, proofs(talk))

    answer = window_of(talk.seeker).get(reverse("report_part", args=[talk.pk]))

    assert answer.status_code == 204


def test_a_reported_coordinator_is_never_among_the_readers() -> None:
    ben = factories.ben()
    Role.objects.create(person=ben, kind=Role.Kind.COORDINATOR)
    for person in (ben, factories.dana(), coordinator("femi")):
        factories.keyholder(person)
    talk = ended_talk(volunteer=ben)

    readers = {each.person.alias for each in evidence.readers(talk.pk)}
    assert readers == {"Dana Alias", "Femi Alias"}


def test_a_list_with_the_reported_in_it_is_sent_back() -> None:
    ben = factories.ben()
    Role.objects.create(person=ben, kind=Role.Kind.COORDINATOR)
    all_three = [
        factories.keyholder(person) for person in (ben, factories.dana(), coordinator("femi"))
    ]
    talk = ended_talk(volunteer=ben)
    sealed = sealed_of(talk, talk.seeker, proofs(talk), holders=all_three)

    answer = send(window_of(talk.seeker), talk, body_of(sealed))

    assert answer.status_code == 409
    assert len(answer.json()["keyholders"]) == 2
    assert not Report.objects.exists()


def test_other_readers_meanwhile_get_the_new_list_and_nothing_is_lost(talk: Conversation) -> None:
    before = body_of(sealed_of(talk, talk.seeker, proofs(talk)), reason="sexual")
    factories.keyholder(coordinator("gita"))
    browser = window_of(talk.seeker)

    answer = send(browser, talk, before)

    assert answer.status_code == 409
    assert [one["id"] for one in answer.json()["keyholders"]] == sorted(
        (one["id"] for one in answer.json()["keyholders"]), key=base64url.decode
    )
    assert not Report.objects.exists()
    assert not Block.objects.exists()
    again = send(browser, talk, body_of(sealed_of(talk, talk.seeker, proofs(talk))))
    assert again.status_code == 200
    assert EvidenceBlob.objects.count() == 6


def test_with_one_keyholder_words_go_to_them_and_messages_to_nobody() -> None:
    dana = factories.dana()
    holder = factories.keyholder(dana)
    talk = ended_talk()
    browser = window_of(talk.seeker)
    page = browser.get(reverse("report", args=[talk.pk])).content.decode()
    assert "that takes two coordinators" in page
    assert "data-messages" not in page
    sealed = sealed_of(talk, talk.seeker, proofs(talk), holders=[holder])

    assert send(browser, talk, body_of(sealed)).status_code == 409
    assert send(browser, talk, body_of(sealed.without_chat())).status_code == 200
    assert SealedStatement.objects.get().keyholder == holder


def test_without_keyholders_words_are_under_the_servers_key_as_a_form() -> None:
    talk = ended_talk()
    browser = window_of(talk.seeker)

    browser.post(reverse("report", args=[talk.pk]), {"reason": "insult", "statement": WORDS})

    assert Report.objects.get().statement_opened() == WORDS
    assert not Report.objects.get().words_sealed


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ({"reason": "diagnosis"}, "Please choose what fits best."),
        ({"reason": ""}, "Please choose what fits best."),
        ({"keys": "x"}, "did not arrive whole"),
        ({"statements": ["AA"]}, "did not arrive whole"),
        ({"statements": ["%"]}, "did not arrive whole"),
        ({"evidence": {"items": ""}}, "did not arrive whole"),
        ({"more": 1}, "did not arrive whole"),
    ],
)
def test_bad_input_gets_one_sentence(
    talk: Conversation, broken: dict[str, Any], sentence: str
) -> None:
    body = body_of(sealed_of(talk, talk.seeker, proofs(talk)))

    answer = send(window_of(talk.seeker), talk, {**body, **broken})

    assert answer.status_code == 422
    assert sentence in answer.json()["sentence"]
    assert not Report.objects.exists()


@pytest.mark.parametrize("noise", ["null", "[]", "{", "7", '"' + "x" * (1024 * 1024) + '"'])
def test_noise_gets_the_same_sentence(talk: Conversation, noise: str) -> None:
    answer = window_of(talk.seeker).post(
        reverse("report", args=[talk.pk]), noise, content_type="application/json"
    )

    assert answer.status_code == 422
    assert "did not arrive whole" in answer.json()["sentence"]


def test_nobody_else_sends_one(talk: Conversation) -> None:
    body = body_of(sealed_of(talk, talk.seeker, proofs(talk)))

    for browser in (
        Client(),
        window_of(factories.seeker("Eve")),
        factories.client_of(factories.eve()),
    ):
        assert send(browser, talk, body).status_code == 404
        assert browser.get(reverse("report_part", args=[talk.pk])).status_code == 404


def test_sending_again_replaces_all_that_came_along(talk: Conversation) -> None:
    known = proofs(talk)
    first = file(talk, known)
    second = file(talk, known[:1])

    _room, items = read_items(bytes(Evidence.objects.get().items))
    assert second.report.pk == first.report.pk
    assert [item.seq for item in items] == [1]
    assert (EvidenceBlob.objects.count(), SealedStatement.objects.count()) == (2, 2)

    reporting.report(talk, by=talk.seeker, reason="insult", statement="In my own words.")

    assert not Evidence.objects.exists()
    assert not SealedStatement.objects.exists()
    assert Report.objects.get().statement_opened() == "In my own words."


def test_what_was_read_is_not_replaced(talk: Conversation) -> None:
    file(talk, proofs(talk))
    reports.open_report(Report.objects.get(), by=Person.objects.get(alias="Dana Alias"))

    with pytest.raises(DomainError):
        file(talk, proofs(talk)[:1])
    answer = send(window_of(talk.seeker), talk, body_of(sealed_of(talk, talk.seeker, proofs(talk))))

    assert "has read your report already" in answer.json()["sentence"]
    _room, items = read_items(bytes(Evidence.objects.get().items))
    assert len(items) == 3


def test_all_of_it_goes_with_the_report_ninety_days_after_closing(talk: Conversation) -> None:
    file(talk, proofs(talk))
    Report.objects.update(state="closed", outcome="nothing", closed_at=clock.now())

    sweeps.forget_reports(clock.now() + timedelta(days=90) - timedelta(seconds=1))
    assert Evidence.objects.exists()
    sweeps.forget_reports(clock.now() + timedelta(days=90))

    for table in (Report, Evidence, EvidenceBlob, SealedStatement):
        assert not table.objects.exists()


def test_what_is_sealed_to_a_key_goes_with_it_and_the_rest_stays(talk: Conversation) -> None:
    for name in ("gita", "hana"):
        factories.keyholder(coordinator(name))
    file(talk, proofs(talk))
    assert EvidenceBlob.objects.count() == 12

    end_role(Role.objects.get(person__alias="Gita Alias"), by="Dana Alias", reason="own_wish")

    assert EvidenceBlob.objects.count() == 6
    assert SealedStatement.objects.count() == 3
    assert len(Evidence.objects.get().key_names) == 4


def test_report_ids_differ_by_room_and_person_and_stay(talk: Conversation) -> None:
    other = ended_talk(factories.seeker("Ines"), factories.chioma())
    ids = {
        evidence.report_id(of.pk, by, of.partner_of(by))
        for of in (talk, other)
        for by in (of.seeker, of.volunteer)
    }

    assert len(ids) == 4
    assert all(0 < each < 2**53 for each in ids)
    assert evidence.report_id(talk.pk, talk.seeker, talk.volunteer) in ids


def test_a_report_from_before_keeps_its_id(talk: Conversation) -> None:
    made = Report.objects.create(
        room=talk.pk, reporter=talk.seeker, reported=talk.volunteer, side="volunteer",
        reason="insult", code_hash="x",
    )  # fmt: skip

    assert file(talk, proofs(talk)).report.pk == made.pk
