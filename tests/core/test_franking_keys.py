"""Which keys of tags still verify, and how a new one is drawn."""

from __future__ import annotations

import dataclasses
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from warmline import installation
from warmline.installation import InstallationError, replace_franking_key

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
EIGHT_DAYS = timedelta(days=8)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "secrets.json"
    installation._secrets(found)
    return found


def test_the_first_key_verifies_and_no_other_does(path: Path) -> None:
    drawn = installation._secrets(path)

    assert drawn.franking_key(1, NIGHT) == drawn.franking[1]
    for forged in (0, -1, 2, 2**53):
        assert drawn.franking_key(forged, NIGHT) is None


def test_a_replaced_key_verifies_for_eight_days(path: Path) -> None:
    before = installation._secrets(path)

    assert replace_franking_key(path, NIGHT) == 2
    after = installation._secrets(path)

    assert max(after.franking) == 2
    assert after.franking_key(2, NIGHT) not in (None, before.franking[1])
    assert after.franking_key(1, NIGHT + EIGHT_DAYS - timedelta(seconds=1)) == before.franking[1]
    assert after.franking_key(1, NIGHT + EIGHT_DAYS) is None


def test_an_older_key_whose_end_is_not_known_verifies_nothing(path: Path) -> None:
    stored = json.loads(path.read_text())
    stored["franking"]["2"] = "07" * 32
    path.write_text(json.dumps(stored))

    assert installation._secrets(path).franking_key(1, NIGHT) is None


def test_keys_that_verify_no_more_are_dropped_and_the_rest_stays(path: Path) -> None:
    before = installation._secrets(path)
    replace_franking_key(path, NIGHT)
    replace_franking_key(path, NIGHT + timedelta(days=1))

    assert replace_franking_key(path, NIGHT + EIGHT_DAYS) == 4
    after = installation._secrets(path)

    assert sorted(after.franking) == [2, 3, 4]
    assert sorted(after.franking_replaced) == [2, 3]
    kept = {"franking": after.franking, "franking_replaced": after.franking_replaced}
    assert dataclasses.replace(before, **kept) == after
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secrets.json"]


def test_without_the_file_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(InstallationError, match="secrets"):
        replace_franking_key(tmp_path / "secrets.json", NIGHT)
