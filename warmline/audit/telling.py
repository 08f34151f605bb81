"""Whether the record is whole, in a sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from warmline.audit.services import Verdict


def sentence(verdict: Verdict) -> str:
    """For the command line and the desk: whole, or where it breaks and what that means."""
    if verdict.whole and not verdict.entries:
        return _("The record is empty.")
    if verdict.whole:
        return ngettext(
            "The record is whole: {count} entry, nothing changed, nothing missing.",
            "The record is whole: {count} entries, nothing changed, nothing missing.",
            verdict.entries,
        ).format(count=verdict.entries)
    return _BROKEN[verdict.why]().format(number=verdict.broken_at)


_BROKEN = {
    "changed": lambda: _(
        "The record is NOT whole. Entry {number} was changed, or it is not the one that was there."
    ),
    "missing": lambda: _("The record is NOT whole. Entry {number} is missing."),
    "cut": lambda: _(
        "The record is NOT whole. It ends too early: entry {number} and what came after are missing."
    ),
    "head": lambda: _(
        "The record is NOT whole. Its seal does not fit: it was written by something that does not "
        "have the key, or secrets.json is another one."
    ),
}
