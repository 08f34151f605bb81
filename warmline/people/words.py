"""Drawing the six words of a come-back phrase, and reading what somebody typed of them."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from pathlib import Path

SIX = 6
"""Of 7,776 words each: 77 bits."""

LIST = Path(__file__).resolve().parent / "data" / "words.txt"


@cache
def words() -> tuple[str, ...]:
    """The list; see ``data/README.md`` for where it is from."""
    return tuple(LIST.read_text(encoding="ascii").split())


def draw() -> str:
    """Six words with a space between them."""
    return " ".join(secrets.choice(words()) for _place in range(SIX))


def normalised(phrase: str) -> str:
    """Only the letters, plain and small: case, spaces, hyphens, accents and width don't matter."""
    plain = unicodedata.normalize("NFKD", phrase).casefold()
    return "".join(char for char in plain if unicodedata.category(char).startswith("L"))
