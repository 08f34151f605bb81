"""Keys of a room at the server: passed on to its seats alone, counted, forgotten. It can open none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.core.sweeping import run_all
from warmline.demo.keys import Keyring
from warmline.protocol import base64url, clock, epochs, tags
from warmline.rooms.models import Epoch, Seat
from warmline.support.models import Conversation
from warmline.support.seeking import SEEKER
from warmline.support.services import talking

pytestmark = pytest.mark.usefixtures("night_window")


def seeker_client(seat: Seat) -> Client:
    """A browser whose session is the seeker's."""
    client = Client()
    session = client.session
    session[SEEKER] = seat.person_id
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


class Page:
    """A browser at a seat, with a keyring of its own."""

    def __init__(self, talk: Conversation, number: int) -> None:
        self.room, self.number = talk.room_id, number
        seat = Seat.objects.get(room=talk.room_id, number=number)
        self.client = factories.client_of(seat.person) if number == 2 else seeker_client(seat)
        self.keys = Keyring(self.room, number)

    def post(self, what: str, **fields: str) -> Any:
        return self.client.post(reverse(f"room_keys_{what}", args=[self.room]), fields)

    def hello(self) -> Any:
        return self.post("hello", pk=base64url.encode(self.keys.pk))

    def look(self, after: int = 0) -> dict[str, Any]:
        found = self.client.get(reverse("room_keys", args=[self.room]), {"after": after}).json()
        assert isinstance(found, dict)
        return found

    def form(self) -> dict[str, str]:
        """The next epoch as this page would make it."""
        form = self.keys.next(self.look()["seats"], up_to=0, x=tags.log_start(self.room))
        assert form is not None
        return form

    def seat(self) -> Seat:
        return Seat.objects.get(room=self.room, number=self.number)


@pytest.fixture
def talk() -> Conversation:
    return factories.talk(factories.ada(), factories.ben())


@pytest.fixture
def pages(talk: Conversation) -> tuple[Page, Page]:
    """Both have said hello."""
    ada, ben = Page(talk, 1), Page(talk, 2)
    for page in (ada, ben):
        assert page.hello().status_code == 200
    return ada, ben


def test_an_epoch_reaches_each_seat_with_what_is_sealed_to_it(pages: tuple[Page, Page]) -> None:
    ada, ben = pages
    assert ada.post("commit", **ada.form()).json() == {"taken": True}

    for page in pages:
        page.keys.take(page.look()["commits"])
    mine, theirs = (page.keys.current for page in pages)
    assert mine
    assert theirs
    assert mine.derived(b"x") == theirs.derived(b"x")
    assert ada.look()["commits"][0]["mine"] != ben.look()["commits"][0]["mine"]
    assert ada.look(after=1)["commits"] == []


def test_of_two_epochs_at_once_one_counts(pages: tuple[Page, Page]) -> None:
    ada, ben = pages
    forms = [ada.form(), ben.form()]

    taken = [
        page.post("commit", **form).json()["taken"] for page, form in zip(pages, forms, strict=True)
    ]
    assert taken == [True, False]
    assert Epoch.objects.count() == 1


@pytest.mark.parametrize("change", ["room", "seat", "epoch", "short", "confirm", "junk"])
def test_an_epoch_that_is_not_about_this_room_is_refused(
    pages: tuple[Page, Page], change: str
) -> None:
    ada, ben = pages
    form = ada.form()
    other = factories.talk(factories.seeker("Zoe"), factories.chioma())
    if change == "room":
        ada.keys._room = other.room_id
        form = ada.form()
    elif change == "seat":
        form = ben.form()
    elif change == "epoch":
        ada.keys._newest = None
        form["header"] = base64url.encode(base64url.decode(form["header"])[:-1])
    elif change == "short":
        form["sealed"] = form["sealed"].split(",")[0]
    elif change == "confirm":
        form["confirm"] = base64url.encode(bytes(31))
    else:
        form["header"] = "!"

    answer = ada.post("commit", **form)

    assert answer.status_code == 409
    assert "Please reload it." in answer.content.decode()
    assert not Epoch.objects.exists()


@pytest.mark.parametrize("epoch", [0, 2**31, 2**53, 2**63, 2**64 - 1])
def test_an_epoch_that_no_database_counts_is_refused(pages: tuple[Page, Page], epoch: int) -> None:
    ada, _ben = pages
    form = ada.form()
    meant = msgspec.structs.replace(epochs.read(base64url.decode(form["header"])), epoch=epoch)
    form["header"] = base64url.encode(meant.written())

    assert ada.post("commit", **form).status_code == 409
    assert not Epoch.objects.exists()


def test_an_epoch_with_a_seat_that_is_gone_is_refused(pages: tuple[Page, Page]) -> None:
    ada, ben = pages
    form = ada.form()
    ben.seat().leave()

    assert ada.post("commit", **form).status_code == 409
    assert not Epoch.objects.exists()


def test_only_who_holds_the_newest_keys_makes_the_next(
    talk: Conversation, pages: tuple[Page, Page]
) -> None:
    ada, ben = pages
    form = ada.form()
    ada.post("commit", **form)
    first = epochs.read(base64url.decode(form["header"]))
    chioma = factories.chioma()
    factories.third(talk, taker=chioma)
    comes = factories.client_of(chioma)
    comes.post(
        reverse("room_keys_hello", args=[talk.pk]),
        {"pk": base64url.encode(Keyring(talk.pk, 3).pk)},
    )

    def next_by(seat: int) -> dict[str, str]:
        second = msgspec.structs.replace(first, epoch=2, previous=first.hash(), committer=seat)
        return {**form, "header": base64url.encode(second.written())}

    refused = comes.post(reverse("room_keys_commit", args=[talk.pk]), next_by(3))
    assert refused.status_code == 409
    assert ben.post("commit", **next_by(2)).json() == {"taken": True}


@pytest.mark.parametrize("pk", ["", "AAAA", base64url.encode(b"\x04" + bytes(64)), "%"])
def test_a_key_that_is_none_is_refused_with_a_sentence(talk: Conversation, pk: str) -> None:
    answer = Page(talk, 1).post("hello", pk=pk)

    assert answer.status_code == 409
    assert "reload" in answer.content.decode()


def test_the_share_comes_back_until_it_is_forgotten(pages: tuple[Page, Page]) -> None:
    ada, _ben = pages
    share = bytes(ada.seat().resume_share or b"")
    assert len(share) == 32
    clock.move(timedelta(minutes=9))
    assert ada.post("resume").json() == {"r": base64url.encode(share)}
    clock.move(timedelta(minutes=9))
    assert ada.look()["seats"], "a look says that the page is there"
    clock.move(timedelta(minutes=9))
    assert "r" in ada.post("resume").json()

    clock.move(timedelta(minutes=10, seconds=1))
    assert ada.post("resume").json() == {"over": True}
    run_all()
    assert ada.seat().resume_share is None


def test_leaving_destroys_the_share_and_both_leaving_every_key(
    talk: Conversation, pages: tuple[Page, Page]
) -> None:
    ada, ben = pages
    ada.post("commit", **ada.form())
    ada.seat().leave()
    assert ada.seat().resume_share is None
    assert ada.post("resume").json() == ada.look() == {"over": True}
    assert Epoch.objects.exists()

    ben.seat().leave()
    assert not Epoch.objects.exists()


def test_a_new_key_replaces_the_old_and_its_share(pages: tuple[Page, Page]) -> None:
    ada, ben = pages
    before = ada.seat().resume_share
    ada.keys = Keyring(ada.room, 1)
    ada.hello()

    seats = ben.look()["seats"]
    assert seats[0]["pk"] == base64url.encode(ada.keys.pk)
    assert ada.seat().resume_share != before


def test_nobody_else_sees_or_changes_keys(talk: Conversation, pages: tuple[Page, Page]) -> None:
    form = pages[0].form()
    for client in (Client(), factories.client_of(factories.chioma())):
        for what, fields in (
            ("hello", {"pk": base64url.encode(pages[0].keys.pk)}),
            ("resume", {}),
            ("commit", form),
        ):
            url = reverse(f"room_keys_{what}", args=[talk.room_id])
            assert client.post(url, fields).status_code == 404
        assert client.get(reverse("room_keys", args=[talk.room_id])).status_code == 404
        assert client.get(reverse("room_keys", args=[2**63])).status_code == 404


def test_after_the_talk_there_is_nothing_to_get(
    talk: Conversation, pages: tuple[Page, Page]
) -> None:
    ada, _ben = pages
    form = ada.form()
    talking.end(talk, by=talk.seeker, ending=Conversation.Ending.SAID_GOODBYE)

    assert ada.post("commit", **form).json() == {"over": True}
    assert ada.hello().json() == {"over": True}
    clock.move(timedelta(hours=25))
    run_all()
    assert not Epoch.objects.exists()


def test_a_page_that_says_hello_too_often_is_slowed_down(pages: tuple[Page, Page]) -> None:
    ada, _ben = pages

    statuses = [ada.hello().status_code for _ in range(21)]

    assert statuses[-1] == 429
