"""A header of keys has one spelling: what is read is exactly what was written, or it is none."""

import hashlib

import pytest

from warmline.protocol import epochs
from warmline.protocol.frames import EPOCH_MAX, ID_MAX
from warmline.protocol.tags import lp

ADA = epochs.Member(1, "seeker", bytes(64) + b"a")
BEN = epochs.Member(2, "volunteer", bytes(64) + b"b")
FIRST = epochs.Header(7, 1, 1, b"", 0, bytes(32), (ADA, BEN))


def test_what_was_written_is_read_and_hashed_alike() -> None:
    later = epochs.Header(7, 2, 2, bytes(32), 9, bytes(32), (ADA, BEN))

    for header in (FIRST, later):
        assert epochs.read(header.written()) == header
        assert header.hash() == hashlib.sha256(header.written()).digest()


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"roster": (BEN, ADA)}, id="seats descending"),
        pytest.param({"roster": (ADA, ADA)}, id="a seat twice"),
        pytest.param({"roster": ()}, id="nobody"),
        pytest.param({"roster": (epochs.Member(1, "seeker", bytes(64)),)}, id="short key"),
        pytest.param({"epoch": 0}, id="no epoch"),
        pytest.param({"epoch": EPOCH_MAX + 1}, id="epoch too high"),
        pytest.param({"room": ID_MAX + 1}, id="room too high"),
        pytest.param({"previous": bytes(31)}, id="short hash"),
        pytest.param({"x": bytes(33)}, id="long chain"),
    ],
)
def test_any_other_bytes_are_no_header(broken: dict[str, object]) -> None:
    meant = {name: getattr(FIRST, name) for name in FIRST.__struct_fields__}
    header = epochs.Header(**{**meant, **broken})

    with pytest.raises(ValueError, match="not a header"):
        epochs.read(header.written())


@pytest.mark.parametrize("label", ["warmline/2 epoch", ""])
def test_another_label_is_no_header(label: str) -> None:
    seats = (1, "seeker", ADA.pk)

    with pytest.raises(ValueError, match="not a header"):
        epochs.read(lp(label, 7, 1, 1, b"", 0, bytes(32), *seats))
