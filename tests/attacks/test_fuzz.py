"""Whatever strangers send is refused in one way, or is the one spelling of what it means."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.attacks.fuzzing import TARGETS
from warmline.protocol import tags

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
    "headers": [b"", tags.lp("warmline/1 epoch"), tags.lp("warmline/1 epoch", *[0] * 9)],
    "items": [b"", tags.lp("warmline/1 items"), tags.lp("warmline/1 items", 1)],
    "base64url": [b"A", b"AB", b"A=", "Ä".encode("latin-1"), b"\n"],
}
"""What broke something once, or might break it in a new library."""


@pytest.mark.parametrize("name", TARGETS)
def test_noise_breaks_nothing(name: str) -> None:
    target, inputs = TARGETS[name]
    for kept in KEPT[name]:
        target(kept)

    given(inputs)(settings(max_examples=200)(target))()
