import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol import make_vectors
from warmline.protocol import base64url, tags

VECTORS: dict[str, Any] = json.loads(make_vectors.FILE.read_text())

items = st.lists(st.binary(max_size=9) | st.text(max_size=5) | st.integers(0, tags.U64_MAX))


def test_vectors_file_is_what_the_plain_spelling_gives() -> None:
    assert make_vectors.vectors() == VECTORS


@pytest.mark.parametrize("example", VECTORS["lp"])
def test_lp_agrees_with_the_vectors(example: dict[str, Any]) -> None:
    given_items = [
        base64url.decode(item["b"]) if "b" in item else item.get("s", item.get("n"))
        for item in example["items"]
    ]
    assert tags.lp(*given_items) == base64url.decode(example["bytes"])


def test_commitment_tag_and_chain_agree_with_the_vectors() -> None:
    room, epoch, kid = VECTORS["room"], VECTORS["epoch"], VECTORS["kid"]
    key = base64url.decode(VECTORS["key"])
    x = tags.log_start(room)
    assert base64url.encode(x) == VECTORS["chain_start"]
    for message in VECTORS["messages"]:
        seat, seq, ms = message["seat"], message["seq"], message["ms"]
        cid, kf, c, padded = (base64url.decode(message[k]) for k in ("cid", "kf", "c", "padded"))
        header = tags.message_header(room, epoch, seat, cid)
        assert base64url.encode(header) == message["header"]
        assert tags.commitment(kf, header, padded) == c
        assert tags.commitment_holds(c, kf, header, padded)
        tag = tags.tag(key, kid, room, epoch, seat, seq, ms, cid, c)
        assert base64url.encode(tag) == message["tag"]
        assert tags.tag_holds(tag, key, kid, room, epoch, seat, seq, ms, cid, c)
        x = tags.log_next(x, seq, seat, epoch, cid, c)
        assert base64url.encode(x) == message["chain"]


@given(items, items)
def test_lp_of_different_lists_differs(one: list[Any], other: list[Any]) -> None:
    def as_bytes(item: bytes | str | int) -> bytes:
        if isinstance(item, int):
            return item.to_bytes(8, "big")
        return item.encode() if isinstance(item, str) else item

    same = [as_bytes(i) for i in one] == [as_bytes(i) for i in other]
    assert (tags.lp(*one) == tags.lp(*other)) == same


@pytest.mark.parametrize("number", [-1, 2**64])
def test_lp_takes_only_u64(number: int) -> None:
    with pytest.raises(ValueError, match="u64"):
        tags.lp(number)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.data())
def test_altered_words_break_the_commitment(kf: bytes, words: bytes, data: st.DataObject) -> None:
    header = tags.message_header(1, 0, 1, bytes(16))
    c = tags.commitment(kf, header, words)
    altered = bytearray(words or b"\x00")
    altered[data.draw(st.integers(0, len(altered) - 1))] ^= data.draw(st.integers(1, 255))
    assert not tags.commitment_holds(c, kf, header, bytes(altered))
    assert not tags.commitment_holds(c, kf, tags.message_header(1, 0, 2, bytes(16)), words)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_commitment_key_has_exactly_32_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        tags.commitment(bytes(length), b"", b"")
    assert not tags.commitment_holds(bytes(32), bytes(length), b"", b"")


@pytest.mark.parametrize("changed", ["kid", "room", "epoch", "seat", "seq", "ms", "cid", "c"])
def test_tag_holds_for_nothing_else(changed: str) -> None:
    message: dict[str, Any] = {
        "kid": 1, "room": 5, "epoch": 0, "seat": 1, "seq": 3, "ms": 9,
        "cid": bytes(16), "c": bytes(32),
    }  # fmt: skip
    tag = tags.tag(b"key", **message)
    old = message[changed]
    other = old + 1 if isinstance(old, int) else b"\x01" + old[1:]
    assert not tags.tag_holds(tag, b"key", **(message | {changed: other}))
    assert not tags.tag_holds(tag, b"another", **message)


@pytest.mark.parametrize(("cid", "c"), [(15, 32), (17, 32), (16, 31), (16, 33)])
def test_tag_is_of_whole_cids_and_commitments_only(cid: int, c: int) -> None:
    with pytest.raises(ValueError, match="cid has 16 bytes"):
        tags.tag(b"key", 1, 5, 0, 1, 3, 9, bytes(cid), bytes(c))
