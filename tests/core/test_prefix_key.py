"""A network is counted under a key that is thrown away every 14 days, and is in no backup."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from warmline.core import counters
from warmline.core.counters import TooMany, allow, network
from warmline.core.prefix_key import PrefixKey
from warmline.protocol import clock


@pytest.fixture(autouse=True)
def _still_clock() -> Iterator[None]:
    cache.clear()
    clock.freeze()
    yield
    clock.release()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The key's file of an installation that has just begun."""
    path = tmp_path / "prefix.key"
    monkeypatch.setattr(counters, "_prefix_key", PrefixKey(path))
    return path


def of(address: str) -> str:
    return network(RequestFactory().get("/", REMOTE_ADDR=address))


def test_neighbours_count_together_and_others_apart(file: Path) -> None:
    assert of("192.0.2.1") == of("192.0.2.250") != of("192.0.3.1")
    assert of("2001:db8:1:2::3") == of("2001:db8:1:ffff::1") != of("2001:db8:2::1")
    assert len(of("192.0.2.1")) == 16


def test_the_key_lies_in_a_file_that_only_its_owner_reads(file: Path) -> None:
    named = of("192.0.2.1")

    key = bytes.fromhex(json.loads(file.read_text())["key"])
    assert named == hmac.digest(key, b"192.0.2.0/24", "sha256")[:8].hex()
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(key) == 32


def test_after_14_days_the_key_and_every_count_under_it_are_gone(file: Path) -> None:
    before, key = of("192.0.2.1"), json.loads(file.read_text())["key"]
    allow("knock", before, most=1, within=timedelta(days=60))

    clock.move(timedelta(days=14) - timedelta(seconds=1))
    assert of("192.0.2.1") == before
    clock.move(timedelta(seconds=1))
    after = of("192.0.2.1")

    assert after != before
    assert key not in file.read_text()
    allow("knock", after, most=1, within=timedelta(days=60))
    with pytest.raises(TooMany):
        allow("knock", after, most=1, within=timedelta(days=60))


def test_two_processes_have_the_same_key(file: Path) -> None:
    one, other = PrefixKey(file), PrefixKey(file)
    assert one.current() == other.current()

    clock.move(timedelta(days=20))
    assert other.current() == one.current()


@pytest.mark.parametrize("broken", ["", "{}", "[1]", '{"key": "zz", "drawn_at": 1}'])
def test_a_broken_file_is_replaced(file: Path, broken: str) -> None:
    file.write_text(broken)

    assert of("192.0.2.1") == of("192.0.2.2")
    assert len(json.loads(file.read_text())["key"]) == 64


def test_a_clock_that_was_put_back_does_not_keep_a_key_for_longer(file: Path) -> None:
    before = of("192.0.2.1")
    clock.jump(timedelta(days=-20))

    assert of("192.0.2.1") != before
