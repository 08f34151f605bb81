"""Every address there is, walked from Django's own resolver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Route:
    """`name` is what `reverse` takes; a route without one has none and fails the table."""

    name: str
    pattern: str
    arguments: tuple[str, ...]


def routes(urlconf: str | None = None) -> list[Route]:
    """All of a URL configuration, by default the service's."""
    return list(_walk(get_resolver(urlconf).url_patterns))


def _walk(
    patterns: list[Any], before: str = "", space: str = "", about: tuple[str, ...] = ()
) -> Iterator[Route]:
    for each in patterns:
        where = before + str(each.pattern)
        arguments = (*about, *each.pattern.converters)
        if isinstance(each, URLResolver):
            inside = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each.url_patterns, where, inside, arguments)
        elif isinstance(each, URLPattern):
            name = f"{space}{each.name}" if each.name else ""
            yield Route(name, where, arguments)
