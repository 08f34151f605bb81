"""Countries and time zones by name."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_NOT_COUNTRIES = {
    "EU",
    "EZ",
    "UN",
    "QO",
    "XA",
    "XB",
    "ZZ",
    "AC",
    "CP",
    "CQ",
    "DG",
    "EA",
    "IC",
    "TA",
}

Choices = list[tuple[str, str]]


def countries() -> Choices:
    """(ISO 3166 code, name in the page's language), by name."""
    names = _locale().territories
    real = {
        code: str(name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    }
    return sorted(real.items(), key=lambda item: item[1].casefold())


def time_zones(country: str = "") -> list[tuple[str, Choices]]:
    """Zones for a select: those of a country first, then all by part of the world."""
    own = zones_of(country)
    groups: dict[str, list[str]] = {}
    for zone in sorted(available_timezones() & get_global("zone_territories").keys()):
        part, _slash, place = zone.partition("/")
        if place and part != "Etc":
            groups.setdefault(part, []).append(zone)
    chosen = [(_locale().territories.get(country, country), _named(own))] if own else []
    others = [(part, _named(zones)) for part, zones in sorted(groups.items())]
    return [*chosen, *others, (_("Everywhere"), [("UTC", "UTC")])]


def zones_of(country: str) -> list[str]:
    """The zones of a country, by CLDR; none for a country it does not know."""
    territories = get_global("zone_territories")
    known = available_timezones()
    return sorted(zone for zone, where in territories.items() if where == country and zone in known)


def _named(zones: Iterable[str]) -> Choices:
    """The place first, so that typing its name finds it."""
    named = []
    for zone in zones:
        part, _slash, place = zone.partition("/")
        words = place.replace("_", " ").replace("/", ", ")
        named.append((zone, f"{words} ({part})"))
    return sorted(named, key=lambda item: item[1])


def _locale() -> Locale:
    try:
        return Locale.parse(get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
