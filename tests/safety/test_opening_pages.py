"""The sealed parts of a report at the desk: what each coordinator is told, and what their browser gets."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from tests import factories
from tests.safety import sealed_reports as sealing
from tests.safety.reporting import coordinator, ended_talk, read_report, report_of
from tests.safety.sealed_reports import Sealed, femi, gita, handed_on, opens, says_yes
from warmline.desk.opening_queries import names
from warmline.people.models import Person, Role
from warmline.protocol import base64url
from warmline.safety import keyholders, ladder, opening, reports
from warmline.safety.models import HandedOn, Keyholder, Opening

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_night")]


@pytest.fixture
def dana(still_night: object) -> Person:
    return factories.dana()


def page(who: Person, sealed: Sealed) -> str:
    found = factories.client_of(who).get(reverse("desk_report", args=[sealed.report.pk]))
    assert found.status_code == 200
    return found.content.decode()


def post(who: Person, name: str, about: Sealed, **body: str):
    return factories.client_of(who).post(reverse(name, args=[about.report.pk]), body)


def test_what_each_is_told_on_the_way(dana: Person) -> None:
    other, third = femi(), gita()
    sealed = sealing.read_by_all(dana, other, third)
    assert "You can say the first yes." in page(dana, sealed)

    says_yes(sealed, dana)
    assert "You have said yes." in page(dana, sealed)
    assert "<bdi>Dana Alias</bdi> has said yes." in page(other, sealed)

    opens(sealed, other)
    for one in (dana, other):
        assert "have opened this." in page(one, sealed)
        assert "Say yes for another one" in page(one, sealed)
    told = page(third, sealed)
    assert "You can say the first yes." in told
    assert "<bdi>Dana Alias</bdi> and <bdi>Femi Alias</bdi> have opened it." in told


def test_two_alone_are_not_asked_for_a_third(dana: Person) -> None:
    other = femi()
    sealed = sealing.read_by_all(dana, other)
    says_yes(sealed, dana)
    opens(sealed, other)

    assert "Say yes for another one" not in page(dana, sealed)


def test_who_has_no_key_or_a_new_one_is_told_what_to_do(dana: Person) -> None:
    other, third = femi(), gita()
    sealed = sealing.read_by_all(dana, other)
    reports.open_report(sealed.report, by=third)
    assert "You have no key yet." in page(third, sealed)

    factories.keyholder(third)

    assert "You can’t open this yet: it was sealed before" in page(third, sealed)
    assert "These words were sealed before your key was there." in page(third, sealed)
    assert "<bdi>Gita Alias</bdi> can’t open this report yet." in page(dana, sealed)


def test_who_is_alone_is_told_that_it_takes_two(dana: Person) -> None:
    other = femi()
    sealed = sealing.read_by_all(dana, other)
    other.roles.update(status=Role.Status.RESTING)
    assert "Nobody else who could do it with you is here" in page(dana, sealed)

    keyholders.delist(other)

    told = page(dana, sealed)
    assert "can’t be opened any more." in told
    assert "What they wrote is still there" in told
    assert "wl-opening" not in told


def test_words_whose_keys_are_all_gone_are_not_called_nothing(dana: Person) -> None:
    other, third = femi(), gita()
    sealed = sealing.read_by_all(dana, other)
    for gone in (dana, other):
        keyholders.delist(gone)
    reports.open_report(sealed.report, by=third)

    told = page(third, sealed)

    assert "They can’t be read any more." in told
    assert "They wrote nothing." not in told
    assert "What they wrote is still there" not in told


def test_a_closed_report_keeps_its_chat_part_closed(dana: Person) -> None:
    sealed = sealing.read_by_all(dana, femi())
    ladder.close_without_step(sealed.report, by=dana)

    assert "so its chat part is closed." in page(dana, sealed)


def test_a_report_without_keys_is_as_it_was(dana: Person) -> None:
    talk = ended_talk()
    report = read_report(talk, talk.seeker, dana)

    found = factories.client_of(dana).get(reverse("desk_report", args=[report.pk]))

    text = found.content.decode()
    assert "twice." in text
    assert "dist/report" not in text
    assert "wl-" not in text.split('id="words"')[1].split("</section>")[0]


def test_before_it_is_read_nothing_sealed_is_in_the_page(dana: Person) -> None:
    sealed = sealing.read_by_all(dana, femi())
    text = page(coordinator("hana"), sealed)

    assert "data-sealed" not in text
    assert "data-layers" not in text
    assert "3 messages, sealed" in text


def test_browsers_open_it_through_the_pages(dana: Person) -> None:
    other, third = femi(), gita()
    sealed = sealing.read_by_all(dana, other)
    factories.keyholder(third)
    a = opening.bound_to(sealed.evidence)

    answer = post(dana, "desk_chat_yes", sealed, handed_on=sealing.as_json(handed_on(sealed, dana)))
    assert (answer.status_code, answer.json()) == (200, {})
    listed = factories.client_of(other).get(reverse("desk_reports")).content.decode()
    assert "<bdi>Dana Alias</bdi> has said yes" in listed
    answer = post(
        other, "desk_chat_open", sealed, handed_on=sealing.as_json(handed_on(sealed, other))
    )

    given = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    inner = base64url.decode(given["inner"])
    assert sealing.unseal(sealing.private_key_of(other), a, inner) == sealed.dek
    assert base64url.decode(given["sealed"]) == bytes(sealed.evidence.sealed)
    assert given["names"] == {"1": "Who made the report", "2": "Ben Alias (reported)"}
    new = {pair["outer"] for pair in given["pairs"]} | {pair["inner"] for pair in given["pairs"]}
    assert len(given["pairs"]) == 4
    assert set(given["keys"]) == new == {each.key_id for each in Keyholder.objects.all()}

    of = {each.key_id: each for each in Keyholder.objects.all()}
    blobs = [
        {
            **pair,
            "blob": base64url.encode(
                sealing.wrapped(sealed.dek, a, of[pair["outer"]], of[pair["inner"]])
            ),
        }
        for pair in given["pairs"]
    ]
    assert post(other, "desk_chat_let_in", sealed, blobs=json.dumps(blobs)).status_code == 200
    reports.open_report(sealed.report, by=third)
    says_yes(sealed, dana)
    assert opens(sealed, third) == sealed.dek


@pytest.mark.parametrize(
    "sent",
    ["", "{", "[]", '{"a": 1}', '{"a": "ä"}', '{"' + "k" * 40 + '": "AAAA"}', "[" * 5000, "null"],
)
def test_what_did_not_arrive_whole_is_refused_with_a_sentence(dana: Person, sent: str) -> None:
    sealed = sealing.read_by_all(dana, femi())

    for name, field in (
        ("desk_chat_yes", "handed_on"),
        ("desk_chat_open", "handed_on"),
        ("desk_chat_let_in", "blobs"),
        ("desk_words_let_in", "sealed"),
    ):
        answer = post(dana, name, sealed, **{field: sent})
        assert answer.status_code == 409
        assert answer.json()["sentence"]
    assert not Opening.objects.exists()


def test_a_yes_is_taken_back_on_the_page(dana: Person) -> None:
    sealed = sealing.read_by_all(dana, femi())
    says_yes(sealed, dana)

    answer = post(dana, "desk_chat_end", sealed)

    assert answer["Location"] == reverse("desk_report", args=[sealed.report.pk])
    assert not HandedOn.objects.exists()


def test_who_is_part_of_it_finds_nothing(dana: Person) -> None:
    maker, subject, other = coordinator("mara"), coordinator("sol"), femi()
    for person in (dana, other, maker, subject):
        factories.keyholder(person)
    talk = ended_talk(maker, subject)
    report, _code = report_of(talk, maker)
    for person in (dana, other):
        reports.open_report(report, by=person)
    sealed = sealing.with_chat(report, sealing.SAID)
    says_yes(sealed, dana)

    for involved in (maker, subject):
        for name in (
            "desk_chat_yes",
            "desk_chat_open",
            "desk_chat_let_in",
            "desk_chat_end",
            "desk_words_let_in",
        ):
            assert post(involved, name, sealed).status_code == 404
        listed = factories.client_of(involved).get(reverse("desk_reports")).content.decode()
        assert "has said yes" not in listed
    assert "Mara Alias" not in page(dana, sealed)


def test_names_say_who_is_who_from_both_sides(dana: Person) -> None:
    sealed = sealing.read_by_all(dana, femi())
    talk = ended_talk(factories.seeker("Ines"), factories.chioma())
    by_volunteer = read_report(talk, talk.volunteer, dana)

    assert names(sealed.report) == {1: "Who made the report", 2: "Ben Alias (reported)"}
    assert names(by_volunteer) == {2: "Who made the report", 1: "Who is reported"}
    talk.room.seats.all().delete()
    assert names(by_volunteer) == {2: "Who made the report", 1: "Who is reported"}
