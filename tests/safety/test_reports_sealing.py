"""Sealed words open for their own row, with this installation's key, and for nothing else."""

from __future__ import annotations

import dataclasses
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from warmline import installation
from warmline.safety.sealing import Unreadable, seal, unseal

WORDS = "Er hat nach meiner Nummer gefragt. 家 \x80"


@pytest.mark.parametrize("text", [WORDS, "", "x" * 2000, "ends with nothing\x00\x00"])
def test_what_was_sealed_opens_again(text: str) -> None:
    assert unseal(seal(text, what="report", row=7), what="report", row=7) == text


def test_nothing_of_the_words_or_their_length_shows() -> None:
    sealed = seal(WORDS, what="report", row=7)

    assert b"Nummer" not in sealed
    assert len(sealed) == len(seal("no", what="report", row=7))
    assert sealed != seal(WORDS, what="report", row=7)


@pytest.mark.parametrize(("what", "row"), [("report", 8), ("appeal", 7)])
def test_moved_to_another_row_it_does_not_open(what: str, row: int) -> None:
    with pytest.raises(Unreadable):
        unseal(seal(WORDS, what="report", row=7), what=what, row=row)


@pytest.mark.parametrize("place", [0, 1, 20, -1])
def test_changed_anywhere_it_does_not_open(place: int) -> None:
    changed = bytearray(seal(WORDS, what="report", row=7))
    changed[place] ^= 1
    with pytest.raises(Unreadable):
        unseal(bytes(changed), what="report", row=7)


def test_with_another_key_it_does_not_open(settings: Any) -> None:
    sealed = seal(WORDS, what="report", row=7)
    other = dataclasses.replace(settings.INSTALLATION.secrets, seal=bytes(32))
    settings.INSTALLATION = dataclasses.replace(settings.INSTALLATION, secrets=other)

    with pytest.raises(Unreadable) as refusal:
        unseal(sealed, what="report", row=7)
    assert str(refusal.value) == ""


def test_a_secrets_file_from_before_gets_its_key_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    first = installation._secrets(path)
    before = json.loads(path.read_text())
    del before["seal"]
    path.write_text(json.dumps(before))

    second = installation._secrets(path)

    assert dataclasses.replace(second, seal=first.seal) == first
    assert len(second.seal) == 32
    assert installation._secrets(path) == second
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secrets.json"]
