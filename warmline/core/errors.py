"""What a verb raises when a rule says no."""

from __future__ import annotations


class DomainError(Exception):
    """A rule says no. ``code`` is stable; the page turns it into a sentence a person understands.

    Raise it with a code in snake_case; ``sentence`` is already translated and says what to do.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
