"""Reporting from a talk, the state by code, and the page of somebody who is held back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.safety.reporting import WORDS, coordinator, ended_talk, read_report, report_of, window_of
from tests.work import proof
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.safety import ladder, reports
from warmline.safety.models import Block, Report, Sanction
from warmline.support.models import Conversation
from warmline.support.services import reporting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_night")]


def send(browser: Client, talk: Conversation, **values: str):
    return browser.post(
        reverse("report", args=[talk.pk]), {"reason": "insult", "statement": WORDS, **values}
    )


def code_in(page: str) -> str:
    return page.split('id="code" type="text" readonly value="')[1].split('"')[0]


def held_back(person: Person, kind: str = "day", side: str = "seeker") -> Sanction:
    """Somebody about whom Dana has taken a step."""
    dana = factories.dana()
    talk = (
        ended_talk(person, factories.ben())
        if side == "seeker"
        else ended_talk(factories.ada(), person)
    )
    report = read_report(talk, talk.partner_of(person), dana)
    return reporting.take_step(report, kind=kind, reason="insult", by=dana)


@pytest.mark.parametrize("side", ["seeker", "volunteer"])
def test_one_gesture_ends_blocks_and_leads_to_the_report(side: str) -> None:
    talk = factories.talk(factories.ada(), factories.ben())
    browser = window_of(talk.seeker) if side == "seeker" else factories.client_of(talk.volunteer)

    answer = browser.post(reverse("talk_end_report", args=[talk.pk]))

    talk.refresh_from_db()
    assert talk.ending == Conversation.Ending.SAID_GOODBYE
    assert Block.objects.get().reason == Block.Reason.REPORTED
    assert answer["Location"] == reverse("report", args=[talk.pk])
    assert talk.room.seats.filter(left_at=None).count() == 1


def test_the_talk_offers_it_and_leads_scripts_to_the_same_page() -> None:
    talk = factories.talk(factories.ada(), factories.ben())
    page = window_of(talk.seeker).get(reverse("talk", args=[talk.pk])).content.decode()

    assert reverse("talk_end_report", args=[talk.pk]) in page
    assert f'data-then="{reverse("report", args=[talk.pk])}"' in page


def test_the_other_side_reads_what_a_plain_end_says() -> None:
    plain = ended_talk(factories.seeker("Ines"), factories.chioma())
    talk = factories.talk(factories.ada(), factories.ben())
    factories.client_of(talk.volunteer).post(reverse("talk_end_report", args=[talk.pk]))
    send(factories.client_of(talk.volunteer), talk)

    def words(of: Conversation) -> str:
        page = window_of(of.seeker).get(reverse("goodbye", args=[of.pk])).content.decode()
        return page.replace(str(of.pk), "").split("<h1")[1].split("csrf")[0]

    assert words(talk) == words(plain)


@pytest.mark.parametrize("name", ["report", "talk_end_report"])
def test_nobody_else_reports_a_talk(name: str) -> None:
    talk = factories.talk(factories.ada(), factories.ben())
    outsiders = [
        Client(),
        window_of(factories.seeker("Eve")),
        factories.client_of(factories.eve()),
        factories.client_of(factories.dana()),
        factories.client_of(factories.chioma()),
    ]
    for outsider in outsiders:
        answer = outsider.post(reverse(name, args=[talk.pk]), {"reason": "insult"})
        assert answer.status_code == 404
    talk.refresh_from_db()
    assert not talk.ended_at
    assert not Report.objects.exists()


def test_after_sending_the_code_is_shown_once() -> None:
    talk = ended_talk()
    browser = window_of(talk.seeker)
    page = send(browser, talk).content.decode()
    code = code_in(page)

    again = browser.get(reverse("report", args=[talk.pk])).content.decode()

    assert reports.of_code(code)
    assert code not in again
    assert "You have reported this talk" in again
    assert WORDS not in page + again


def test_the_same_form_sent_twice_is_one_report_with_a_code_that_works() -> None:
    talk = ended_talk()
    browser = window_of(talk.seeker)
    send(browser, talk)
    code = code_in(send(browser, talk).content.decode())

    assert Report.objects.get() == reports.of_code(code)


def test_a_lost_code_is_replaced() -> None:
    talk = ended_talk()
    browser = window_of(talk.seeker)
    old = code_in(send(browser, talk).content.decode())
    new = code_in(
        browser.post(reverse("report", args=[talk.pk]), {"new_code": "1"}).content.decode()
    )

    assert reports.of_code(new)
    assert reports.of_code(old) is None


def test_words_may_be_left_out() -> None:
    talk = ended_talk()
    send(window_of(talk.seeker), talk, statement="")

    assert Report.objects.get().statement_opened() == ""


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"statement": WORDS * 100}, "Please use at most 2000 characters."),
        ({"reason": ""}, "Please choose what fits best."),
        ({"reason": "diagnosis"}, "Please choose what fits best."),
    ],
)
def test_what_does_not_fit_is_refused_with_everything_kept(
    values: dict[str, str], sentence: str
) -> None:
    talk = ended_talk()
    answer = send(window_of(talk.seeker), talk, **values)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert values.get("statement", WORDS) in answer.content.decode()
    assert "maxlength" not in answer.content.decode().split("<textarea")[1]
    assert not Report.objects.exists()


def test_too_late_to_change_keeps_what_was_typed() -> None:
    talk = ended_talk()
    read_report(talk, talk.seeker, factories.dana())

    answer = send(window_of(talk.seeker), talk, statement="And one thing more.")

    assert answer.status_code == 422
    assert "And one thing more." in answer.content.decode()


def test_a_talk_is_reported_for_seven_days() -> None:
    talk = ended_talk()

    def goodbye() -> str:
        answer = window_of(talk.seeker).get(reverse("goodbye", args=[talk.pk]))
        return answer.content.decode()

    clock.move(timedelta(days=7) - timedelta(seconds=1))
    assert "Report something" in goodbye()

    clock.move(timedelta(seconds=1))

    assert "Report something" not in goodbye()
    assert send(window_of(talk.seeker), talk).status_code == 404


def test_while_the_talk_goes_on_the_form_leads_back_to_it() -> None:
    talk = factories.talk(factories.ada(), factories.ben())

    answer = window_of(talk.seeker).get(reverse("report", args=[talk.pk]))

    assert answer["Location"] == reverse("talk", args=[talk.pk])


def look(code: str, browser: Client | None = None, work: str | None = None):
    client = browser or Client()
    work = proof(client, "report-code") if work is None else work
    return client.post(reverse("report_state"), {"code": code, "proof": work})


def test_the_code_shows_every_state_and_no_more_than_that() -> None:
    talk, dana = ended_talk(), factories.dana()
    report, code = report_of(talk, talk.seeker)
    assert "A coordinator will read it." in look(code).content.decode()

    reports.open_report(report, by=dana)
    assert "is looking at it" in look(code).content.decode()

    reporting.take_step(report, kind="day", reason="insult", by=dana)
    page = look(code).content.decode()
    assert "did something about it" in page
    for private in (WORDS, "24 hours", "insult", "Ben", "Dana"):
        assert private not in page


def test_no_broken_rule_is_said_too() -> None:
    talk, dana = ended_talk(), factories.dana()
    report, code = report_of(talk, talk.seeker)
    reports.open_report(report, by=dana)
    ladder.close_without_step(report, by=dana)

    assert "found no broken rule" in look(code).content.decode()


def test_every_wrong_code_gets_the_same_answer() -> None:
    talk = ended_talk()
    _report, old = report_of(talk, talk.seeker)
    report_of(talk, talk.seeker)

    def answer(code: str) -> str:
        page = look(code).content.decode().replace(code, "")
        return page.split("<main")[1].split("csrfmiddlewaretoken")[0] + page.split("code-help")[-1]

    tries = [old, "0000-0000-0000", "x", "x" * 41, "家", "' OR 1=1"]
    answers = [look(code) for code in tries]
    assert all("We know no report with this code" in each.content.decode() for each in answers)
    assert {each.status_code for each in answers} == {422}


def test_guessing_codes_is_slowed_down() -> None:
    talk = ended_talk()
    _report, code = report_of(talk, talk.seeker)
    guesses = [look(f"0000-0000-{number:04}", work="") for number in range(20)]
    limited = look(code)

    assert {guess.status_code for guess in (*guesses, limited)} == {422}
    assert "We know no report with this code" in limited.content.decode()
    clock.move(timedelta(hours=1))
    assert look(code).status_code == 200


def test_one_browser_gets_five_tries_in_ten_minutes() -> None:
    talk = ended_talk()
    _report, code = report_of(talk, talk.seeker)
    browser = window_of(talk.seeker)
    for number in range(5):
        look(f"0000-0000-{number:04}", browser, work="")

    assert look(code, browser).status_code == 422
    assert look(code).status_code == 200


def test_a_code_without_work_is_not_looked_at() -> None:
    talk = ended_talk()
    _report, code = report_of(talk, talk.seeker)

    assert look(code, work="").status_code == 422


def test_a_held_back_seeker_reads_why_and_until_when_instead_of_asking() -> None:
    ada = factories.ada()
    held_back(ada)
    browser = window_of(ada)

    answer = browser.get(reverse("about"))
    page = browser.get(answer["Location"]).content.decode()

    assert answer["Location"] == reverse("paused")
    assert "You cannot insult or shame anyone." in page
    assert "23 November, 04:00" in page
    assert reverse("crisis") in page
    assert reverse("paused") in browser.get(reverse("home")).content.decode()
    assert browser.post(reverse("about"), {"languages": ["en"]})["Location"] == reverse("paused")
    for private in (WORDS, "Ben", "Dana"):
        assert private not in page


@pytest.mark.parametrize("kind", ["day", "week", "ban"])
def test_crisis_pages_stay_open_to_everybody_who_is_held_back(kind: str) -> None:
    ada = factories.ada()
    sanction = held_back(ada, kind)
    if kind == "ban":
        ladder.confirm(sanction, by=coordinator("femi"))

    browser = window_of(ada)

    assert browser.get(reverse("crisis")).status_code == 200
    assert browser.get(reverse("crisis_country", args=["de"])).status_code == 200
    assert browser.get(reverse("paused")).status_code == 200


def test_a_reminder_is_read_once_and_then_they_go_on() -> None:
    ada = factories.ada()
    sanction = held_back(ada, "reminder")
    browser = window_of(ada)
    assert browser.get(reverse("about"))["Location"] == reverse("paused")
    assert "A reminder" in browser.get(reverse("paused")).content.decode()

    answer = browser.post(reverse("reminder_read", args=[sanction.pk]))

    assert answer["Location"] == reverse("about")
    assert browser.get(reverse("about")).status_code == 200
    assert browser.get(reverse("paused"))["Location"] == reverse("home")


def test_a_held_back_volunteer_reads_why_wherever_they_go_even_signing_in() -> None:
    ben = factories.ben()
    held_back(ben, side="volunteer")
    browser = factories.client_of(ben)

    for name in ("volunteer", "profile"):
        assert browser.get(reverse(name))["Location"] == reverse("paused")
    assert browser.post(reverse("volunteer_ready"), {"minutes": 25})["Location"] == reverse(
        "paused"
    )
    assert "Your volunteering is paused." in browser.get(reverse("paused")).content.decode()
    fresh = Client()
    answer = fresh.post(
        reverse("account_login"), {"login": "ben", "password": factories.PASSWORD}, follow=True
    )
    step = answer.redirect_chain[-1][0]
    answer = fresh.post(step, {"code": factories.code()}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("paused")


def test_a_reminded_volunteer_sees_it_on_their_page() -> None:
    ben = factories.ben()
    held_back(ben, "reminder", side="volunteer")

    assert (
        "There is a reminder for you."
        in factories.client_of(ben).get(reverse("volunteer")).content.decode()
    )


def test_whoever_is_not_held_back_has_no_such_page() -> None:
    held_back(factories.ada())

    for browser in (
        Client(),
        window_of(factories.seeker("Ines")),
        factories.client_of(factories.eve()),
    ):
        assert browser.get(reverse("paused"))["Location"] == reverse("home")


@pytest.mark.parametrize("name", ["appeal", "reminder_read"])
def test_nobody_else_appeals_or_reads_it_away(name: str) -> None:
    sanction = held_back(factories.ada(), "reminder")

    for outsider in (
        Client(),
        window_of(factories.seeker("Eve")),
        factories.client_of(factories.eve()),
    ):
        answer = outsider.post(reverse(name, args=[sanction.pk]), {"text": "let them go"})
        assert answer.status_code == 404
    sanction.refresh_from_db()
    assert sanction.read_at is None
    assert sanction.appeal == ""


def test_an_appeal_is_one_sealed_text() -> None:
    ada = factories.ada()
    sanction = held_back(ada)
    browser = window_of(ada)
    too_long = browser.post(reverse("appeal", args=[sanction.pk]), {"text": "ill " * 600})
    assert too_long.status_code == 422
    assert "ill ill ill" in too_long.content.decode()

    browser.post(reverse("appeal", args=[sanction.pk]), {"text": "I was very ill."})
    browser.post(reverse("appeal", args=[sanction.pk]), {"text": "And another."})
    page = browser.get(reverse("paused")).content.decode()

    sanction.refresh_from_db()
    assert sanction.appeal_opened() == "I was very ill."
    assert "We have your words." in page
    assert "There is nobody yet who was not part of it." in page
