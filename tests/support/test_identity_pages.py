"""Coming back as the same person, or as nobody: the pages, and what they leave behind."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.safety.reporting import ended_talk, window_of
from tests.work import proof
from warmline.core import sweeping
from warmline.people import saved
from warmline.people.models import Device, Forgotten, Person, Phrase
from warmline.protocol import clock
from warmline.rooms.models import Seat
from warmline.safety import ladder
from warmline.safety.models import Block, Report, Sanction
from warmline.support import allowance
from warmline.support.models import Conversation, Request
from warmline.support.seeking import SEEKER
from warmline.support.services import forgetting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

D = settings.DEVICE_COOKIE_NAME


def remembered(seeker: Person) -> Client:
    """A browser that remembers a seeker, opened anew: no session, only the device's cookie."""
    client = window_of(seeker)
    client.post(reverse("remember_here"))
    return reopened(client)


def reopened(client: Client) -> Client:
    """The same browser after it was closed: session cookies are gone, lasting ones are not."""
    later = Client()
    for name, morsel in client.cookies.items():
        if morsel["max-age"] and morsel.value:
            later.cookies[name] = morsel.value
    return later


def who(client: Client) -> int | None:
    """Whom the home page takes this browser for."""
    client.get(reverse("home"))
    return client.session.get(SEEKER)


def drawn(client: Client) -> str:
    page = client.post(reverse("draw_phrase")).content.decode()
    found = re.search(r'id="phrase"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def come_back(client: Client, phrase: str, **values: Any) -> HttpResponse:
    if "proof" not in values:
        values["proof"] = proof(client, "come-back")
    return client.post(reverse("come_back"), {"phrase": phrase, **values})


class TestThisDevice:
    def test_nothing_but_remember_me_here_sets_the_cookie(self) -> None:
        ada = factories.ada()
        client = window_of(ada)
        for page in ("home", "about", "remember", "come_back"):
            client.get(reverse(page))

        assert D not in client.cookies
        client.post(reverse("remember_here"))
        assert D in client.cookies

    def test_no_script_and_no_other_site_gets_the_cookie(self) -> None:
        client = window_of(factories.ada())
        client.post(reverse("remember_here"))

        cookie = client.cookies[D]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert cookie["path"] == "/"
        assert not cookie["domain"]
        assert cookie["max-age"] == 90 * 24 * 3600

    def test_the_same_browser_is_the_same_person_again(self) -> None:
        ada = factories.ada()

        assert who(remembered(ada)) == ada.pk

    def test_without_it_a_new_session_is_nobody(self) -> None:
        assert who(reopened(window_of(factories.ada()))) is None

    def test_being_used_keeps_the_cookie_for_another_90_days(self) -> None:
        client = remembered(factories.ada())
        client.get(reverse("home"))

        assert client.cookies[D]["max-age"] == 90 * 24 * 3600

    def test_a_made_up_cookie_is_nobody(self) -> None:
        saved.remember(factories.ada())
        client = Client()
        client.cookies[D] = "made-up"

        assert who(client) is None

    def test_what_was_used_of_the_day_is_still_used(self) -> None:
        ada = factories.ada()
        talk = ended_talk(ada, factories.ben())
        talk.room.talk_clock.__class__.objects.filter(room=talk.room).update(used_ms=45 * 60_000)
        client = remembered(ada)
        client.get(reverse("home"))

        assert allowance.of(ada).is_used_up
        assert client.session[SEEKER] == ada.pk

    def test_a_pause_comes_along(self) -> None:
        ada = factories.ada()
        held_back(ada)
        client = remembered(ada)

        assert reverse("paused") in client.get(reverse("home")).content.decode()

    def test_forget_ends_it_at_once(self) -> None:
        ada = factories.ada()
        client = remembered(ada)
        client.get(reverse("home"))

        client.post(reverse("forget_here"))

        assert not Device.objects.exists()
        assert not client.cookies[D].value
        assert who(client) is None

    def test_forget_in_the_line_keeps_the_place_until_it_is_over(self) -> None:
        ada = factories.ada()
        client = remembered(ada)
        factories.request(ada)
        client.get(reverse("home"))

        client.post(reverse("forget_here"))

        assert who(client) == ada.pk
        assert who(reopened(client)) is None

    def test_remembering_somebody_else_forgets_who_was_remembered_before(self) -> None:
        client = remembered(factories.ada())
        ines = factories.seeker("Ines")
        session = client.session
        session[SEEKER] = ines.pk
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

        client.post(reverse("remember_here"))

        assert [device.person for device in Device.objects.all()] == [ines]

    def test_nobody_can_be_remembered_without_being_somebody(self) -> None:
        client = Client()
        for page in ("remember_here", "draw_phrase", "forget_phrase", "forget_here", "delete_me"):
            assert client.post(reverse(page)).status_code == 302

        assert not Person.objects.exists()
        assert not client.cookies[D].value


@pytest.mark.parametrize("way", ["leave", "exit"])
def test_quick_exit_makes_the_device_forget_and_the_words_still_work(way: str) -> None:
    ada = factories.ada()
    client = remembered(ada)
    client.get(reverse("home"))
    phrase = drawn(client)

    client.post(reverse(way))

    assert not Device.objects.exists()
    assert not client.cookies[D].value
    assert who(client) is None
    come_back(client, phrase)
    assert client.session[SEEKER] == ada.pk


class TestSixWords:
    def test_they_are_shown_once(self) -> None:
        client = window_of(factories.ada())
        phrase = drawn(client)

        for page in ("remember", "home", "come_back"):
            shown = client.get(reverse(page)).content.decode().split("<main")[1]
            assert phrase not in shown
            assert 'id="phrase"' not in shown
            assert not set(phrase.split()) <= set(re.findall("[a-z]+", shown))
        assert client.get(reverse("draw_phrase")).status_code == 405

    def test_they_bring_somebody_back_on_another_device(self) -> None:
        ada = factories.ada()
        phrase = drawn(window_of(ada))
        client = Client()

        answer = come_back(client, phrase.replace(" ", " - ").title())

        assert answer.status_code == 302
        assert client.session[SEEKER] == ada.pk
        assert ada.alias in client.get(answer["Location"]).content.decode()
        assert D not in client.cookies

    def test_the_session_gets_a_new_key_and_keeps_nothing_of_who_was_there(self) -> None:
        phrase = drawn(window_of(factories.ada()))
        client = window_of(factories.seeker("Ines"))
        before = client.session.session_key

        come_back(client, phrase)

        assert client.session.session_key != before
        assert "consent" not in client.session

    def test_who_waits_or_talks_is_told_to_end_that_first(self) -> None:
        phrase = drawn(window_of(factories.ada()))
        ines = factories.seeker("Ines")
        factories.request(ines)
        client = window_of(ines)

        page = come_back(client, phrase).content.decode()

        assert "End that first" in page
        assert client.session[SEEKER] == ines.pk

    def test_drawing_again_and_again_is_slowed_down(self) -> None:
        client = window_of(factories.ada())
        answers = [client.post(reverse("draw_phrase")).status_code for _draw in range(11)]

        assert answers == [200] * 10 + [429]


def main_of(answer: HttpResponse) -> str:
    """The page without what differs between any two: the token of its form."""
    page = answer.content.decode().split("<main")[1]
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


class TestGuessing:
    """Whoever guesses learns nothing from how it fails."""

    WRONG = "maple window harbour lantern meadow violin"

    @pytest.fixture
    def phrase(self) -> str:
        return drawn(window_of(factories.ada()))

    def test_every_failure_has_one_answer(self, phrase: str) -> None:
        gone = drawn(window_of(factories.seeker("Ines")))
        forgetting.forget(saved.come_back(gone))
        client = Client()
        used = proof(client, "come-back")
        come_back(client, self.WRONG, proof=used)

        tries = {
            "wrong": come_back(Client(), self.WRONG),
            "of somebody deleted": come_back(Client(), gone),
            "no work": come_back(Client(), phrase, proof=""),
            "used work": come_back(Client(), phrase, proof=used),
            "other work": come_back(Client(), phrase, proof=proof(client, "report-code")),
            "nonsense": come_back(Client(), phrase, proof="{}"),
            "nothing typed": come_back(Client(), ""),
            "very long": come_back(Client(), "a" * 5000),
        }

        def plain(answer: HttpResponse) -> str:
            return re.sub(
                r'(id="id_phrase"|name="phrase") ?',
                "",
                re.sub(r' value="[^"]*"', "", main_of(answer)),
            )

        assert {answer.status_code for answer in tries.values()} == {422}
        assert len({plain(answer) for answer in tries.values()}) == 1

    def test_five_tries_in_ten_minutes_a_device_with_work_or_without(self, phrase: str) -> None:
        client = window_of(factories.seeker("Ines"))
        for _guess in range(5):
            come_back(client, self.WRONG, proof="")

        assert come_back(client, phrase).status_code == 422
        clock.move(timedelta(minutes=10))
        assert come_back(client, phrase).status_code == 302

    def test_another_device_of_the_same_network_may_still_try(self, phrase: str) -> None:
        client = window_of(factories.seeker("Ines"))
        for _guess in range(6):
            come_back(client, self.WRONG, proof="")

        assert come_back(window_of(factories.seeker("Mo")), phrase).status_code == 302

    def test_twenty_an_hour_a_network_however_many_devices(self, phrase: str) -> None:
        for number in range(20):
            client = Client()
            client.cookies[settings.CSRF_COOKIE_NAME] = f"made-up-{number}"
            come_back(client, self.WRONG, proof="")

        assert come_back(Client(), phrase).status_code == 422
        elsewhere = Client(REMOTE_ADDR="198.51.100.7")
        assert come_back(elsewhere, phrase).status_code == 302

    def test_the_form_says_that_it_needs_a_script_and_the_rest_does_not(self) -> None:
        page = Client().get(reverse("come_back")).content.decode()

        assert "Everything else on these pages works without." in page.split("<noscript>")[-1]


def held_back(seeker: Person) -> Sanction:
    """Ada is on a pause of 24 hours."""
    return Sanction.objects.create(
        person=seeker,
        side=Report.Side.SEEKER,
        kind=Sanction.Kind.DAY,
        reason="insult",
        until=clock.now() + timedelta(hours=24),
    )


class TestDeletion:
    def test_one_step_leaves_nothing_of_somebody_who_never_talked(self) -> None:
        ada = factories.ada()
        client = remembered(ada)
        client.get(reverse("home"))
        drawn(client)
        factories.request(ada)

        answer = client.post(reverse("delete_me"))

        assert client.get(answer["Location"]).status_code == 200
        assert not Person.objects.exists()
        assert not Request.objects.exists()
        assert not Device.objects.exists()
        assert not Phrase.objects.exists()
        assert who(reopened(client)) is None

    def test_an_open_talk_ends_and_the_volunteer_keeps_their_time(self) -> None:
        ada, ben = factories.ada(), factories.ben()
        talk = factories.talk(ada, ben)
        Block.part(ada, factories.chioma(), Block.Reason.APART)

        window_of(ada).post(reverse("delete_me"))

        talk.refresh_from_db()
        ada.refresh_from_db()
        assert talk.ending == Conversation.Ending.EXIT
        assert ada.alias != "Ada"
        assert not Block.objects.exists()
        assert Seat.objects.filter(person=ada, left_at=None).count() == 0

    def test_what_had_to_outlast_it_is_gone_after_seven_days(self) -> None:
        ada = factories.ada()
        ended_talk(ada, factories.ben())
        forgetting.forget(ada)
        assert Forgotten.objects.filter(person=ada).exists()

        clock.move(timedelta(days=8))
        sweeping.run_all()
        sweeping.run_all()

        assert not Person.objects.filter(pk=ada.pk).exists()

    def test_a_pause_outlasts_it_in_this_browser_and_nothing_else_does(self) -> None:
        ada = factories.ada()
        held_back(ada)
        client = window_of(ada)
        phrase = drawn(client)

        client.post(reverse("delete_me"))
        later = reopened(client)

        assert reverse("paused") in later.get(reverse("home")).content.decode()
        assert saved.come_back(phrase) is None
        clock.move(timedelta(hours=25))
        assert who(reopened(client)) is None
        assert not Device.objects.exists()

    def test_no_pause_no_cookie(self) -> None:
        client = remembered(factories.ada())
        client.get(reverse("home"))
        client.post(reverse("delete_me"))

        assert not client.cookies[D].value

    def test_a_report_about_somebody_deleted_can_still_be_settled(self) -> None:
        ada, ben = factories.ada(), factories.ben()
        talk = ended_talk(ada, ben)
        report = Report.objects.create(
            code_hash="x", room=talk.pk, reporter=ben, reported=ada, side="seeker", reason="insult"
        )
        forgetting.forget(ada)

        report.refresh_from_db()
        assert report.reported == ada
        assert not ladder.is_held_back(ada)


def test_many_new_people_from_one_network_get_kind_words_and_help(monkeypatch: Any) -> None:
    monkeypatch.setattr("warmline.support.seeking.NEW_SEEKERS_AN_HOUR", 0)
    client = Client()
    client.post(reverse("begin"), {"adult": "on", "consent": "on", "rules": "on", "version": "1"})

    answer = client.get(reverse("about"))

    assert answer.status_code == 429
    assert "It is not because of you." in answer.content.decode()
    assert reverse("crisis") in answer.content.decode()
