"""The record: what it takes, what it refuses, and that nothing can be changed unnoticed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.audit.conftest import NIGHT
from warmline.audit.actions import Action
from warmline.audit.models import Entry, Head, Unchangeable
from warmline.audit.services import about, prune, record, verify
from warmline.protocol import clock

pytestmark = pytest.mark.django_db


def three() -> None:
    """The beginning and three things done."""
    record(Action.INVITED, actor="Dana", object="invitation:7", reason="volunteer")
    record(Action.ROLE_GIVEN, actor="Dana", object=about("Ben"), reason="volunteer")
    record(Action.SETTING_CHANGED, actor="Dana", object="setting:break_minutes", reason="10 > 15")


def test_entries_are_numbered_densely_and_hold_on_to_each_other() -> None:
    three()
    found = list(Entry.objects.order_by("number"))
    assert [entry.number for entry in found] == [1, 2, 3, 4]
    assert [entry.previous for entry in found] == ["0" * 64, *(each.hash for each in found[:-1])]
    assert found[0].action == Action.RECORD_BEGAN
    assert verify().whole


def test_an_entry_is_gone_with_its_transaction() -> None:
    three()
    with transaction.atomic():
        record(Action.SET_UP, actor="Dana")
        transaction.set_rollback(True)
    assert Entry.objects.count() == 4
    record(Action.SET_UP, actor="Dana")
    assert verify().whole


@pytest.mark.parametrize(
    "values",
    [
        {"action": "danced", "actor": "Dana"},
        {"action": Action.SET_UP, "actor": "D" * 41},
        {"action": Action.SET_UP, "actor": "Dana", "object": "Ada came at night"},
        {"action": Action.SET_UP, "actor": "Dana", "reason": "She said: I am tired"},
        {"action": Action.SET_UP, "actor": "Dana", "reason": "x" * 61},
        {"action": Action.SET_UP, "actor": "Dana", "rule": "Be kind"},
    ],
)
def test_words_of_people_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"record|alias|object|codes"):
        record(**values)
    assert not Entry.objects.exists()


def test_an_entry_is_never_changed_or_deleted_by_our_code() -> None:
    three()
    entry = Entry.objects.get(number=2)
    for change in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(actor="Eve"),
    ):
        with pytest.raises(Unchangeable):
            change()
    assert verify().whole


def test_the_database_refuses_to_change_an_entry() -> None:
    three()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET actor = 'Eve' WHERE number = 2")
    assert verify().whole


def test_after_a_year_entries_go_and_the_rest_is_still_whole() -> None:
    three()
    clock.freeze(NIGHT + timedelta(days=200))
    record(Action.SET_UP, actor="Chioma")
    before = verify()
    prune(NIGHT + timedelta(days=365, seconds=1))
    assert list(Entry.objects.values_list("number", flat=True)) == [5]
    assert verify() == type(before)(entries=1, mark=before.mark)
    prune(NIGHT + timedelta(days=600))
    assert not Entry.objects.exists()
    assert verify().whole
    record(Action.SET_UP, actor="Chioma")
    assert Entry.objects.get().number == 6
    assert verify(before.mark).whole


def test_nothing_younger_than_a_year_goes() -> None:
    three()
    prune(NIGHT + timedelta(days=365))
    assert Entry.objects.count() == 4


def test_a_record_rewritten_with_fresh_hashes_does_not_fit_its_head() -> None:
    three()
    entries = list(Entry.objects.order_by("number"))
    _raw("DELETE FROM audit_entry")
    previous = "0" * 64
    for entry in entries:
        entry.actor = entry.actor and "Eve"
        entry.previous, entry._state.adding = previous, True
        entry.hash = previous = entry.hashed()
        entry.save()
    _raw(f"UPDATE audit_head SET hash = '{previous}'")
    assert verify().why == "head"


def test_who_moves_the_beginning_needs_the_key() -> None:
    three()
    second = Entry.objects.get(number=2)
    _raw("DELETE FROM audit_entry WHERE number <= 2")
    _raw(f"UPDATE audit_head SET pruned = 2, pruned_hash = '{second.hash}'")
    assert verify().why == "head"


def test_an_older_copy_of_the_whole_database_is_noticed_by_a_mark() -> None:
    three()
    old = Head.objects.values().get()
    record(Action.SET_UP, actor="Dana")
    mark = verify().mark
    _raw("DELETE FROM audit_entry WHERE number = 5")
    Head.objects.update(**old)
    assert verify().whole
    assert verify(mark).why == "cut"


def test_a_mark_of_another_record_does_not_fit() -> None:
    three()
    assert verify(f"3:{'a' * 64}").broken_at == 3
    with pytest.raises(ValueError, match="mark"):
        verify("3:abc")


def test_what_somebody_did_or_is_the_subject_of_is_theirs() -> None:
    three()
    record(Action.ROLE_ENDED, actor="Dana", second="Ben", object=about("Chioma"))
    record(Action.ROLE_ENDED, actor="Dana", second="Eve", object=about("Benno"))
    assert [each.number for each in Entry.objects.of_person("Ben", NIGHT)] == [3, 5]
    assert not Entry.objects.of_person("Ben", NIGHT + timedelta(seconds=1)).exists()


def _raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
