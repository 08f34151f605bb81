"""`python -m tests.served --control SOCKET -- serve --port N …`: `warmline` with a control socket."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.served import control
from warmline import cli


def main() -> None:
    """Listen on the control socket, then be `warmline` with the arguments after `--`."""
    parser = argparse.ArgumentParser(prog="python -m tests.served")
    parser.add_argument("--control", type=Path, required=True)
    parser.add_argument("arguments", nargs="+")
    asked = parser.parse_args()
    control.listen(asked.control)
    cli.main(asked.arguments)


if __name__ == "__main__":
    main()
