"""The best way to pair a few with a few."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

FORBIDDEN = None
"""A pair that must not be."""


def best_pairs(points: Sequence[Sequence[float | None]]) -> list[tuple[int, int]]:
    """The (row, column) pairs, each row and column once at most: most pairs, then most points.

    The Hungarian method in its shortest-path form (Kuhn 1955; Jonker and Volgenant 1987), which
    takes about rows² × columns steps: for a handful of people, not for thousands.
    """
    if not points or not points[0]:
        return []
    rows, columns = len(points), len(points[0])
    if rows > columns:
        turned = [[row[column] for row in points] for column in range(columns)]
        return sorted((row, column) for column, row in best_pairs(turned))
    costs = _costs(points)
    row_of = _cheapest(costs, rows, columns)
    pairs = [(row, column) for column, row in enumerate(row_of) if row is not None]
    return sorted(pair for pair in pairs if points[pair[0]][pair[1]] is not FORBIDDEN)


def _costs(points: Sequence[Sequence[float | None]]) -> list[list[float]]:
    """What to keep small: a forbidden pair costs more than all points together can win."""
    known = [abs(each) for row in points for each in row if each is not None]
    too_much = 2 * (max(known, default=0.0) + 1) * (len(points) + 1)
    return [[too_much if each is None else -each for each in row] for row in points]


def _cheapest(costs: list[list[float]], rows: int, columns: int) -> list[int | None]:
    """For each column its row, or none; every row has a column. Needs rows <= columns."""
    row_price = [0.0] * rows
    column_price = [0.0] * columns
    row_of: list[int | None] = [None] * columns
    for start in range(rows):
        distance = [inf] * columns
        before: list[int | None] = [None] * columns
        done = [False] * columns
        row, last = start, None
        while True:
            nearest, step = -1, inf
            for column in range(columns):
                if done[column]:
                    continue
                reduced = costs[row][column] - row_price[row] - column_price[column]
                if reduced < distance[column]:
                    distance[column], before[column] = reduced, last
                if distance[column] < step:
                    nearest, step = column, distance[column]
            row_price[start] += step
            for column in range(columns):
                taken_by = row_of[column]
                if done[column] and taken_by is not None:
                    row_price[taken_by] += step
                    column_price[column] -= step
                elif not done[column]:
                    distance[column] -= step
            done[nearest] = True
            last = nearest
            following = row_of[nearest]
            if following is None:
                break
            row = following
        column = last
        while (earlier := before[column]) is not None:
            row_of[column] = row_of[earlier]
            column = earlier
        row_of[column] = start
    return row_of
