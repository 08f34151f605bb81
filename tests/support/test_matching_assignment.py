"""Pairing a few with a few, against scipy."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from warmline.support.matching.assignment import best_pairs

tables = st.tuples(st.integers(1, 7), st.integers(1, 7)).flatmap(
    lambda size: st.lists(
        st.lists(st.one_of(st.none(), st.integers(-50, 300)), min_size=size[1], max_size=size[1]),
        min_size=size[0],
        max_size=size[0],
    )
)


@settings(max_examples=300, deadline=None)
@given(tables)
def test_pairs_are_as_many_and_as_good_as_can_be(points: list[list[int | None]]) -> None:
    pairs = best_pairs(points)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    costs = np.array([[1e6 if each is None else -each for each in row] for row in points])
    rows, columns = linear_sum_assignment(costs)
    best = [cost for cost in costs[rows, columns] if cost < 1e6]
    assert all(points[row][column] is not None for row, column in pairs)
    assert len(pairs) == len(best)
    assert sum(points[row][column] or 0 for row, column in pairs) == -sum(best)


def test_nobody_there_gives_no_pairs() -> None:
    assert best_pairs([]) == []
    assert best_pairs([[], []]) == []
    assert best_pairs([[None]]) == []
