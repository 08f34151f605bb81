"""A notice reaches who asked for it, says nothing, and leaves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from tests.push_service import PushService
from warmline.availability import telling
from warmline.availability.teller import send_due
from warmline.availability.telling_models import LIVES, Kind, Notice, PushAddress, TellMe
from warmline.core.push import PAYLOAD_SIZE
from warmline.protocol import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]


def test_a_notice_arrives_sealed_and_signed(pushes: PushService) -> None:
    ben, browser = factories.ben(), pushes.subscribe()
    telling.keep(ben, browser.subscription)

    telling.tell(ben, "offer", path="/volunteer/offer/7/")
    send_due()

    notice = browser.next()
    assert notice.said["path"] == "/volunteer/offer/7/"
    assert notice.headers["ttl"] == "180"
    assert b"offer" not in notice.sealed
    assert not Notice.objects.exists()


def test_a_notice_says_nothing(pushes: PushService) -> None:
    community = factories.community()
    ben, browser = factories.ben(), pushes.subscribe()
    telling.keep(ben, browser.subscription)
    shown, sizes = set(), set()

    for kind in Kind:
        telling.tell(ben, kind, path="/volunteer/" + "x" * len(kind))
        send_due()
        notice = browser.next()
        shown.add((notice.said["title"], notice.said["body"]))
        sizes.add(len(notice.sealed))
        outside = {name for name in notice.headers if name not in USUAL}
        assert not outside

    assert shown == {("Hello", "There is something new.")}
    assert len(sizes) == 1
    assert sizes.pop() > PAYLOAD_SIZE
    assert community.name not in str(shown)


USUAL = {
    *("host", "accept-encoding", "content-length", "authorization"),
    *("content-encoding", "content-type", "ttl", "urgency"),
}


def test_nobody_is_contacted_before_it_was_switched_on(pushes: PushService) -> None:
    ben = factories.ben()
    pushes.subscribe()

    for kind in Kind:
        telling.tell(ben, kind, path="/volunteer/")
    send_due()

    assert pushes.calls == 0
    assert not Notice.objects.exists()


def test_nobody_is_contacted_after_it_was_switched_off(pushes: PushService) -> None:
    ben, browser = factories.ben(), pushes.subscribe()
    telling.keep(ben, browser.subscription)
    telling.tell(ben, "offer", path="/volunteer/")

    telling.switch_off(ben)
    send_due()

    assert pushes.calls == 0


def test_an_address_for_one_kind_hears_no_other(pushes: PushService) -> None:
    ada, browser = factories.ada(), pushes.subscribe()
    telling.keep(ada, browser.subscription, kind="appointment", until=_in(hours=9))

    telling.tell(ada, "letter", path="/letter/")
    telling.tell(ada, "appointment", path="/appointment/")
    send_due()

    assert browser.next().said["path"] == "/appointment/"
    assert browser.calls == 1


def test_the_address_for_one_notice_is_forgotten_once_used(pushes: PushService) -> None:
    ada, browser = factories.ada(), pushes.subscribe()
    telling.keep(ada, browser.subscription, kind="free", until=_in(hours=24))

    telling.tell(ada, "free", path="/waiting/")
    send_due()

    assert browser.next().said["path"] == "/waiting/"
    assert not PushAddress.objects.exists()


@pytest.mark.parametrize("status", [404, 410])
def test_an_address_that_is_gone_is_forgotten(pushes: PushService, status: int) -> None:
    ben, browser = factories.ben(), pushes.subscribe()
    telling.keep(ben, browser.subscription)
    browser.status = status

    telling.tell(ben, "offer", path="/volunteer/")
    send_due()

    assert not PushAddress.objects.exists()


@pytest.mark.parametrize("status", [400, 403, 302, 307])
def test_a_refusal_is_not_repeated_and_no_redirect_is_followed(
    pushes: PushService, status: int
) -> None:
    ben, browser = factories.ben(), pushes.subscribe()
    telling.keep(ben, browser.subscription)
    browser.status = status

    telling.tell(ben, "offer", path="/volunteer/")
    send_due()

    assert not Notice.objects.exists()
    assert PushAddress.objects.exists()
    assert pushes.calls == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_notice_is_tried_again_while_it_is_of_use(pushes: PushService, status: int) -> None:
    ben, browser = factories.ben(), pushes.subscribe()
    telling.keep(ben, browser.subscription)
    browser.status = status
    telling.tell(ben, "offer", path="/volunteer/")

    assert send_due() == 1
    assert send_due() == 0
    browser.status = 201
    clock.move(timedelta(seconds=5))
    assert send_due() == 1

    assert browser.next().headers["ttl"] == "175"


def test_a_notice_of_no_use_is_dropped(pushes: PushService) -> None:
    ben, browser = factories.ben(), pushes.subscribe()
    telling.keep(ben, browser.subscription)
    telling.tell(ben, "offer", path="/volunteer/")

    clock.move(LIVES[Kind.OFFER])

    assert send_due() == 0
    telling.forget_over(clock.now())
    assert not Notice.objects.exists()
    assert pushes.calls == 0


def test_a_seekers_address_is_kept_24_hours_at_most(pushes: PushService) -> None:
    ada, ben = factories.ada(), factories.ben()
    telling.keep(ada, pushes.subscribe().subscription, kind="free", until=_in(hours=24))
    telling.keep(ben, pushes.subscribe().subscription)
    TellMe.objects.create(person=ada, email="ada@example.org")

    clock.move(timedelta(hours=24))
    telling.tell(ada, "free", path="/waiting/")
    telling.forget_over(clock.now())

    assert list(PushAddress.objects.values_list("person", flat=True)) == [ben.pk]
    assert not TellMe.objects.exists()


def test_no_more_than_five_browsers_of_one_person(pushes: PushService) -> None:
    ben = factories.ben()
    browsers = [pushes.subscribe() for _ in range(7)]

    for browser in browsers:
        telling.keep(ben, browser.subscription)
        clock.move(timedelta(seconds=1))

    kept = set(PushAddress.objects.values_list("endpoint", flat=True))
    assert kept == {browser.subscription.endpoint for browser in browsers[2:]}


def test_the_same_browser_is_kept_once(pushes: PushService) -> None:
    ben, browser = factories.ben(), pushes.subscribe()

    telling.keep(ben, browser.subscription)
    telling.keep(ben, browser.subscription)

    assert PushAddress.objects.count() == 1


def test_being_forgotten_takes_everything(pushes: PushService) -> None:
    ada, browser = factories.ada(), pushes.subscribe()
    telling.keep(ada, browser.subscription, kind="free", until=_in(hours=24))
    TellMe.objects.create(person=ada, email="ada@example.org")
    telling.tell(ada, "free", path="/waiting/")

    telling.forget(ada)
    send_due()

    assert pushes.calls == 0
    for table in (PushAddress, TellMe, Notice):
        assert not table.objects.exists()


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example/", "waiting/"])
def test_a_notice_opens_nothing_elsewhere(path: str) -> None:
    with pytest.raises(ValueError, match="within the site"):
        telling.tell(factories.ben(), "offer", path=path)


def _in(*, hours: int):
    return clock.now() + timedelta(hours=hours)
