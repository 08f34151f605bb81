"""Ground rules: what ships, which version is in force when, languages, and who accepted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from warmline.core.errors import DomainError
from warmline.protocol import clock
from warmline.rules import acceptance, ground_drafts, ground_rules
from warmline.rules.filling import IN_GROUND_RULES, has_stray_brace, unknown
from warmline.rules.ground_rules import RULE, Version, Words
from warmline.rules.models import Audience, GroundRules, GroundRulesWords, RulesAcceptance

pytestmark = pytest.mark.django_db

SEEKERS = Audience.SEEKERS.value
DAYS = timedelta(days=1)


def drafted(audience: str = SEEKERS) -> Version:
    """A draft with one rule more."""
    draft = ground_drafts.begin(audience, by="Dana")
    ground_drafts.add(audience, draft.number, RULE, "en", Words("Breathe.", "Slowly."), by="Dana")
    return ground_rules.history(audience).versions[draft.number]


def announced(audience: str = SEEKERS, *, days: int = 7) -> Version:
    """A draft that is in force in so many days."""
    draft = drafted(audience)
    ground_drafts.approve(audience, draft.number, "en", by="Dana")
    ground_drafts.publish(audience, draft.number, in_force_at=clock.now() + days * DAYS, by="Dana")
    return ground_rules.history(audience).versions[draft.number]


@pytest.mark.parametrize("audience", Audience.values)
def test_version_1_ships_and_can_be_filled_in(audience: str) -> None:
    version = ground_rules.history(audience).in_force

    assert (version.number, version.approved_languages(), version.missing("en")) == (1, ["en"], [])
    for entry in version.read_in("en").entries:
        text = f"{entry.words.title} {entry.words.text} {entry.words.why}"
        assert unknown(text, IN_GROUND_RULES) == []
        assert not has_stray_brace(text)


@pytest.mark.parametrize(
    ("audience", "rules"), [("seekers", 12), ("volunteers", 15), ("groups", 12)]
)
def test_all_rules_of_the_model_ship(audience: str, rules: int) -> None:
    assert len(ground_rules.shipped()[audience].read_in("en").rules) == rules


def test_a_version_is_in_force_from_its_day_on() -> None:
    announced(days=7)

    assert ground_rules.number_in_force(SEEKERS) == 1
    known = ground_rules.history(SEEKERS)
    assert (known.in_force.number, known.upcoming and known.upcoming.number) == (1, 2)

    clock.move(7 * DAYS - timedelta(seconds=1))
    assert ground_rules.number_in_force(SEEKERS) == 1
    clock.move(timedelta(seconds=1))
    assert ground_rules.number_in_force(SEEKERS) == 2
    known = ground_rules.history(SEEKERS)
    assert (known.in_force.number, known.to_come) == (2, None)
    assert ground_rules.number_in_force("volunteers") == 1


def test_old_versions_can_still_be_read_as_they_were() -> None:
    first = ground_rules.history(SEEKERS).in_force.read_in("en")
    announced()
    clock.move(7 * DAYS)
    drafted()

    known = ground_rules.history(SEEKERS)
    assert [version.number for version in known.published] == [2, 1]
    assert known.versions[1].read_in("en") == first
    assert known.draft
    assert known.draft.number == 3


def test_less_than_seven_days_notice_is_refused() -> None:
    draft = drafted()
    ground_drafts.approve(SEEKERS, draft.number, "en", by="Dana")

    with pytest.raises(DomainError, match="too_soon"):
        ground_drafts.publish(
            SEEKERS, 2, in_force_at=clock.now() + 7 * DAYS - timedelta(seconds=1), by="Dana"
        )

    assert ground_rules.history(SEEKERS).upcoming is None


def test_a_published_version_never_changes() -> None:
    version = announced()
    key = version.slots[0].key
    verbs = [
        lambda: ground_drafts.say(SEEKERS, 2, key, "en", Words(text="Other."), by="Eve"),
        lambda: ground_drafts.add(SEEKERS, 2, RULE, "en", Words(text="More."), by="Eve"),
        lambda: ground_drafts.take_out(SEEKERS, 2, key),
        lambda: ground_drafts.move(SEEKERS, 2, version.slots[2].key, up=True),
        lambda: ground_drafts.discard(SEEKERS, 2),
        lambda: ground_drafts.say(SEEKERS, 1, key, "en", Words(text="Other."), by="Eve"),
    ]

    for verb in verbs:
        with pytest.raises(DomainError, match="fixed"):
            verb()

    assert ground_rules.history(SEEKERS).versions[2] == version


def test_it_can_be_withdrawn_until_its_day() -> None:
    announced()

    ground_drafts.withdraw(SEEKERS, 2)

    known = ground_rules.history(SEEKERS)
    assert known.upcoming is None
    assert known.draft
    assert known.draft.number == 2
    clock.move(30 * DAYS)
    assert ground_rules.number_in_force(SEEKERS) == 1


def test_once_in_force_it_cannot_be_withdrawn() -> None:
    announced()
    clock.move(7 * DAYS)

    with pytest.raises(DomainError, match="in_force"):
        ground_drafts.withdraw(SEEKERS, 2)

    assert ground_rules.number_in_force(SEEKERS) == 2


def test_one_version_at_a_time_is_to_come() -> None:
    drafted()
    with pytest.raises(DomainError, match="one_to_come"):
        ground_drafts.begin(SEEKERS, by="Ben")
    ground_drafts.discard(SEEKERS, 2)
    announced()
    with pytest.raises(DomainError, match="one_to_come"):
        ground_drafts.begin(SEEKERS, by="Ben")

    assert GroundRules.objects.count() == 1


def test_a_draft_that_is_thrown_away_leaves_nothing() -> None:
    drafted()

    ground_drafts.discard(SEEKERS, 2)

    assert not GroundRules.objects.exists()
    assert not GroundRulesWords.objects.exists()


def test_what_was_agreed_is_what_is_published() -> None:
    draft = drafted()
    ground_drafts.approve(SEEKERS, 2, "en", by="Dana")
    changes = [
        lambda: ground_drafts.say(SEEKERS, 2, draft.slots[0].key, "en", Words("New."), by="Ben"),
        lambda: ground_drafts.add(SEEKERS, 2, RULE, "en", Words("More."), by="Ben"),
        lambda: ground_drafts.move(SEEKERS, 2, draft.slots[2].key, up=True),
        lambda: ground_drafts.take_out(SEEKERS, 2, draft.slots[2].key),
    ]

    for change in changes:
        ground_drafts.approve(SEEKERS, 2, "en", by="Dana")
        change()
        with pytest.raises(DomainError, match="not_approved"):
            ground_drafts.publish(SEEKERS, 2, in_force_at=clock.now() + 8 * DAYS, by="Dana")


def test_a_draft_that_says_the_same_is_not_published() -> None:
    ground_drafts.begin(SEEKERS, by="Dana")
    ground_drafts.approve(SEEKERS, 2, "en", by="Dana")

    with pytest.raises(DomainError, match="nothing_changed"):
        ground_drafts.publish(SEEKERS, 2, in_force_at=clock.now() + 8 * DAYS, by="Dana")


def test_rules_move_among_themselves_only() -> None:
    draft = drafted()
    keys = [slot.key for slot in draft.slots]

    ground_drafts.move(SEEKERS, 2, keys[1], up=True)  # The first rule, behind a paragraph.
    assert [slot.key for slot in ground_rules.history(SEEKERS).versions[2].slots] == keys

    ground_drafts.move(SEEKERS, 2, keys[1], up=False)
    expected = [keys[0], keys[2], keys[1], *keys[3:]]
    assert [slot.key for slot in ground_rules.history(SEEKERS).versions[2].slots] == expected


def test_words_for_a_rule_that_is_gone_are_refused() -> None:
    draft = drafted()
    ground_drafts.take_out(SEEKERS, 2, draft.slots[3].key)

    with pytest.raises(DomainError, match="taken_out"):
        ground_drafts.say(SEEKERS, 2, draft.slots[3].key, "en", Words("Late."), by="Ben")


def test_a_language_is_read_once_all_its_words_are_approved() -> None:
    version = ground_rules.history(SEEKERS).in_force
    for slot in version.slots[:-1]:
        ground_drafts.say(SEEKERS, 1, slot.key, "de", Words(text=f"Wort {slot.key}"), by="Ben")

    with pytest.raises(DomainError, match="incomplete"):
        ground_drafts.approve(SEEKERS, 1, "de", by="Dana")
    ground_drafts.say(SEEKERS, 1, version.slots[-1].key, "de", Words("Ende."), by="Ben")
    assert ground_rules.history(SEEKERS).in_force.read_in("de").language == "en"

    ground_drafts.approve(SEEKERS, 1, "de", by="Dana")

    version = ground_rules.history(SEEKERS).in_force
    assert version.read_in("de-AT").language == "de"
    assert version.read_in("fr").language == "en"
    german = version.wordings["de"]
    assert (german.written_by, german.approved_by) == ("Ben", "Dana")
    with pytest.raises(DomainError, match="fixed"):
        ground_drafts.say(SEEKERS, 1, version.slots[0].key, "de", Words("Anders."), by="Eve")


def test_a_draft_begins_with_every_language_and_each_is_agreed_anew() -> None:
    version = ground_rules.history(SEEKERS).in_force
    for slot in version.slots:
        ground_drafts.say(SEEKERS, 1, slot.key, "de", Words(text="Wort"), by="Ben")
    ground_drafts.approve(SEEKERS, 1, "de", by="Dana")

    draft = ground_drafts.begin(SEEKERS, by="Dana")

    assert sorted(draft.wordings) == ["de", "en"]
    assert draft.approved_languages() == []
    assert draft.missing("de") == []


def test_versions_are_compared_in_a_language_both_have() -> None:
    one = ground_rules.history(SEEKERS).in_force
    other = announced()

    assert ground_rules.common_language(one, other, "de") == "en"
    apart = ground_rules.Version(SEEKERS, 3, (), {})
    assert ground_rules.common_language(one, apart, "en") is None


def test_a_sentence_without_a_value_is_left_out_of_the_rules() -> None:
    groups = ground_rules.history("groups").in_force.read_in("en").filled({})

    text = " ".join(entry.words.text for entry in groups.entries)
    assert "{" not in text
    assert "Everyone may go once before anyone goes twice." in text
    assert "minutes each" not in text


def test_an_entry_with_nothing_left_to_say_is_left_out() -> None:
    document = ground_rules.Document(
        "groups", 2, "en", (ground_rules.Entry("a", RULE, Words(text="{turn_minutes} minutes.")),)
    )

    assert document.filled({}).entries == ()
    assert document.filled({"turn_minutes": "3"}).rules[0].words.text == "3 minutes."


def test_all_versions_are_found_in_two_queries(django_assert_num_queries) -> None:
    announced()

    with django_assert_num_queries(2):
        ground_rules.history(SEEKERS)


def test_acceptance_is_of_the_version_in_force_and_under_this_alias_since() -> None:
    since = clock.now()
    assert not acceptance.is_up_to_date("Quiet Heron", since)

    acceptance.accept("Quiet Heron", "volunteers", 1)
    acceptance.accept("Quiet Heron", "volunteers", 1)

    assert RulesAcceptance.objects.count() == 1
    assert acceptance.is_up_to_date("Quiet Heron", since)
    assert not acceptance.is_up_to_date("Gentle Otter", since)
    assert not acceptance.is_up_to_date("Quiet Heron", since + timedelta(seconds=1))

    announced("volunteers")
    assert acceptance.is_up_to_date("Quiet Heron", since)
    clock.move(7 * DAYS)
    assert not acceptance.is_up_to_date("Quiet Heron", since)
    assert acceptance.accepted("Quiet Heron", since) == 1
