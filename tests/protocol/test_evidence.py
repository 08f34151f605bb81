"""What a report reveals, by the vectors and by everything that is none."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol import make_vectors
from warmline.protocol import base64url, evidence
from warmline.protocol.evidence import Item
from warmline.protocol.frames import ID_MAX

VECTORS: dict[str, Any] = json.loads(make_vectors.FILE.read_text())
KNOWN: dict[str, Any] = VECTORS["evidence"]
IDS = [base64url.decode(one["id"]) for one in KNOWN["keyholders"]]

exact = st.integers(0, ID_MAX)
some_items = st.lists(
    st.builds(
        Item,
        seq=st.integers(1, 10_000),
        seat=exact,
        epoch=exact,
        cid=st.binary(min_size=16, max_size=16),
        ms=exact,
        kid=exact,
        c=st.binary(min_size=32, max_size=32),
        tag=st.binary(min_size=32, max_size=32),
    ),
    min_size=1,
    max_size=evidence.MOST_ITEMS,
    unique_by=lambda item: item.seq,
).map(lambda items: sorted(items, key=lambda item: item.seq))


def messages() -> list[dict[str, Any]]:
    return [one for one in VECTORS["messages"] if one["seq"] in KNOWN["seqs"]]


def items() -> list[Item]:
    return [
        Item(
            seq=one["seq"],
            seat=one["seat"],
            epoch=VECTORS["epoch"],
            cid=base64url.decode(one["cid"]),
            ms=one["ms"],
            kid=VECTORS["kid"],
            c=base64url.decode(one["c"]),
            tag=base64url.decode(one["tag"]),
        )
        for one in messages()
    ]


def test_items_agree_with_the_vectors() -> None:
    written = base64url.decode(KNOWN["items"])

    assert evidence.write_items(VECTORS["room"], items()) == written
    assert evidence.read_items(written) == (VECTORS["room"], items())


def test_what_everything_is_bound_to_agrees_with_the_vectors() -> None:
    written = base64url.decode(KNOWN["items"])

    a = evidence.associated(KNOWN["report"], written, IDS[::-1])

    assert base64url.encode(a) == KNOWN["a"]


def test_pairs_and_sizes_agree_with_the_vectors() -> None:
    pairs = [tuple(base64url.decode(one[k]) for k in ("outer", "inner")) for one in KNOWN["blobs"]]

    assert list(evidence.ordered(IDS[::-1])) == pairs
    assert {len(base64url.decode(one["blob"])) for one in KNOWN["blobs"]} == {evidence.BLOB_BYTES}
    assert evidence.fits(base64url.decode(KNOWN["sealed"]), 2)
    assert all(evidence.is_statement(base64url.decode(one)) for one in KNOWN["statements"])


@given(st.integers(1, 2**53 - 1), some_items)
def test_items_come_back_as_they_were_written(room: int, some: list[Item]) -> None:
    assert evidence.read_items(evidence.write_items(room, some)) == (room, some)


@given(st.data())
def test_a_list_that_is_cut_anywhere_is_none(data: st.DataObject) -> None:
    written = evidence.write_items(1, items())
    end = data.draw(st.integers(0, len(written) - 1))
    whole_items = end > 0 and (end - 32) % 152 == 0 and end > 32

    if not whole_items:
        with pytest.raises(ValueError, match=r"."):
            evidence.read_items(written[:end])


@given(st.binary(max_size=600))
def test_bytes_that_are_no_list_are_refused_and_nothing_else_happens(noise: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        evidence.read_items(noise)


def test_numbers_must_rise() -> None:
    one, other = items()
    for wrong in ([other, one], [one, one]):
        with pytest.raises(ValueError, match="order"):
            evidence.read_items(evidence.write_items(1, wrong))


@pytest.mark.parametrize("count", [0, 51])
def test_too_few_and_too_many_are_refused(count: int) -> None:
    first = items()[0]
    many = [Item(seq, 1, 1, first.cid, 1, 1, first.c, first.tag) for seq in range(1, count + 1)]

    with pytest.raises(ValueError, match="how many"):
        evidence.read_items(evidence.write_items(1, many))


@pytest.mark.parametrize(
    ("length", "count"), [(0, 1), (218, 1), (220, 1), (219, 2), (219 + 46 * 128, 1)]
)
def test_sizes_that_hold_no_words_of_so_many_messages_do_not_fit(length: int, count: int) -> None:
    smallest = 12 + 16 + 4 + len("warmline/1 openings") + 4 + 4 + 32 + 128
    assert evidence.fits(bytes(smallest), 1)

    assert not evidence.fits(bytes(smallest - 219 + length), count)


@pytest.mark.parametrize("length", [0, 81, 81 + 255, 81 + 257, 81 + 33 * 256])
def test_what_is_no_statement_by_its_size(length: int) -> None:
    assert not evidence.is_statement(bytes(length))
