"""The seeker's way through the pages, with the wrong turns people take."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.people.models import Person
from warmline.protocol import clock, tickets
from warmline.rooms.models import Message
from warmline.support.models import Answer, Conversation, Request
from warmline.support.seeking import CONSENT_VERSION
from warmline.support.services import offering, talking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]


YES = {"adult": "on", "consent": "on", "rules": "on", "version": "1"}


def consented() -> Client:
    client = Client()
    client.post(reverse("begin"), YES)
    return client


def asked(client: Client, **wish: object) -> Request:
    answer = client.post(reverse("about"), {"languages": ["en"], **wish})
    assert answer.status_code == 302, answer.content
    return Request.objects.latest("made_at")


def matched(client: Client) -> Conversation:
    request = asked(client)
    ben = factories.ben(card="Two long winters.")
    return offering.take(factories.offer(request, ben), by=ben)


def test_three_steps_lead_from_home_to_waiting() -> None:
    client = Client()
    assert reverse("begin") in client.get("/").content.decode()

    consent = client.post(reverse("begin"), YES)
    assert consent.url == reverse("about")
    waiting = client.post(reverse("about"), {"topics": ["depression"], "languages": ["en"]})

    assert waiting.url == reverse("waiting")
    assert client.get(waiting.url).status_code == 200


def test_who_could_read_along_is_said_before_the_yes() -> None:
    page = Client().get(reverse("begin")).content.decode()

    assert "Only you two can read what is said." in page
    assert "If one of you reports it, coordinators can read what was sent along." in page


def test_nothing_is_asked_before_the_yes() -> None:
    client = Client()

    assert client.get(reverse("about")).url == reverse("begin")
    assert not Person.objects.exists()


def test_the_consent_screen_has_at_most_120_words() -> None:
    page = Client().get(reverse("begin")).content.decode()
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    assert main
    words = re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", main[0], flags=re.DOTALL)).split()

    assert len(words) <= 120, len(words)


@pytest.mark.parametrize("missing", ["adult", "consent", "rules"])
def test_every_tick_is_needed(missing: str) -> None:
    client = Client()
    given = dict(YES)
    del given[missing]

    answer = client.post(reverse("begin"), given)

    assert answer.status_code == 422
    assert "Please tick this" in answer.content.decode()
    assert client.get(reverse("about")).url == reverse("begin")


def test_only_language_and_version_of_the_consent_are_kept() -> None:
    assert consented().session["consent"] == {"language": "en", "version": CONSENT_VERSION}


def test_bad_choices_lose_nothing_that_was_typed() -> None:
    client = consented()

    answer = client.post(
        reverse("about"),
        {"languages": ["tlh"], "own_words": "my brother & me", "content_note": "x" * 201},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "my brother &amp; me" in page
    assert "x" * 201 in page
    assert not Request.objects.exists()


def test_another_name_keeps_what_was_typed() -> None:
    client = consented()
    client.get(reverse("about"))
    before = Person.objects.get().alias

    answer = client.post(
        reverse("about"),
        {"another_name": "1", "own_words": "my brother", "languages": ["de"], "topics": ["grief"]},
    )

    page = answer.content.decode()
    assert Person.objects.get().alias != before
    assert "my brother" in page
    assert re.search(r'value="grief"[^>]*checked', page)
    assert not Request.objects.exists()


def test_a_double_submit_takes_one_place() -> None:
    client = consented()
    asked(client)

    again = client.post(reverse("about"), {"languages": ["en"]})

    assert again.url == reverse("waiting")
    assert Request.objects.count() == 1


def test_sign_languages_wait_for_video() -> None:
    factories.community(languages=["en", "bfi"])

    page = consented().get(reverse("about")).content.decode()

    assert "bfi" not in page


def test_the_waiting_page_never_shows_a_count() -> None:
    client = consented()
    asked(client)
    for name in ("ben", "chioma"):
        factories.ready(factories.volunteer(name))

    page = client.get(reverse("waiting")).content.decode()
    main = re.sub(r"<(svg|script|style).*?</\1>", "", page, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", main)

    assert not re.search(r"\b(2|two) (volunteers|people|listeners)", text)


def test_leaving_is_one_tap() -> None:
    client = consented()
    asked(client)

    assert client.post(reverse("waiting_leave")).url == reverse("home")
    assert not Request.objects.exists()


def test_the_report_of_the_page_says_where_to_go() -> None:
    client = consented()
    asked(client)
    assert client.post(reverse("waiting_here")).json() == {"state": "waiting", "url": ""}

    ben = factories.ben()
    offering.take(factories.offer(Request.objects.get(), ben), by=ben)

    assert client.post(reverse("waiting_here")).json() == {
        "state": "matched",
        "url": reverse("met"),
    }


def test_the_card_is_shown_before_the_talk_and_only_then_the_talk() -> None:
    client = consented()
    talk = matched(client)

    assert client.get(reverse("talk", args=[talk.pk])).url == reverse("met")
    assert "Two long winters." in client.get(reverse("met")).content.decode()
    assert client.post(reverse("met_start")).url == reverse("talk", args=[talk.pk])
    assert client.get(reverse("talk", args=[talk.pk])).status_code == 200


def test_declining_goes_back_to_waiting() -> None:
    client = consented()
    matched(client)

    assert client.post(reverse("met_decline")).url == reverse("waiting")
    assert client.get(reverse("waiting")).status_code == 200


@pytest.mark.parametrize("name", ["talk", "talk_state", "goodbye"])
def test_nobody_else_reads_a_talk(name: str) -> None:
    talk = matched(consented())
    stranger, eve = consented(), factories.client_of(factories.eve())
    stranger.get(reverse("about"))

    for outsider in (Client(), stranger, eve, factories.client_of(factories.dana())):
        assert outsider.get(reverse(name, args=[talk.pk])).status_code == 404


@pytest.mark.parametrize("name", ["talk_ticket", "talk_end", "talk_more_time", "goodbye"])
def test_nobody_else_acts_in_a_talk(name: str) -> None:
    talk = matched(consented())

    for outsider in (Client(), factories.client_of(factories.eve())):
        assert outsider.post(reverse(name, args=[talk.pk])).status_code == 404
    talk.refresh_from_db()
    assert talk.ended_at is None


def test_a_seat_ticket_names_the_seat_and_this_session_only(settings) -> None:
    client = consented()
    talk = matched(client)
    client.post(reverse("met_start"))

    given = client.post(reverse("talk_ticket", args=[talk.pk])).json()["ticket"]

    sid = tickets.session_digest(client.cookies[settings.SESSION_COOKIE_NAME].value)
    key = settings.INSTALLATION.secrets.ticket
    ticket = tickets.verify(given, key, sid=sid, aud="testserver", now_ms=clock.now_ms())
    assert (ticket.room, ticket.seat, ticket.person) == (talk.pk, 1, talk.seeker_id)
    with pytest.raises(tickets.RefusedError):
        tickets.verify(given, key, sid="another", aud="testserver", now_ms=clock.now_ms())


def test_tickets_are_limited() -> None:
    client = consented()
    client.get(reverse("about"))

    answers = [client.post(reverse("live_ticket")).status_code for _ in range(31)]

    assert answers == [200] * 30 + [429]


def test_the_answer_is_counted_once_and_linked_to_nobody() -> None:
    client = consented()
    talk = matched(client)
    client.post(reverse("met_start"))
    client.post(reverse("talk_end", args=[talk.pk]))

    for _ in range(2):
        client.post(reverse("goodbye", args=[talk.pk]), {"answer": "a_little"})

    tally = Answer.objects.get()
    assert (tally.choice, tally.count) == ("a_little", 1)


def test_the_back_button_does_not_open_an_ended_talk() -> None:
    client = consented()
    talk = matched(client)
    client.post(reverse("met_start"))
    client.post(reverse("talk_end", args=[talk.pk]))

    assert client.get(reverse("talk", args=[talk.pk])).url == reverse("goodbye", args=[talk.pk])


def test_quick_exit_ends_everything_and_clears_the_cookies() -> None:
    client = consented()
    talk = matched(client)
    client.post(reverse("met_start"))

    answer = client.post(reverse("leave"))

    talk.refresh_from_db()
    assert (answer.status_code, talk.ending) == (204, Conversation.Ending.EXIT)
    assert answer.cookies["session"]["max-age"] == 0
    assert client.get(reverse("waiting")).url == reverse("home")
    assert not Request.objects.exists()


def test_quick_exit_closes_the_sockets_and_ends_their_tokens(
    heard, django_capture_on_commit_callbacks
) -> None:
    client = consented()
    talk = matched(client)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("leave"))

    assert (f"person:{talk.seeker_id}", "signed_out") in heard
    assert (f"person:{talk.volunteer_id}", "signed_out") not in heard


@pytest.mark.parametrize("name", ["leave", "exit"])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_can_make_nobody_leave(name: str, site: str) -> None:
    client = consented()
    asked(client)

    answer = client.post(reverse(name), headers={"sec-fetch-site": site})

    assert not answer.cookies
    assert "Clear-Site-Data" not in answer.headers
    assert client.get(reverse("waiting")).status_code == 200


def test_quick_exit_without_script_goes_to_a_dull_page(settings) -> None:
    client = consented()
    asked(client)

    answer = client.post(reverse("exit"))

    assert (answer.status_code, answer.headers["Location"]) == (303, settings.EXIT_URL)
    assert not Request.objects.exists()


def test_a_partner_learns_that_they_had_to_leave() -> None:
    client = consented()
    talk = matched(client)
    client.post(reverse("met_start"))
    client.post(reverse("leave"))

    state = factories.client_of(talk.volunteer).get(reverse("talk_state", args=[talk.pk]))

    assert "They had to leave. It is not because of you." in state.content.decode()


def test_pages_are_kept_by_no_cache_and_carry_the_policy() -> None:
    answer = Client().get("/")

    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_session_is_stored_as_a_hash() -> None:
    from warmline.core.models import Session

    key = consented().cookies["session"].value

    assert not Session.objects.filter(session_key=key).exists()
    assert Session.objects.count() == 1


def test_messages_are_gone_when_both_have_left() -> None:
    client = consented()
    talk = matched(client)
    client.post(reverse("met_start"))
    Message.objects.create(
        room=talk.room, seq=1, seat=1, epoch=1, cid=b"c" * 16, c=b"c" * 32, body=b"b" * 188,
        sent_ms=clock.now_ms(),
    )  # fmt: skip
    talking.end(talk, by=talk.seeker, ending=Conversation.Ending.SAID_GOODBYE)

    client.get(reverse("goodbye", args=[talk.pk]))
    assert Message.objects.exists()
    factories.client_of(talk.volunteer).get(reverse("goodbye", args=[talk.pk]))

    assert not Message.objects.exists()


def test_a_place_lost_is_said_and_can_be_taken_again() -> None:
    client = consented()
    request = asked(client)
    request.seen_at = clock.now() - timedelta(minutes=11)
    request.save()
    from warmline.core import sweeping

    sweeping.run_all()

    assert "not in the line" in client.get(reverse("waiting")).content.decode()


@pytest.mark.parametrize("number", [2**53, 2**63, 10**40])
def test_a_room_that_no_number_can_name_is_not_found(number: int) -> None:
    client = consented()

    assert client.get(f"/talk/{number}/").status_code == 404
    assert client.post(f"/talk/{number}/ticket/").status_code == 404
