"""Countries by name, as people type them, in the languages they type in. Names from Babel (CLDR)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

from babel import Locale, UnknownLocaleError

_NOT_A_COUNTRY = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
_ALSO_SEARCHED = (
    *(
        "ar",
        "bn",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "fa",
        "fi",
        "fr",
        "he",
        "hi",
        "hu",
        "id",
        "it",
    ),
    *(
        "ja",
        "ko",
        "ms",
        "nb",
        "nl",
        "pl",
        "pt",
        "ro",
        "ru",
        "sv",
        "sw",
        "ta",
        "th",
        "tr",
        "uk",
        "ur",
    ),
    *("vi", "zh"),
)
_ALSO_CALLED = {
    "GB": ("uk", "britain", "great britain", "england", "scotland", "wales"),
    "US": ("usa", "america", "united states of america"),
    "AE": ("uae",),
    "CZ": ("czech republic",),
    "CD": ("drc", "congo kinshasa"),
    "NL": ("holland",),
    "MK": ("macedonia",),
    "TR": ("turkey",),
}


@cache
def codes() -> frozenset[str]:
    """ISO 3166-1 codes (and XK, Kosovo) that have a page."""
    territories = Locale("en").territories
    return frozenset(str(code) for code in territories if len(str(code)) == 2) - _NOT_A_COUNTRY


def name(code: str, interface: str) -> str:
    """A country in the interface's language, else in English, else its code."""
    try:
        shown = Locale.parse(interface, sep="-").territories.get(code)
    except (UnknownLocaleError, ValueError):
        shown = None
    return str(shown or Locale("en").territories.get(code) or code)


def all_by_name(interface: str) -> list[tuple[str, str]]:
    """(code, name) of every country, in the order of their names."""
    named = [(code, name(code, interface)) for code in codes()]
    return sorted(named, key=lambda pair: _plain(pair[1]))


def search(typed: str, languages: Iterable[str] = ()) -> list[str]:
    """Codes whose name starts with what was typed, exact ones first; whatever accents, in any of the
    searched languages. A code itself finds its country.
    """
    wanted = _plain(typed)
    if not wanted:
        return []
    exact, begins = set(), set()
    for language in dict.fromkeys((*languages, *_ALSO_SEARCHED)):
        for plain, code in _names_in(language.replace("-", "_")):
            if plain == wanted:
                exact.add(code)
            elif plain.startswith(wanted) or f" {wanted}" in plain:
                begins.add(code)
    if wanted.upper() in codes():
        exact.add(wanted.upper())
    return sorted(exact) or sorted(begins)


@cache
def _names_in(language: str) -> tuple[tuple[str, str], ...]:
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return ()
    names = [(_plain(shown), code) for code, shown in territories.items() if code in codes()]
    if language == "en":
        names += [(also, code) for code, others in _ALSO_CALLED.items() for also in others]
    return tuple(names)


def _plain(text: str) -> str:
    """Lower case, no accents, no points: what two spellings of a name share."""
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    kept = (c for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())
