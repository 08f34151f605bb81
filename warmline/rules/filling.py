"""Words in braces in a community text, and how they are filled in.

A sentence whose word has no value is left out (ground rules, section 5): nobody ever reads an empty
number or a stray brace. ``{elsewhere}`` is a whole sentence by itself.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from django.utils.translation import gettext_lazy as _lazy

PLACEHOLDERS: dict[str, object] = {
    "name": _lazy("the name they are seen by here"),
    "help_card": _lazy("the words “the help card”"),
    "emergency_number": _lazy("the emergency number of their country"),
    "child_help": _lazy("lines for young people in their country"),
    "next_time": _lazy("when they may talk again"),
    "one_thing": _lazy("one thing you heard; only if you type it"),
    "elsewhere": _lazy("a sentence about where else to go; only if you type it"),
    "rules_link": _lazy("the page with our rules"),
    "next_open": _lazy("when somebody will be there"),
    "notify_choice": _lazy("how we can tell them when somebody is there"),
    "interval": _lazy("how often they can talk in a plan; only once they agreed to it"),
}
"""What may stand in braces, and what comes in its place."""

IN_GROUND_RULES: dict[str, object] = {
    "allowance": _lazy("how long people can talk in 24 hours"),
    "crisis_link": _lazy("the page with crisis lines"),
    "turn_minutes": _lazy("how long a turn in a group is"),
    "minutes": _lazy("how long a group meets"),
    "facilitator": _lazy("the name of who leads a group"),
    "cofacilitator": _lazy("the name of who leads it with them"),
}
"""The same for ground rules. What belongs to one group has no value outside of it."""

SENTENCES = frozenset({"elsewhere"})
"""Placeholders that are sentences by themselves."""

_NAMED = re.compile(r"\{(\w+)\}")
_ALONE = re.compile(rf"(\{{(?:{'|'.join(sorted(SENTENCES))})\}})")
_END = re.compile(
    r"(?<=[.!?…؟۔।])(?:[\"'”’»)\]]*)\s+"  # Ends that a space follows,
    r"|(?<=[。！？])[”’」』）]*\s*"  # and those of Chinese and Japanese, which none follows.
)


def named(text: str) -> set[str]:
    """The words in braces."""
    return set(_NAMED.findall(text))


def unknown(text: str, known: Container[str] = PLACEHOLDERS) -> list[str]:
    """Words in braces that nothing can fill, in their order."""
    return [name for name in dict.fromkeys(_NAMED.findall(text)) if name not in known]


def has_stray_brace(text: str) -> bool:
    """A brace that is no part of a word in braces."""
    return bool(re.search(r"[{}]", _NAMED.sub("", text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its values; what has none (or an empty one) takes its sentence along."""
    given = {name: value.strip() for name, value in values.items() if value.strip()}
    kept = [sentence for sentence in _sentences(text) if named(sentence) <= given.keys()]
    return " ".join(_filled(sentence, given) for sentence in kept if sentence)


def _sentences(text: str) -> list[str]:
    alone = _ALONE.sub(r"\n\1\n", text.strip())
    found: list[str] = []
    for line in alone.splitlines():
        start = 0
        for end in _END.finditer(line):
            found.append(line[start : end.end()].strip())
            start = end.end()
        found.append(line[start:].strip())
    return [sentence for sentence in found if sentence]


def _filled(sentence: str, given: Mapping[str, str]) -> str:
    filled = _NAMED.sub(lambda match: given[match[1]], sentence)
    # A value in front begins the sentence.
    return filled[0].upper() + filled[1:] if sentence.startswith("{") else filled
