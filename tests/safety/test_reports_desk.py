"""Reports at the desk: for coordinators who are no part of them, without words until somebody reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.safety.reporting import WORDS, coordinator, ended_talk, read_report, report_of
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.safety import ladder
from warmline.safety.models import Report, Sanction
from warmline.support.seeking import SEEKER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_night")]


@pytest.fixture
def dana(still_night: object) -> Person:
    """Coordinates."""
    return factories.dana()


@pytest.fixture
def desk(dana: Person) -> Client:
    """Her browser."""
    return factories.client_of(dana)


def page(browser: Client, name: str, *args: int) -> str:
    return browser.get(reverse(name, args=args)).content.decode()


def decide(browser: Client, report: Report, step: str, rule: str = "insult"):
    return browser.post(
        reverse("desk_report_decide", args=[report.pk]), {"step": step, "rule": rule}
    )


def test_the_list_shows_age_reason_and_side_and_no_words(desk: Client) -> None:
    talk = ended_talk()
    report_of(talk, talk.seeker, "grooming")
    clock.move(timedelta(hours=3))

    text = page(desk, "desk_reports")

    assert "Pressure to meet" in text
    assert "serious" in text
    assert "3 hours" in text
    assert "a volunteer" in text
    for private in (WORDS, "Ada", "Ben"):
        assert private not in text


def test_the_words_show_only_once_somebody_has_pressed_read(desk: Client, dana: Person) -> None:
    talk = ended_talk()
    report, _code = report_of(talk, talk.seeker)
    assert WORDS not in page(desk, "desk_report", report.pk)
    assert Report.objects.get().state == Report.State.RECEIVED

    desk.post(reverse("desk_report_read", args=[report.pk]))
    answer = desk.get(reverse("desk_report", args=[report.pk]))

    assert WORDS in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert Report.objects.get().opened_by == dana


def test_a_reported_volunteer_is_named_by_alias_and_seekers_never(
    desk: Client, dana: Person
) -> None:
    talk = ended_talk()
    about_ben = read_report(talk, talk.seeker, dana)
    about_ada = read_report(talk, talk.volunteer, dana)

    assert "Ben Alias" in page(desk, "desk_report", about_ben.pk)
    assert "Ada" not in page(desk, "desk_report", about_ben.pk)
    assert "Ada" not in page(desk, "desk_report", about_ada.pk)
    assert "Ben Alias" not in page(desk, "desk_report", about_ada.pk)


def every_address(report: Report, sanction: Sanction) -> list[tuple[str, str]]:
    names = ["desk_report_read", "desk_report_decide", "desk_report_hold"]
    return [
        ("get", reverse("desk_report", args=[report.pk])),
        *(("post", reverse(name, args=[report.pk])) for name in names),
        ("post", reverse("desk_second", args=[sanction.pk])),
        ("get", reverse("desk_appeal", args=[sanction.pk])),
        ("post", reverse("desk_appeal_answer", args=[sanction.pk])),
    ]


def a_matter_with_everything(
    dana: Person, reporter: Person, subject: Person
) -> tuple[Report, Sanction]:
    """A read report, a ban that waits for a second word, an appeal against it."""
    report = read_report(ended_talk(reporter, subject), reporter, dana)
    sanction = ladder.take_step(report, kind="ban", reason="insult", by=dana)
    ladder.appeal(sanction, by=subject, text="Please look again.")
    report.refresh_from_db()
    return report, Sanction.objects.get()


VALUES = {"step": "nothing", "rule": "insult", "answer": "lift"}


def test_who_is_part_of_it_finds_nothing_on_any_address(dana: Person) -> None:
    reporter, subject = coordinator("mara"), coordinator("sol")
    report, sanction = a_matter_with_everything(dana, reporter, subject)

    for involved in (reporter, subject):
        browser = factories.client_of(involved)
        for method, address in every_address(report, sanction):
            assert getattr(browser, method)(address, VALUES).status_code == 404
        text = page(browser, "desk_reports") + page(browser, "desk")
        assert str(report.pk) not in text
        assert "Insults" not in text
    assert Sanction.objects.get().second == Sanction.Second.AWAITED


def test_a_coordinator_who_reported_as_a_seeker_in_this_browser_finds_nothing(dana: Person) -> None:
    ada = factories.ada()
    report, sanction = a_matter_with_everything(coordinator("femi"), ada, factories.ben())
    browser = factories.client_of(dana)
    session = browser.session
    session[SEEKER] = ada.pk
    session.save()

    for method, address in every_address(report, sanction):
        assert getattr(browser, method)(address, VALUES).status_code == 404


@pytest.mark.parametrize("who", [factories.eve, factories.chioma])
def test_who_does_not_coordinate_is_refused_everywhere(dana: Person, who) -> None:
    report, sanction = a_matter_with_everything(dana, factories.ada(), factories.ben())
    browser = factories.client_of(who())

    for method, address in [*every_address(report, sanction), ("get", reverse("desk_reports"))]:
        answer = getattr(browser, method)(address, VALUES)
        assert answer.status_code == 403
        assert WORDS not in answer.content.decode()
    assert Sanction.objects.get().second == Sanction.Second.AWAITED


def test_the_first_coordinator_cannot_confirm_or_hear_the_appeal(
    desk: Client, dana: Person
) -> None:
    _report, sanction = a_matter_with_everything(dana, factories.ada(), factories.ben())

    for name in ("desk_second", "desk_appeal_answer"):
        assert desk.post(reverse(name, args=[sanction.pk]), VALUES).status_code == 404
    assert "Please look again." not in page(desk, "desk_reports")


def test_a_second_coordinator_confirms_from_the_list(dana: Person) -> None:
    report, sanction = a_matter_with_everything(dana, factories.ada(), factories.ben())
    femi = factories.client_of(coordinator("femi"))
    assert reverse("desk_second", args=[sanction.pk]) in page(femi, "desk_reports")

    for _press in range(2):
        femi.post(reverse("desk_second", args=[sanction.pk]), {"answer": "confirm"})

    sanction.refresh_from_db()
    report.refresh_from_db()
    assert sanction.is_for_good
    assert report.outcome == Report.Outcome.STEP


def test_a_third_lifts_it_after_an_appeal(dana: Person) -> None:
    _report, sanction = a_matter_with_everything(dana, factories.ada(), factories.ben())
    ladder.confirm(sanction, by=coordinator("femi"))
    gita = factories.client_of(coordinator("gita"))
    assert "Please look again." in page(gita, "desk_appeal", sanction.pk)

    gita.post(reverse("desk_appeal_answer", args=[sanction.pk]), {"answer": "lift"})

    assert sanction.person.has_role(Role.Kind.VOLUNTEER)
    sanction.refresh_from_db()
    assert bytes(sanction.appeal_text) == b""


@pytest.mark.parametrize(
    ("step", "state", "sanctions"),
    [
        ("nothing", "closed", 0),
        ("reminder", "closed", 1),
        ("day", "closed", 1),
        ("week", "closed", 1),
        ("ban", "looked_at", 1),
    ],
)
def test_every_outcome_about_a_seeker(
    desk: Client, dana: Person, step: str, state: str, sanctions: int
) -> None:
    talk = ended_talk()
    report = read_report(talk, talk.volunteer, dana)

    for _press in range(2):
        assert decide(desk, report, step)["Location"] == reverse("desk_report", args=[report.pk])

    report.refresh_from_db()
    assert report.state == state
    assert Sanction.objects.count() == sanctions


def test_a_decision_without_a_choice_says_so_and_changes_nothing(
    desk: Client, dana: Person
) -> None:
    talk = ended_talk()
    report = read_report(talk, talk.volunteer, dana)

    answer = decide(desk, report, "")

    assert answer.status_code == 422
    assert "Please choose what follows." in answer.content.decode()
    report.refresh_from_db()
    assert report.state == Report.State.LOOKED_AT


def test_a_volunteer_is_held_back_from_the_page(desk: Client, dana: Person) -> None:
    talk = ended_talk()
    report = read_report(talk, talk.seeker, dana)

    for _press in range(2):
        desk.post(reverse("desk_report_hold", args=[report.pk]))

    assert Sanction.objects.get().kind == Sanction.Kind.HOLD
    assert "Decide" in page(desk, "desk_report", report.pk)
    assert "There is no other coordinator yet" in page(desk, "desk_report", report.pk)
    assert "Hold them back" not in page(desk, "desk_report", report.pk)
    decide(desk, report, "ban")
    assert "Hold them back" not in page(desk, "desk_report", report.pk)


def test_earlier_steps_about_the_same_person_are_shown(desk: Client, dana: Person) -> None:
    ada = factories.ada()
    first = ended_talk(ada)
    ladder.take_step(
        read_report(first, first.volunteer, dana), kind="reminder", reason="insult", by=dana
    )
    later = ended_talk(ada, factories.chioma())
    other = ended_talk(factories.seeker("Ines"), factories.volunteer("femi"))

    assert (
        "Reminder"
        in page(desk, "desk_report", read_report(later, later.volunteer, dana).pk).split(
            "before</h2>"
        )[1]
    )
    assert "before</h2>" not in page(
        desk, "desk_report", read_report(other, other.volunteer, dana).pk
    )


def test_the_overview_says_how_many_wait_for_this_coordinator(desk: Client, dana: Person) -> None:
    assert "Nothing waits for you." in page(desk, "desk")
    talk = ended_talk()
    report_of(talk, talk.seeker)

    assert "1 thing waits for you." in page(desk, "desk")


def test_the_list_asks_as_much_for_three_as_for_one(
    desk: Client, dana: Person, django_assert_num_queries
) -> None:
    names = iter(["ben", "chioma", "femi"])
    femi = coordinator("other")

    def one_more() -> None:
        talk = ended_talk(factories.seeker(), factories.volunteer(next(names)))
        report_of(talk, talk.seeker)
        report = read_report(talk, talk.volunteer, femi)
        sanction = ladder.take_step(report, kind="ban", reason="insult", by=femi)
        ladder.appeal(sanction, by=sanction.person, text="Please.")

    one_more()
    page(desk, "desk_reports")
    with django_assert_num_queries(QUERIES):
        page(desk, "desk_reports")
    one_more()
    one_more()
    with django_assert_num_queries(QUERIES):
        text = page(desk, "desk_reports")
    assert text.count('value="confirm"') == 3


QUERIES = 14
