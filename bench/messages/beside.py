"""Compares this gateway with that of another checkout, by turns in one run.

python -m bench.messages.beside OTHER [--rounds 5] [--conversations 200] [--seconds 4]

Each round measures both, each with its own load, on SQLite; the middle of all rounds is what counts. Where
other work shares the machine, the processor's time for a message says more than messages a second.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from tests.gateway.running import ROOT

_ONE = """
import json, secrets, sys
from bench.messages.__main__ import measure, sqlite
rooms = [1 + secrets.randbelow(2**53 - 1) for _ in range(int(sys.argv[1]))]
with sqlite(rooms) as url:
    print(json.dumps(measure("sqlite", url, rooms, float(sys.argv[2]))))
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.messages.beside", description=__doc__)
    parser.add_argument("other", type=Path, help="a checkout to compare with")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each phase")
    given = parser.parse_args()
    places = {"other": given.other.resolve(), "this": Path(ROOT)}
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in places}
    for number in range(given.rounds):
        order = list(places) if number % 2 == 0 else list(places)[::-1]
        for name in order:
            found[name].append(one(places[name], given.conversations, given.seconds))
            show(name, figures(found[name][-1:]))
    print("the middle of all rounds")
    before, now = (figures(found[name]) for name in places)
    show("other", before)
    show("this", now)
    print("this / other", {name: round(now[name] / before[name], 2) for name in now})


def one(checkout: Path, conversations: int, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-c", _ONE, str(conversations), str(seconds)]
    done = subprocess.run(command, cwd=checkout, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def figures(runs: list[dict[str, Any]]) -> dict[str, float]:
    """Durable messages a second at most; processor µs a message; p99 in ms at half of that."""
    return {
        "per second": median(run["saturation"]["per_second"] for run in runs),
        "CPU µs": median(run["saturation"]["cpu_us"] for run in runs),
        "p99 ms": median(run["half"]["p99_ms"] for run in runs),
    }


def show(name: str, found: dict[str, float]) -> None:
    print(name, {what: round(value, 1) for what, value in found.items()}, flush=True)


if __name__ == "__main__":
    main()
