"""One page of the record after another, from the newest on."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from warmline.audit.models import Entry

A_PAGE = 50


@dataclass(frozen=True)
class Page:
    """Entries, newest first. ``older`` leads to the next page: its entries are below this number."""

    entries: list[Entry]
    older: int | None


def page(entries: QuerySet[Entry], below: str) -> Page:
    """``below`` is what the address says; anything but a number is the first page."""
    found = entries.order_by("-number")
    if below.isascii() and below.isdigit() and len(below) < 19:
        found = found.filter(number__lt=int(below))
    some = list(found[: A_PAGE + 1])
    return Page(some[:A_PAGE], some[A_PAGE - 1].number if len(some) > A_PAGE else None)
