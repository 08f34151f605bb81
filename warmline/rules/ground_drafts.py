"""Writing ground rules: a draft, its entries, their words in each language, the day it is in force.

Only a draft changes. A version that people may read already gets further languages, and nothing else.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from warmline.core.errors import DomainError
from warmline.protocol import clock
from warmline.rules import ground_rules
from warmline.rules.ground_models import GroundRules, GroundRulesWords
from warmline.rules.ground_rules import KINDS, Version, Words

NOTICE = timedelta(days=7)
"""Before new rules are in force, everybody can read what changes for this long (practice, section 11)."""
MOST_ENTRIES = 60


def begin(audience: str, *, by: str) -> Version:
    """A draft that says what is in force now. Raises ``one_to_come`` if there is one, or one is announced."""
    known = ground_rules.history(audience)
    now = known.in_force
    if known.to_come:
        raise _one_to_come()
    try:
        with transaction.atomic():
            GroundRules.objects.create(
                audience=audience,
                number=now.number + 1,
                entries=[asdict(slot) for slot in now.slots],
                made_by=by,
            )
            for tag in now.approved_languages():
                words = now.wordings[tag].words
                _store_words(audience, now.number + 1, tag, words, by=now.wordings[tag].written_by)
    except IntegrityError as error:
        raise _one_to_come() from error
    return ground_rules.history(audience).versions[now.number + 1]


def discard(audience: str, number: int) -> None:
    """The draft is gone, in all languages."""
    with transaction.atomic():
        draft = _draft(audience, number)
        GroundRulesWords.objects.filter(audience=audience, number=number).delete()
        draft.delete()


def add(audience: str, number: int, kind: str, language: str, words: Words, *, by: str) -> str:
    """One more entry behind those of its kind; returns its key."""
    key = secrets.token_hex(4)
    with transaction.atomic():
        draft = _draft(audience, number)
        if len(draft.entries) >= MOST_ENTRIES:
            raise DomainError(
                "too_many", _("There are very many rules. Please take one out before you add one.")
            )
        draft.entries = _sorted([*draft.entries, {"key": key, "kind": kind}])
        draft.save(update_fields=["entries"])
        _unapprove(audience, number)
        _say(audience, number, key, language, words, by=by)
    return key


def take_out(audience: str, number: int, key: str) -> None:
    """An entry is no part of the draft any more; twice changes nothing."""
    _rearrange(audience, number, lambda entries: [each for each in entries if each["key"] != key])


def move(audience: str, number: int, key: str, *, up: bool) -> None:
    """One place up or down among its kind; at the end of the row nothing happens."""

    def moved(entries: list[dict[str, str]]) -> list[dict[str, str]]:
        at = next((index for index, each in enumerate(entries) if each["key"] == key), None)
        if at is None:
            return entries
        other = at - 1 if up else at + 1
        if not 0 <= other < len(entries) or entries[other]["kind"] != entries[at]["kind"]:
            return entries
        swapped = list(entries)
        swapped[at], swapped[other] = swapped[other], swapped[at]
        return swapped

    _rearrange(audience, number, moved)


def say(audience: str, number: int, key: str, language: str, words: Words, *, by: str) -> None:
    """What an entry says in one language; approving it comes after. An empty ``words`` unsays it.

    Raises ``taken_out`` when the entry is gone, ``fixed`` when people read this language already.
    """
    with transaction.atomic():
        version = _of(audience, number)
        if key not in {slot.key for slot in version.slots}:
            raise DomainError(
                "taken_out", _("Somebody took this one out meanwhile. Your words were not stored.")
            )
        wording = version.wordings.get(language)
        if not version.is_draft and wording is not None and wording.approved:
            raise _fixed()
        _say(audience, number, key, language, words, by=by)


def approve(audience: str, number: int, language: str, *, by: str) -> None:
    """The volunteers agreed to these words in this language. Raises ``incomplete``."""
    with transaction.atomic():
        version = _of(audience, number)
        if version.missing(language) or not version.slots:
            raise DomainError(
                "incomplete", _("Some words are missing in this language. Please write them first.")
            )
        rows = GroundRulesWords.objects.filter(audience=audience, number=number, language=language)
        rows.filter(approved_at=None).update(approved_by=by, approved_at=clock.now())


def publish(audience: str, number: int, *, in_force_at: datetime, by: str) -> None:
    """Announce the draft. Raises ``too_soon``, ``not_approved`` or ``nothing_changed``."""
    with transaction.atomic():
        draft = _draft(audience, number)
        if in_force_at < clock.now() + NOTICE:
            raise DomainError("too_soon", _("People need 7 days to read what changes."))
        version = _of(audience, number)
        if not version.approved_languages():
            raise DomainError(
                "not_approved", _("Please say first in which language your volunteers agreed.")
            )
        if _says_the_same(version, ground_rules.history(audience).in_force):
            raise DomainError("nothing_changed", _("Nothing is different yet."))
        draft.published_by, draft.published_at = by, clock.now()
        draft.in_force_at = in_force_at
        draft.save(update_fields=["published_by", "published_at", "in_force_at"])


def withdraw(audience: str, number: int) -> None:
    """An announced version is a draft again. Raises ``in_force`` once its day has come."""
    changed = GroundRules.objects.filter(
        audience=audience, number=number, in_force_at__gt=clock.now()
    ).update(published_by="", published_at=None, in_force_at=None)
    if not changed:
        raise DomainError(
            "in_force", _("This version is in force, or was withdrawn already. Please look again.")
        )


def _says_the_same(one: Version, other: Version) -> bool:
    return one.slots == other.slots and all(
        tag in other.wordings and one.wordings[tag].words == other.wordings[tag].words
        for tag in one.approved_languages()
    )


def _rearrange(
    audience: str,
    number: int,
    change: Callable[[list[dict[str, str]]], list[dict[str, str]]],
) -> None:
    with transaction.atomic():
        draft = _draft(audience, number)
        entries = change(draft.entries)
        if entries == draft.entries:
            return
        draft.entries = entries
        draft.save(update_fields=["entries"])
        _unapprove(audience, number)


def _sorted(entries: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(entries, key=lambda entry: KINDS.index(entry["kind"]))


def _draft(audience: str, number: int) -> GroundRules:
    """The draft's row, held until the commit. Raises ``fixed`` when it is none (any more)."""
    found = GroundRules.objects.select_for_update().filter(audience=audience, number=number)
    draft = found.filter(published_at=None).first()
    if draft is None:
        raise _fixed()
    return draft


def _of(audience: str, number: int) -> Version:
    """A version, held until the commit; raises ``gone`` for one there is not."""
    GroundRules.objects.select_for_update().filter(audience=audience, number=number).first()
    version = ground_rules.history(audience).versions.get(number)
    if version is None:
        raise DomainError("gone", _("Somebody threw this draft away meanwhile."))
    return version


def _say(audience: str, number: int, key: str, language: str, words: Words, *, by: str) -> None:
    row = GroundRulesWords.objects.filter(
        audience=audience, number=number, language=language
    ).first()
    said = {each: Words(**said) for each, said in row.words.items()} if row else {}
    if said.get(key, Words()) != words:
        _store_words(audience, number, language, {**said, key: words}, by=by)


def _store_words(
    audience: str, number: int, language: str, words: Mapping[str, Words], *, by: str
) -> None:
    GroundRulesWords.objects.update_or_create(
        audience=audience,
        number=number,
        language=language,
        defaults={
            "words": {key: asdict(said) for key, said in words.items() if said},
            "written_by": by,
            "written_at": clock.now(),
            "approved_by": "",
            "approved_at": None,
        },
    )


def _unapprove(audience: str, number: int) -> None:
    """What was agreed to is not what stands there now."""
    rows = GroundRulesWords.objects.filter(audience=audience, number=number)
    rows.update(approved_by="", approved_at=None)


def _one_to_come() -> DomainError:
    return DomainError(
        "one_to_come", _("A next version was begun already. Please finish that one first.")
    )


def _fixed() -> DomainError:
    return DomainError(
        "fixed", _("This version is published, so it cannot change. Your words were not stored.")
    )
