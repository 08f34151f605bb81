"""Any change, removal, insertion or swap of an entry is noticed, and where."""

from __future__ import annotations

import copy
import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.conftest import NIGHT
from warmline.audit.actions import Action
from warmline.audit.chain import NOTHING_BEFORE, Fields, entry_hash
from warmline.audit.models import Entry, Head
from warmline.audit.services import Verdict, _append, _seal_of, _walked

TEXTS = ("action", "actor", "second", "object", "rule", "reason", "previous", "hash")
words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


class Table:
    """The record as rows in memory, written by the code that writes it."""

    def __init__(self, values: list[tuple[str, ...]]) -> None:
        self.rows: list[Entry] = []
        self.head = Head(seal="")
        for action, *others in values:
            _append(
                self.head,
                keep=self.rows.append,
                action=action,
                **dict(zip(("actor", "second", "object", "rule", "reason"), others, strict=True)),
            )
        self.head.seal = _seal_of(self.head)

    def verdict(self, rows: list[Entry] | None = None) -> Verdict:
        return _walked(self.head, None, self.rows if rows is None else rows)


tables = st.lists(
    st.tuples(st.sampled_from(Action.values), words, words, words, words, words),
    min_size=1,
    max_size=8,
).map(Table)


@given(tables)
def test_what_was_written_is_whole(table: Table) -> None:
    assert table.verdict().whole
    assert table.verdict().entries == len(table.rows)


@given(tables, st.data())
def test_every_change_of_a_field_is_noticed_at_its_entry(table: Table, data: Any) -> None:
    rows = copy.deepcopy(table.rows)
    row = data.draw(st.sampled_from(rows))
    name = data.draw(st.sampled_from([*TEXTS, "at", "encoding"]))
    before = getattr(row, name)
    if name == "at":
        row.at = before + timedelta(seconds=data.draw(st.integers(1, 10**6)))
    elif name == "encoding":
        row.encoding = data.draw(st.integers(2, 9))
    else:
        setattr(row, name, data.draw(words.filter(lambda text: text != before)))
    verdict = table.verdict(rows)
    assert not verdict.whole
    assert verdict.broken_at == row.number


@given(tables, st.data())
def test_moving_letters_between_neighbouring_fields_is_noticed(table: Table, data: Any) -> None:
    rows = copy.deepcopy(table.rows)
    row = data.draw(st.sampled_from(rows))
    left, right = data.draw(st.sampled_from(list(itertools.pairwise(TEXTS[:6]))))
    whole = getattr(row, left) + getattr(row, right)
    cut = data.draw(st.integers(0, len(whole)))
    if cut == len(getattr(row, left)):
        return
    setattr(row, left, whole[:cut])
    setattr(row, right, whole[cut:])
    assert not table.verdict(rows).whole


@given(tables, st.data())
def test_every_removal_is_noticed(table: Table, data: Any) -> None:
    gone = data.draw(st.sampled_from(table.rows))
    verdict = table.verdict([row for row in table.rows if row is not gone])
    assert verdict.why in ("missing", "cut")
    assert verdict.broken_at == gone.number


@given(tables, st.data())
def test_every_swap_is_noticed(table: Table, data: Any) -> None:
    """Two entries under each other's numbers, hashes and all."""
    one, other = data.draw(st.lists(st.sampled_from(table.rows), min_size=2, max_size=2))
    if one is other:
        return
    rows = copy.deepcopy(table.rows)
    rows[one.number - 1].number, rows[other.number - 1].number = other.number, one.number
    assert not table.verdict(sorted(rows, key=lambda row: row.number)).whole


@given(tables, st.data())
def test_every_insertion_is_noticed(table: Table, data: Any) -> None:
    """A new entry with a hash that fits the one before, whatever follows renumbered or not."""
    at = data.draw(st.integers(0, len(table.rows)))
    rows = copy.deepcopy(table.rows)
    new = copy.deepcopy(table.rows[0])
    new.number, new.actor = at + 1, new.actor + "x"
    new.previous = rows[at - 1].hash if at else NOTHING_BEFORE
    new.hash = new.hashed()
    if data.draw(st.booleans()):
        for row in rows[at:]:
            row.number += 1
    assert not table.verdict([*rows[:at], new, *rows[at:]]).whole


@given(tables, st.data())
def test_a_chain_made_anew_from_anywhere_does_not_fit_the_head(table: Table, data: Any) -> None:
    """With fresh hashes up to the end, and the head's number and hash put to them."""
    begin = data.draw(st.integers(0, len(table.rows) - 1))
    rows = copy.deepcopy(table.rows)
    previous = rows[begin - 1].hash if begin else NOTHING_BEFORE
    for row in rows[begin:]:
        row.actor, row.previous = row.actor + "x", previous
        row.hash = previous = row.hashed()
    assert not table.verdict(rows).whole
    table.head.hash = previous
    assert table.verdict(rows).why == "head"


@settings(max_examples=50)
@given(st.tuples(words, words, words, words), st.tuples(words, words, words, words))
def test_different_fields_never_have_the_same_encoding(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    def hashed(texts: tuple[str, ...]) -> str:
        second, object_, rule, reason = texts
        return entry_hash(
            Fields(NOTHING_BEFORE, 1, 0, "set_up", "Dana", second, object_, rule, reason)
        )

    assert (hashed(one) == hashed(other)) == (one == other)


def test_an_entry_hashes_as_documented() -> None:
    """Computed by hand from the description, so that nothing else is ever taken for it."""
    import hashlib

    parts = [bytes(32), (1).to_bytes(8, "big"), int(NIGHT.timestamp()).to_bytes(8, "big")]
    parts += [
        text.encode() for text in ("role_given", "Dana", "Femi", "person:Zoë", "", "volunteer")
    ]
    bytes_ = b"warmline/audit/entry/1"
    for part in parts:
        bytes_ += len(part).to_bytes(4, "big") + part
    fields = Fields(
        NOTHING_BEFORE,
        1,
        int(NIGHT.timestamp()),
        "role_given",
        "Dana",
        "Femi",
        "person:Zoë",
        "",
        "volunteer",
    )
    assert entry_hash(fields) == hashlib.sha256(bytes_).hexdigest()
    with pytest.raises(ValueError, match="encoding"):
        entry_hash(fields, encoding=2)
