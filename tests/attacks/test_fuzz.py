"""Whatever strangers send is refused in one way, or is the one spelling of what it means."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.attacks.fuzzing import TARGETS
from warmline.protocol import epochs, evidence, tags

PAIR = (epochs.Member(1, "seeker", bytes(65)), epochs.Member(2, "volunteer", bytes(65)))
HEADER = epochs.Header(7, 1, 1, b"", 0, bytes(32), PAIR).written()
ITEM = evidence.Item(1, 1, 1, bytes(16), 0, 1, bytes(32), bytes(32))
LIST = evidence.write_items(7, [ITEM])
KEPT = {
    "lp": [b"", b"\x00\x00\x00\x01", b"\xff\xff\xff\xff", tags.lp("", 0)],
    "frames": [
        b"",
        b"[" * 5_000,
        b'{"t":"ping"}' * 2,
        b'{"t":"typing","room":\xff}',
        b"\xef\xbb\xbf{}",
    ],
    "gateway frames": [
        b"",
        b"\xff",
        b'{"t":"event","topic":"","name":"","data":' + b'{"a":' * 3_000,
    ],
    "headers": [
        HEADER.replace(b"/1 epoch", b"/2 epoch"),
        b"",
        tags.lp("warmline/1 epoch"),
        tags.lp("warmline/1 epoch", *[0] * 9),
        HEADER[:5] + HEADER[4:],
    ],
    "items": [
        LIST.replace(b"/1 items", b"/2 items"),
        b"",
        tags.lp("warmline/1 items"),
        tags.lp("warmline/1 items", 1),
    ],
    "base64url": [b"A", b"AB", b"A=", "Ä".encode("latin-1"), b"\n"],
}
"""What broke something once, or might break it in a new library."""


@pytest.mark.parametrize("name", TARGETS)
def test_noise_breaks_nothing(name: str) -> None:
    target, inputs = TARGETS[name]
    for kept in KEPT[name]:
        target(kept)

    given(inputs)(settings(max_examples=200)(target))()
