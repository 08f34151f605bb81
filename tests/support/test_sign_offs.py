"""The tray: what it offers, and that nothing in it is ever left open, whatever the country."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests import factories
from warmline.protocol import clock
from warmline.rooms.models import TalkClock
from warmline.rules import texts
from warmline.rules.filling import fill
from warmline.safety import countries, line_import
from warmline.support import sign_offs
from warmline.support.models import Conversation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]
OPEN = re.compile(r"[{}]|\s[.,:;]|: ?\.|\(\)|call (now|,|\.)| or ,|  ")


@pytest.fixture
def talk() -> Conversation:
    line_import.import_lines()
    return factories.talk(factories.ada(), factories.ben(), minutes=45)


def messages(talk: Conversation, country: str = "DE") -> dict[str, str]:
    return {
        each.sign_off.key: each.text
        for group in sign_offs.tray(talk, country)
        for each in group.messages
    }


def test_there_is_no_empty_placeholder_in_any_sign_off_in_any_country(talk: Conversation) -> None:
    base = sign_offs.values(talk, "DE", "en")
    for country in sorted(countries.codes()):
        values = {**base, **sign_offs.country_values(country)}
        for version in texts.shipped().values():
            filled = fill(version.text, values)
            assert filled, (country, version.key)
            assert not OPEN.search(filled), (country, version.key, filled)


def test_crisis_messages_name_the_countrys_number_and_the_card(talk: Conversation) -> None:
    found = messages(talk, "US")

    assert found["crisis_now"].startswith("Call 911 now. ")
    assert "call 911, or use the help card." in found["crisis_danger"]
    assert found["crisis_danger"].startswith("Ada, I am worried about you.")
    assert "The help card stays on your screen." in found["crisis_goodbye"]


def test_without_a_number_its_sentence_is_left_out(talk: Conversation) -> None:
    found = messages(talk, "AQ")

    assert found["crisis_now"].startswith("If you cannot speak, text or use video: the help card.")


def test_young_people_are_told_of_lines_for_them(talk: Conversation) -> None:
    assert re.search(r"in private: .+ \(.+\)\.", messages(talk, "DE")["under_18"])


def test_time_is_up_says_when_they_may_talk_again_and_in_which_zone(talk: Conversation) -> None:
    TalkClock.objects.filter(pk=talk.pk).update(used_ms=44 * 60_000)
    talk = Conversation.objects.get(pk=talk.pk)

    said = messages(talk)["time_up"]

    assert "again from Monday 23 November, 04:05 (Europe/Berlin)." in said
    assert "I heard" not in said


def test_who_has_time_left_after_this_talk_may_come_today() -> None:
    line_import.import_lines()
    short = factories.talk(factories.ada(), factories.ben(), minutes=15)

    assert "again from today." in messages(short)["time_up"]


def test_what_a_handover_gives_is_not_counted_in_the_next_time(talk: Conversation) -> None:
    Conversation.objects.filter(pk=talk.pk).update(
        handover_at=clock.now(), handover_used_ms=10 * 60_000
    )

    assert "again from today." in messages(Conversation.objects.get(pk=talk.pk))["time_up"]


def test_only_goodbyes_end_the_talk() -> None:
    then = {each.key: each.then for _name, group in sign_offs.GROUPS for each in group}

    staying = {key for key, what in then.items() if not what}
    assert staying == {
        *("crisis_now", "crisis_danger", "sexual_chance", "aggression_chance"),
        *("ten_minutes", "beyond_us"),
    }
    assert then["need_to_stop"] == "need_to_stop"


def test_level_2_and_3_begin_the_handover_and_every_text_with_the_card_shows_it() -> None:
    every = [each for _name, group in sign_offs.GROUPS for each in group]

    assert {each.key for each in every if each.handover} == {"crisis_now", "crisis_danger"}
    shipped = {key: version.text for (key, _), version in texts.shipped().items()}
    needs = {key for key, text in shipped.items() if "{help_card}" in text}
    automatic = {"time_used", "nobody_free"}
    assert needs - automatic - {"time_up"} <= {each.key for each in every if each.card}


def test_a_talk_in_german_gets_german_texts_where_there_are_any(talk: Conversation) -> None:
    texts.approve("ten_minutes", "de", "Noch zehn Minuten, {name}.", by="Dana")
    talk.language = "de"

    assert messages(talk)["ten_minutes"] == "Noch zehn Minuten, Ada."
    assert messages(talk)["pressure"].startswith("I care about how you are")


def test_the_whole_tray_costs_few_queries(
    talk: Conversation, django_assert_max_num_queries
) -> None:
    clock.move(timedelta(minutes=1))
    with django_assert_max_num_queries(10):
        messages(talk)
