"""Tell me when someone is free: told once, to one's place, and nothing of it is left."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.push_service import PushService
from warmline.availability import telling
from warmline.availability.models import Readiness
from warmline.availability.teller import send_due
from warmline.availability.telling_models import Notice, PushAddress, TellMe
from warmline.core import sweeping
from warmline.core.errors import DomainError
from warmline.people.ending import end_role
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.safety.models import Block, Report, Sanction
from warmline.support.models import Request
from warmline.support.seeking import SEEKER
from warmline.support.services import asking, calling_back, forgetting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def with_mail(settings: Any) -> None:
    settings.EMAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def browser_of(seeker: Person) -> Client:
    client = Client()
    client.get(reverse("home"))
    session = client.session
    session[SEEKER] = seeker.pk
    session.save()
    return client


def goes_away(place: Request) -> None:
    """The page is closed for longer than it takes to notice."""
    Request.objects.filter(pk=place.pk).update(seen_at=clock.now())
    clock.move(2 * MINUTE)


def waits() -> Request:
    factories.community()
    return factories.request(factories.ada())


def someone_comes(name: str = "ben", **profile: Any) -> Person:
    person = factories.volunteer(name, **profile)
    factories.ready(person)
    return person


def sweeps() -> None:
    sweeping.run_all(clock.now())


def told() -> set[int]:
    return set(TellMe.objects.exclude(told_at=None).values_list("person", flat=True))


def test_who_left_the_page_is_told_when_someone_is_free(pushes: PushService) -> None:
    place, browser = waits(), pushes.subscribe()
    calling_back.by_push(place.seeker, browser.subscription)
    goes_away(place)

    sweeps()
    send_due()
    assert pushes.calls == 0

    someone_comes()
    sweeps()
    send_due()

    path = browser.next().said["path"]
    answer = browser_of(place.seeker).get(path)
    assert answer.headers["Location"] == reverse("waiting")
    assert not PushAddress.objects.exists()


def test_who_is_on_the_page_is_not_told(pushes: PushService) -> None:
    place = waits()
    calling_back.by_push(place.seeker, pushes.subscribe().subscription)
    someone_comes()

    sweeps()

    assert not told()


def test_the_place_is_kept_until_told_and_10_minutes_longer(pushes: PushService) -> None:
    place = waits()
    made_at = place.made_at
    calling_back.by_push(place.seeker, pushes.subscribe().subscription)
    goes_away(place)
    clock.move(timedelta(hours=5))
    sweeps()
    assert Request.objects.get(pk=place.pk).state == "waiting"

    someone_comes()
    sweeps()
    clock.move(9 * MINUTE)
    sweeps()
    kept = Request.objects.get(pk=place.pk)
    assert (kept.state, kept.made_at) == ("waiting", made_at)

    clock.move(MINUTE)
    sweeps()
    sweeps()
    assert Request.objects.get(pk=place.pk).state == "expired"
    assert not TellMe.objects.exists()


def test_coming_back_takes_the_place_in_the_line_again(pushes: PushService) -> None:
    place = waits()
    calling_back.by_push(place.seeker, pushes.subscribe().subscription)
    goes_away(place)
    someone_comes()
    sweeps()

    clock.move(MINUTE)
    browser_of(place.seeker).post(reverse("waiting_here"))
    sweeps()

    assert list(Request.objects.present()) == [place]
    assert Request.objects.get(pk=place.pk).made_at == place.made_at
    assert not TellMe.objects.exists()


def test_nobody_keeps_a_place_longer_than_24_hours(pushes: PushService) -> None:
    place = waits()
    calling_back.by_push(place.seeker, pushes.subscribe().subscription)

    clock.move(timedelta(hours=24, seconds=1))
    sweeps()
    sweeps()

    assert not Request.objects.waiting().exists()
    for table in (TellMe, PushAddress, Notice):
        assert not table.objects.exists()


def test_one_volunteer_is_promised_to_one(pushes: PushService) -> None:
    """To the first in the line; the next is told when there is somebody else."""
    first = waits()
    clock.move(MINUTE)
    second = factories.request(factories.seeker("Cleo"))
    for place in (second, first):
        calling_back.by_push(place.seeker, pushes.subscribe().subscription)
    goes_away(first)

    someone_comes()
    sweeps()
    sweeps()
    assert told() == {first.seeker_id}

    someone_comes("chioma")
    sweeps()
    assert told() == {first.seeker_id, second.seeker_id}


def test_who_waits_on_the_page_comes_before_those_who_left(pushes: PushService) -> None:
    away = waits()
    calling_back.by_push(away.seeker, pushes.subscribe().subscription)
    goes_away(away)
    factories.request(factories.seeker("Cleo"))

    someone_comes()
    sweeps()

    assert not told()


@pytest.mark.parametrize("but", ["language", "block", "paused", "busy"])
def test_nobody_is_told_of_a_volunteer_they_would_not_get(pushes: PushService, but: str) -> None:
    place = waits()
    calling_back.by_push(place.seeker, pushes.subscribe().subscription)
    goes_away(place)
    ben = someone_comes(languages=["de"] if but == "language" else ["en"])
    if but == "block":
        Block.objects.create(seeker=place.seeker, volunteer=ben, reason=Block.Reason.APART)
    elif but == "paused":
        Sanction.objects.create(
            person=place.seeker,
            side=Report.Side.SEEKER,
            kind=Sanction.Kind.DAY,
            reason="insult",
            until=clock.now() + timedelta(hours=24),
        )
    elif but == "busy":
        factories.talk(factories.seeker("Cleo"), ben)

    sweeps()

    assert not told()


def test_a_wish_ends_with_the_place(pushes: PushService) -> None:
    place = waits()
    calling_back.by_push(place.seeker, pushes.subscribe().subscription)

    asking.leave(place)

    assert not TellMe.objects.exists()
    assert not PushAddress.objects.exists()


def test_a_wish_ends_when_somebody_was_met(pushes: PushService) -> None:
    place = waits()
    calling_back.by_mail(place.seeker, "ada@example.org")
    Request.objects.filter(pk=place.pk).update(state="matched")

    sweeps()

    assert not TellMe.objects.exists()


def test_without_a_place_there_is_nothing_to_wish() -> None:
    with pytest.raises(DomainError, match="no_place"):
        calling_back.by_mail(factories.ada(), "ada@example.org")


@pytest.mark.parametrize("leaves", [forgetting.leave_all, forgetting.forget])
def test_quick_exit_and_being_deleted_take_the_wish(pushes: PushService, leaves: Any) -> None:
    place = waits()
    calling_back.by_push(place.seeker, pushes.subscribe().subscription)
    telling.tell(place.seeker, "free", path="/waiting/")

    leaves(place.seeker)
    send_due()

    assert pushes.calls == 0
    for table in (TellMe, PushAddress, Notice):
        assert not table.objects.exists()


def test_quick_exit_of_a_volunteer_keeps_their_other_browsers(pushes: PushService) -> None:
    ben = factories.ben()
    telling.keep(ben, pushes.subscribe().subscription)

    forgetting.leave_all(ben)

    assert telling.can_be_told(ben, "offer")


def test_the_end_of_the_role_takes_the_addresses(pushes: PushService) -> None:
    ben = factories.ben()
    telling.keep(ben, pushes.subscribe().subscription)
    telling.tell(ben, "offer", path="/volunteer/")

    end_role(ben.roles.get(), by="Dana Alias")
    send_due()

    assert pushes.calls == 0
    assert not PushAddress.objects.exists()


@pytest.mark.usefixtures("with_mail")
def test_one_mail_that_says_nothing_and_forgets_the_address() -> None:
    place = waits()
    browser = browser_of(place.seeker)
    browser.post(reverse("tell_me_mail"), {"email": "ada@example.org"})
    goes_away(place)
    someone_comes()

    sweeps()
    assert not TellMe.objects.exclude(email="").exists()
    send_due(origin="https://window.example")
    send_due(origin="https://window.example")

    [sent] = mail.outbox
    assert (sent.subject, sent.to) == ("Hello", ["ada@example.org"])
    assert not Notice.objects.exists()
    for word in ("Night Window", "talk", "listen", "support", "crisis", "Ada"):
        assert word not in sent.body
    link = next(word for word in sent.body.split() if word.startswith("https://"))
    assert link.startswith("https://window.example/tell-me/back/")


@pytest.mark.usefixtures("with_mail")
def test_the_link_leads_to_the_place_on_another_device_once_pressed() -> None:
    place = waits()
    calling_back.by_mail(place.seeker, "ada@example.org")
    goes_away(place)
    someone_comes()
    sweeps()
    path = Notice.objects.get().path
    other = Client()

    looked = other.get(path)
    assert SEEKER not in other.session
    pressed = other.post(path)

    assert looked.status_code == 200
    assert pressed.headers["Location"] == reverse("waiting")
    assert other.session[SEEKER] == place.seeker_id


@pytest.mark.usefixtures("with_mail")
@pytest.mark.parametrize("over", ["time", "back", "left", "made up"])
def test_a_link_that_is_over_leads_nowhere(over: str) -> None:
    place = waits()
    calling_back.by_mail(place.seeker, "ada@example.org")
    goes_away(place)
    someone_comes()
    sweeps()
    path = Notice.objects.get().path
    if over == "time":
        clock.move(10 * MINUTE)
    elif over == "back":
        clock.move(MINUTE)
        browser_of(place.seeker).post(reverse("waiting_here"))
        sweeps()
    elif over == "left":
        asking.leave(place)
    else:
        path = reverse("tell_me_back", args=["guess"])
    other = Client()

    answer = other.post(path)

    assert SEEKER not in other.session
    assert "over" in answer.content.decode()


@pytest.mark.usefixtures("with_mail")
def test_nobodys_mailbox_is_filled() -> None:
    """Two mails in 24 hours to one address, whoever types it; nothing says that it was reached."""
    factories.community()
    places = [factories.request(factories.seeker(f"Eve {n}")) for n in range(4)]
    said = {
        browser_of(place.seeker)
        .post(reverse("tell_me_mail"), {"email": "Victim@example.org"[n % 2 :]})
        .status_code
        for n, place in enumerate(places)
    }
    assert said == {302}
    TellMe.objects.update(email="victim@example.org")
    goes_away(places[-1])
    for n in range(4):
        someone_comes(f"volunteer{n}")

    sweeps()
    send_due()

    assert len(told()) == 4
    assert len(mail.outbox) == 2
    assert not Notice.objects.exists()


@pytest.mark.usefixtures("with_mail")
def test_wishing_over_and_over_is_refused() -> None:
    place = waits()
    browser = browser_of(place.seeker)
    address = {"email": "ada@example.org"}

    answers = [browser.post(reverse("tell_me_mail"), address).status_code for _ in range(11)]

    assert answers == [302] * 10 + [429]


def test_without_a_mail_server_the_choice_is_absent() -> None:
    place = waits()
    browser = browser_of(place.seeker)

    page = browser.get(reverse("tell_me")).content.decode()
    browser.post(reverse("tell_me_mail"), {"email": "ada@example.org"})

    assert "mail" not in page.partition("<main")[2].partition("</main")[0]
    assert not TellMe.objects.exists()


@pytest.mark.usefixtures("with_mail")
def test_a_link_that_went_to_a_wrong_address_leads_nowhere_once_there_is_another_wish() -> None:
    place = waits()
    calling_back.by_mail(place.seeker, "wrong@example.org")
    goes_away(place)
    someone_comes()
    for address in ("", "right@example.org"):
        if address:
            calling_back.by_mail(place.seeker, address)
        calling_back.settle(clock.now())
        send_due()

    wrong, right = [re.search(r"/tell-me/back/([^/\s]+)", each.body) for each in mail.outbox]
    assert wrong
    assert right
    assert calling_back.awaited(right[1]) == place.seeker
    assert calling_back.awaited(wrong[1]) is None


@pytest.mark.usefixtures("with_mail")
@pytest.mark.parametrize("address", ["", "ada", "ada@", "ada@example.org\nBcc: eve@example.org"])
def test_an_address_that_is_none_is_said_kindly(address: str) -> None:
    place = waits()

    answer = browser_of(place.seeker).post(reverse("tell_me_mail"), {"email": address})

    assert answer.status_code == 422
    assert not TellMe.objects.exists()


def test_a_push_address_inside_is_refused() -> None:
    place = waits()
    browser = browser_of(place.seeker)
    inside = {"endpoint": "https://169.254.169.254/latest", "p256dh": "BA", "auth": "AA"}

    answer = browser.post(reverse("tell_me_push"), inside)

    assert answer.status_code == 422
    assert not PushAddress.objects.exists()


def test_who_is_not_in_the_line_is_led_there() -> None:
    factories.community()

    answer = Client().get(reverse("tell_me"))

    assert answer.headers["Location"] == reverse("waiting")


def test_telling_goes_on_after_the_volunteer_is_done(pushes: PushService) -> None:
    """Ready and gone again within a sweep: nobody is told of it."""
    place = waits()
    calling_back.by_push(place.seeker, pushes.subscribe().subscription)
    goes_away(place)
    Readiness.end(someone_comes())

    sweeps()

    assert not told()
