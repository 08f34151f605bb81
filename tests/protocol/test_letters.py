"""Letters as the server sees them, against the vectors that the pages are measured with."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.protocol.make_vectors import FILE
from warmline.protocol import base64url, letters, tags

KNOWN = json.loads(FILE.read_text())
LETTER: dict[str, Any] = KNOWN["letter"]


def raw(written: str) -> bytes:
    return base64url.decode(written)


def test_key_ids_equal_the_vectors() -> None:
    for reader in LETTER["readers"]:
        assert letters.key_id_of(raw(reader["pk"])) == reader["id"]
        assert len(reader["id"]) == letters.KEY_ID_LETTERS


def test_sizes_equal_the_vectors() -> None:
    assert {len(raw(reader["copy"])) for reader in LETTER["readers"]} == {letters.COPY_BYTES}
    assert len(raw(LETTER["wrapped"])) == letters.WRAPPED_BYTES


def test_each_part_is_committed_to_as_a_message_of_a_talk_is() -> None:
    for part in LETTER["parts"]:
        header = tags.message_header(KNOWN["room"], 1, part["seat"], raw(part["cid"]))
        padded = raw(part["padded"])
        assert tags.commitment(raw(part["kf"]), header, padded) == raw(part["c"])


def test_what_a_page_makes_of_words_is_taken_only_whole() -> None:
    assert letters.from_words(LETTER["come_back"]) == raw(LETTER["come_back"])
    for wrong in ("", LETTER["come_back"][:-2], LETTER["come_back"] + "AA", LETTER["words"], "?"):
        with pytest.raises(ValueError, match=r"base64|character|bytes|padding"):
            letters.from_words(wrong)
