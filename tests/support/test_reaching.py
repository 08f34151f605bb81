"""Volunteers who are not on the page are asked by a notice, when nobody who is ready fits."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.push_service import Browser, PushService
from warmline.availability import telling
from warmline.availability.models import Notice
from warmline.availability.reachable_models import Reachable
from warmline.availability.teller import send_due
from warmline.core.push import Subscription
from warmline.people import ending
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.safety.models import Block
from warmline.support.matcher import Round
from warmline.support.models import Conversation, Offer, Profile, Request
from warmline.support.outlook import outlook
from warmline.support.seeking import SEEKER
from warmline.support.services import offering, resting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

ALWAYS = {"start": time(0), "end": time(0), "quiet_from": None, "quiet_to": None}
SETTINGS = {
    "days": ["0", "1", "2", "3", "4", "5", "6"],
    "start": "00:00",
    "end": "00:00",
    "quiet_from": "",
    "quiet_to": "",
    "zone": "Europe/Berlin",
    "at_most": "3",
}


def reachable(person: Person, pushes: PushService, **values: Any) -> Browser:
    """Asked by notices at any hour; the browser that gets them."""
    browser = pushes.subscribe()
    telling.keep(person, Subscription(**browser.form))
    Reachable.objects.create(person=person, on=True, **{**ALWAYS, **values})
    return browser


def still_waits(request: Request) -> None:
    """The seeker's page reports."""
    Request.objects.filter(pk=request.pk).update(seen_at=clock.now())


def seekers_browser(request: Request) -> Client:
    client = Client()
    session = client.session
    session[SEEKER] = request.seeker_id
    session.save()
    return client


def test_a_notice_leads_to_the_offer_and_taking_it_to_the_talk(pushes: PushService) -> None:
    request, ben = factories.request(), factories.ben()
    browser = reachable(ben, pushes)

    assert Round().run() == 1
    send_due()

    offered = Offer.objects.get()
    path = reverse("offer_opened", args=[offered.pk])
    assert browser.next().said["path"] == path
    assert offered.expires_at - offered.made_at == timedelta(minutes=3)
    client = factories.client_of(ben)
    assert "about 3 minutes to answer" in client.get(path).content.decode()
    taken = client.post(reverse("offer_take", args=[offered.pk]))
    talk = Conversation.objects.get(request=request, volunteer=ben)
    assert taken["Location"] == reverse("talk", args=[talk.pk])


def test_who_is_ready_is_asked_first_and_alone(pushes: PushService) -> None:
    factories.request()
    ben, chioma = factories.ben(), factories.chioma()
    reachable(ben, pushes)
    factories.ready(chioma)
    matching = Round()

    assert matching.run() == 1
    assert matching.run() == 0
    assert Offer.objects.get().volunteer == chioma


def test_a_pass_of_the_only_one_ready_goes_on_to_a_pocket(pushes: PushService) -> None:
    factories.request()
    ben, chioma = factories.ben(), factories.chioma()
    reachable(ben, pushes)
    factories.ready(chioma)
    matching = Round()
    matching.run()
    offering.no(Offer.objects.get(), by=chioma)

    assert matching.run() == 1
    assert Offer.objects.get(state="pending").volunteer == ben


def test_who_becomes_ready_gets_the_request_while_a_notice_is_out(pushes: PushService) -> None:
    factories.request()
    ben, chioma = factories.ben(), factories.chioma()
    reachable(ben, pushes)
    matching = Round()
    matching.run()
    factories.ready(chioma)

    assert matching.run() == 1
    assert set(Offer.objects.filter(state="pending").values_list("volunteer", flat=True)) == {
        ben.pk,
        chioma.pk,
    }


def test_one_more_is_asked_after_each_minute(pushes: PushService) -> None:
    request = factories.request()
    for name in ("ben", "chioma", "femi", "gil"):
        reachable(factories.volunteer(name), pushes)
    matching, asked = Round(), []
    for _ in range(3):
        asked += [matching.run(), matching.run()]
        clock.move(timedelta(minutes=1) - timedelta(seconds=1))
        still_waits(request)
        asked.append(matching.run())
        clock.move(timedelta(seconds=1))
        still_waits(request)

    assert asked == [1, 0, 0] * 3


def test_silence_is_no_no_and_counts_for_the_day(pushes: PushService) -> None:
    request, ben = factories.request(), factories.ben()
    reachable(ben, pushes, at_most=2)
    matching = Round()
    asked = []
    for minutes in (0, 3, 9, 1, 30):
        clock.move(timedelta(minutes=minutes))
        still_waits(request)
        asked.append(matching.run())

    assert asked == [1, 0, 0, 1, 0]
    assert Reachable.objects.get(person=ben).asked == 2


def test_a_no_is_final(pushes: PushService) -> None:
    request, ben = factories.request(), factories.ben()
    reachable(ben, pushes)
    matching = Round()
    matching.run()
    offering.no(Offer.objects.get(), by=ben)
    clock.move(timedelta(minutes=30))
    still_waits(request)

    assert matching.run() == 0


def _off(ben: Person, request: Request) -> None:
    Reachable.objects.filter(person=ben).update(on=False)


def _no_browser(ben: Person, request: Request) -> None:
    telling.switch_off(ben)


def _outside_hours(ben: Person, request: Request) -> None:
    Reachable.objects.filter(person=ben).update(days=[])


def _rests_for_hours(ben: Person, request: Request) -> None:
    Profile.rest(ben, timedelta(hours=2))


def _rests(ben: Person, request: Request) -> None:
    resting.begin(ben)


def _blocked(ben: Person, request: Request) -> None:
    Block.objects.create(seeker=request.seeker, volunteer=ben)


def _please_not(ben: Person, request: Request) -> None:
    request.topics.add(factories.topic("grief"))


def _another_language(ben: Person, request: Request) -> None:
    Profile.objects.filter(person=ben).update(languages=["de"])


def _in_a_talk(ben: Person, request: Request) -> None:
    factories.talk(factories.seeker("Femi"), ben)


def _limit_reached(ben: Person, request: Request) -> None:
    Profile.objects.filter(person=ben).update(minutes_a_day=1)


def _suspended(ben: Person, request: Request) -> None:
    ben.roles.update(status=Role.Status.SUSPENDED)


@pytest.mark.parametrize(
    "however",
    [
        _off,
        _no_browser,
        _outside_hours,
        _rests_for_hours,
        _rests,
        _blocked,
        _please_not,
        _another_language,
        _in_a_talk,
        _limit_reached,
        _suspended,
    ],
)
def test_every_limit_holds_for_notices_too(pushes: PushService, however: Any) -> None:
    request, ben = factories.request(), factories.ben()
    reachable(ben, pushes)
    however(ben, request)

    assert Round().run() == 0
    assert not Notice.objects.exists()


def test_who_was_asked_less_today_is_asked_first(pushes: PushService) -> None:
    factories.request()
    ben, chioma = factories.ben(), factories.chioma()
    for person, asked in ((ben, 2), (chioma, 1)):
        reachable(person, pushes)
        Reachable.objects.get(person=person).count(clock.now())
        Reachable.objects.filter(person=person).update(asked=asked)

    Round().run()

    assert Offer.objects.get().volunteer == chioma


def test_off_in_one_tap_from_what_the_notice_opened(pushes: PushService) -> None:
    request, ben = factories.request(), factories.ben()
    reachable(ben, pushes)
    matching = Round()
    matching.run()
    client = factories.client_of(ben)
    page = client.get(reverse("offer_opened", args=[Offer.objects.get().pk])).content.decode()
    assert reverse("reachable_off") in page

    client.post(reverse("reachable_off"))

    assert not Offer.objects.pending().exists()
    assert not Notice.objects.exists()
    clock.move(timedelta(minutes=30))
    still_waits(request)
    assert matching.run() == 0


def test_a_late_look_finds_no_reproach(pushes: PushService) -> None:
    factories.request()
    ben = factories.ben()
    reachable(ben, pushes)
    Round().run()
    clock.move(timedelta(minutes=4))

    page = factories.client_of(ben).get(reverse("offer_opened", args=[Offer.objects.get().pk]))

    assert "That is all right, and nothing is lost." in page.content.decode()


def test_anothers_offer_is_nowhere(pushes: PushService) -> None:
    factories.request()
    reachable(factories.ben(), pushes)
    Round().run()
    path = reverse("offer_opened", args=[Offer.objects.get().pk])

    assert factories.client_of(factories.chioma()).get(path).status_code == 404
    assert Client().get(path).status_code == 302


def test_a_seeker_cannot_find_out_whether_somebody_is_reachable(pushes: PushService) -> None:
    request, ben = factories.request(), factories.ben()
    client = seekers_browser(request)

    def seen() -> tuple[Any, ...]:
        news = client.get(reverse("waiting_news"))
        here = client.post(reverse("waiting_here"))
        return news.status_code, news.content, here.status_code, here.content, outlook()

    before = seen()
    reachable(ben, pushes)
    assert Round().run() == 1
    assert seen() == before
    offering.no(Offer.objects.get(), by=ben)
    assert seen() == before


def test_the_page_switches_it_on_and_says_what_is_wrong(pushes: PushService) -> None:
    ben = factories.ben()
    client = factories.client_of(ben)
    assert "First switch notices on" in client.get(reverse("reachable")).content.decode()

    wrongs: list[dict[str, Any]] = [
        {"days": []},
        {"start": "25:00"},
        {"at_most": "99"},
        {"quiet_from": "22:00"},
    ]
    for wrong in wrongs:
        refused = client.post(reverse("reachable"), {**SETTINGS, **wrong})
        assert refused.status_code == 422
    assert not Reachable.objects.exists()

    client.post(reverse("reachable"), SETTINGS)
    assert Reachable.objects.get(person=ben).on
    assert "You can be asked by a notice" in client.get(reverse("reachable")).content.decode()
    assert pushes.calls == 0


def test_all_of_it_ends_with_the_role(pushes: PushService) -> None:
    ben = factories.ben()
    reachable(ben, pushes)

    ending.end_role(ben.roles.get(), by="Dana")

    assert not Reachable.objects.exists()
