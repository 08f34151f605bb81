"""Numbers as people dial and text them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

_KEYWORD = re.compile(
    r"^text\s+(?:your\s+)?(?P<word>.+?)\s+to\s+(?P<number>\+?[\d\s()./-]+)$", re.I
)
_PLAIN = re.compile(r"^(?:text\s+)?(?P<number>\+?[\d\s()./-]+)$", re.I)
_WHATSAPP = re.compile(r"^whatsapp\s+(?:to\s+)?(?P<number>\+?[\d\s()./-]+)$", re.I)


@dataclass(frozen=True)
class Texting:
    """How to write to a line: what a person reads, and a link (empty where none can be made)."""

    shown: str
    link: str


def dialled(number: str) -> str:
    """Only what a phone dials: digits, ``+`` in front, ``*`` and ``#``. Empty without a digit."""
    kept = re.sub(r"[^\d*#]", "", number)
    plus = "+" if number.strip().startswith("+") else ""
    return plus + kept if re.search(r"\d", kept) else ""


def texting(text: str) -> Texting:
    """A text line as a link (RFC 5724 for ``sms:``; WhatsApp only with a country code)."""
    if found := _WHATSAPP.match(text):
        number = dialled(found["number"])
        return Texting(text, f"https://wa.me/{number[1:]}" if number.startswith("+") else "")
    if found := _KEYWORD.match(text):
        word = found["word"]
        body = f"?body={quote(word)}" if word.isupper() else ""
        return Texting(text, f"sms:{dialled(found['number'])}{body}")
    if found := _PLAIN.match(text):
        return Texting(text, f"sms:{dialled(found['number'])}")
    return Texting(text, "")
