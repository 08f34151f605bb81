"""Template tags of the look: icons."""

from functools import cache
from pathlib import Path

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

ICONS = Path(__file__).resolve().parent.parent / "icons"


@register.simple_tag
def icon(name: str, turns: bool = False) -> SafeString:
    """Draw one of the icons in ``core/icons`` as inline SVG, hidden from screen readers.

    An icon always stands beside words, so it says nothing itself. ``turns`` is for arrows that
    point the other way in right-to-left languages. An unknown name raises ``FileNotFoundError``:
    a page with a missing icon is a mistake, not something to hide.
    """
    return format_html(
        '<svg class="icon{}" width="20" height="20" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        " icon--turns" if turns else "",
        _drawing(name),
    )


@cache
def _drawing(name: str) -> SafeString:
    """The shapes inside the icon's <svg>; trusted, they are files of this repository."""
    return mark_safe((ICONS / f"{name}.svg").read_text(encoding="utf-8").strip())  # noqa: S308
