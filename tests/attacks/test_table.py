"""`docs/encryption.md` names for each attack the tests that try it; they are there under these names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "encryption.md").read_text()
ROWS = re.findall(r"^\| (\d+) \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)
CALLS = {29, 30}
OF_THE_DESIGN = 31
"""Those after are on letters and their keys."""


def test_every_attack_of_the_design_has_a_row() -> None:
    assert len(ROWS) > OF_THE_DESIGN
    assert [int(number) for number, _, _ in ROWS] == list(range(1, len(ROWS) + 1))


@pytest.mark.parametrize(("number", "attack", "tests"), ROWS)
def test_the_tests_of_a_row_are_there(number: str, attack: str, tests: str) -> None:
    if int(number) in CALLS:
        assert "not built yet" in tests, "calls come later"
        return
    files = tests.split("; ")
    for file in files:
        path, *names = re.findall(r"`([^`]+)`", file)
        text = (ROOT / path).read_text()
        assert names, attack
        for name in names:
            assert re.search(rf'(def |test\("){name}\b', text), f"{name} in {path}"
