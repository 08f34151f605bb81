"""`python -m tests.fuzz --minutes 10`: throws noise at all that reads strangers' bytes, and counts.

Prints for each target how many inputs it got; the first that breaks one is printed and ends the run with
status 1: keep it as an example in `tests/attacks/test_fuzz.py`.
"""

from __future__ import annotations

import argparse
import itertools
import secrets
import sys
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.attacks.fuzzing import TARGETS, Target

ROUND = 2_000
QUIET = settings(
    max_examples=ROUND,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


def main() -> int:
    """Rounds of each target in turn, each with a seed of its own, until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--minutes", type=float, default=10)
    ends = time.monotonic() + parser.parse_args().minutes * 60
    counts: Counter[str] = Counter()
    for name in itertools.cycle(TARGETS):
        if time.monotonic() > ends:
            break
        target, inputs = TARGETS[name]
        _run(target, inputs, name, counts)
    for name, count in counts.items():
        print(f"{name}: {count:,} inputs, none broke it")
    return 0


def _run(target: Target, inputs: st.SearchStrategy[bytes], name: str, counts: Counter[str]) -> None:
    @seed(secrets.randbits(64))
    @QUIET
    @given(inputs)
    def one_round(data: bytes) -> None:
        counts[name] += 1
        target(data)

    one_round()


if __name__ == "__main__":
    sys.exit(main())
