"""Work that a browser has done counts once, in time, and for what it was asked for."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from tests.work import solved
from warmline.core import proof
from warmline.protocol import clock

PURPOSE = "come back"


@pytest.fixture(autouse=True)
def _still_clock() -> Iterator[None]:
    cache.clear()
    clock.freeze()
    yield
    clock.release()


def altered(answer: str, **parameters: Any) -> str:
    """The same answer to a challenge that says something else."""
    payload = json.loads(base64.b64decode(answer))
    payload["challenge"]["parameters"].update(parameters)
    return base64.b64encode(json.dumps(payload).encode()).decode()


def test_good_work_counts_once() -> None:
    answer = solved(proof.challenge(PURPOSE))

    assert proof.spend(PURPOSE, answer)
    assert not proof.spend(PURPOSE, answer)


def test_the_same_work_written_otherwise_counts_no_second_time() -> None:
    answer = solved(proof.challenge(PURPOSE))
    again = base64.b64encode(json.dumps(json.loads(base64.b64decode(answer)), indent=1).encode())

    assert proof.spend(PURPOSE, answer)
    assert not proof.spend(PURPOSE, again.decode())


def test_work_for_one_thing_does_not_count_for_another() -> None:
    answer = solved(proof.challenge("report code"))

    assert not proof.spend(PURPOSE, answer)
    assert proof.spend("report code", answer)


def test_work_is_good_for_two_minutes() -> None:
    in_time, late = solved(proof.challenge(PURPOSE)), solved(proof.challenge(PURPOSE))

    clock.move(timedelta(seconds=120))
    assert proof.spend(PURPOSE, in_time)
    clock.move(timedelta(milliseconds=1))
    assert not proof.spend(PURPOSE, late)


def test_an_easier_challenge_or_a_later_end_is_not_ours() -> None:
    made = proof.challenge(PURPOSE)
    answer = solved(made)
    data = {**made["parameters"]["data"], "until": clock.now_ms() + 10**9}

    assert not proof.spend(PURPOSE, altered(answer, keyPrefix="00"))
    assert not proof.spend(PURPOSE, altered(answer, cost=1))
    assert not proof.spend(PURPOSE, altered(answer, data=data))
    assert proof.spend(PURPOSE, answer)


def test_another_installation_s_work_does_not_count(settings: Any) -> None:
    answer = solved(proof.challenge(PURPOSE))
    settings.SECRET_KEY = "of another installation"

    assert not proof.spend(PURPOSE, answer)


def test_a_wrong_counter_is_no_work() -> None:
    payload = json.loads(base64.b64decode(solved(proof.challenge(PURPOSE))))
    payload["solution"]["counter"] += 1

    assert not proof.spend(PURPOSE, base64.b64encode(json.dumps(payload).encode()).decode())


@given(
    st.one_of(
        st.text(max_size=300), st.binary(max_size=300).map(lambda b: base64.b64encode(b).decode())
    )
)
def test_nonsense_is_refused_and_breaks_nothing(answer: str) -> None:
    assert not proof.spend(PURPOSE, answer)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["challenge", "solution", "parameters", "data", "signature", "counter"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_json_of_any_shape_is_refused_and_breaks_nothing(payload: Any) -> None:
    assert not proof.spend(PURPOSE, base64.b64encode(json.dumps(payload).encode()).decode())
