"""Write into the record, delete what is a year old, and say whether the record is whole."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from warmline.audit.actions import Action
from warmline.audit.chain import head_seal
from warmline.audit.models import Entry, Head
from warmline.protocol import clock

KEPT = timedelta(days=365)
"""Audit log: 1 year (safety and privacy, section 2)."""

ALONE = "alone"
"""A word of a reason: done by one who was left alone, where it needs two (*break glass*)."""
NAMED_ALONE = "named_alone"
"""A word of a reason: the first coordinator named the second without anybody else."""

_OBJECT = re.compile(r"[a-z_]+:\S.{0,60}")
_CODE = re.compile(r"[a-z0-9_.:,>-]+( [a-z0-9_.:,>-]+)*")


def record(
    action: str,
    *,
    actor: str,
    object: str = "",  # noqa: A002 - the word of the glossary
    second: str = "",
    rule: str = "",
    reason: str = "",
) -> None:
    """Write one entry in the caller's transaction, as its last step: others who record wait for it.

    ``actor`` and ``second`` are aliases of people with an account, "" where it was the server itself.
    ``object`` is ``kind:id`` and never a seeker: :func:`about` for a volunteer or coordinator, else
    ``setting:…``, ``text:…``, ``report:…``. ``rule`` and ``reason`` are codes and numbers (``a-z 0-9
    _ . : , > -``), no words of anybody. Raises ``ValueError`` for anything else: it is a mistake.
    """
    _check(action, actor, object, second, rule, reason)
    with transaction.atomic():
        head = _held_head()
        if head.number == 0:
            _append(head, action=Action.RECORD_BEGAN)
        _append(
            head,
            action=action,
            actor=actor,
            object=object,
            second=second,
            rule=rule,
            reason=reason,
        )
        _seal(head)


def about(alias: str) -> str:
    """The object of an entry that concerns a volunteer or coordinator. Never of a seeker."""
    return f"person:{alias}"


def codes(*words: str) -> str:
    """A reason of several words; empty ones are left out."""
    return " ".join(word for word in words if word)


def prune(now: datetime) -> None:
    """Delete what is a year old; the head keeps the last one's hash, so the rest can be checked."""
    limit = now - KEPT
    if not Entry.objects.filter(at__lt=limit).exists():
        return
    with transaction.atomic():
        head = _held_head()
        first_kept = Entry.objects.filter(at__gte=limit).order_by("number").first()
        upto = first_kept.number - 1 if first_kept else head.number
        last = Entry.objects.filter(number=upto).first()
        if last is None:
            return
        head.pruned, head.pruned_hash = last.number, last.hash
        _seal(head)
        Entry._base_manager.filter(number__lte=upto).delete()


@dataclass(frozen=True)
class Verdict:
    """Whether the record is whole. ``broken_at`` is the first number that does not fit, with a code
    that says why: ``changed``, ``missing``, ``cut`` (the end is gone), ``head`` (its seal does not fit).

    ``mark`` is ``number:hash`` of the newest entry. Whoever keeps it elsewhere can tell later that the
    record up to there is still the same one.
    """

    entries: int
    mark: str
    why: str = ""
    broken_at: int | None = None

    @property
    def whole(self) -> bool:
        return not self.why


def verify(mark: str = "") -> Verdict:
    """Walk the whole chain. With an earlier ``mark`` also tell whether it is the same record.

    A mark that is gone for its age proves nothing any more and is passed over. Raises ``ValueError``
    for what is no mark.
    """
    marked = _parsed(mark)
    with transaction.atomic():
        head = Head.objects.select_for_update().first()
        if head is None:
            why = "missing" if marked or Entry.objects.exists() else ""
            return Verdict(entries=0, mark="", why=why, broken_at=1 if why else None)
        rows = Entry.objects.order_by("number").iterator(chunk_size=500)
        return _walked(head, marked, rows)


def _walked(head: Head, marked: tuple[int, str] | None, entries: Iterable[Entry]) -> Verdict:
    shown = f"{head.number}:{head.hash}"
    count, number, previous = 0, head.pruned, head.pruned_hash

    def broken(why: str, at: int) -> Verdict:
        return Verdict(entries=count, mark=shown, why=why, broken_at=at)

    if not hmac.compare_digest(head.seal, _seal_of(head)):
        return broken("head", head.number)
    for entry in entries:
        if entry.number != number + 1:
            return broken("missing" if entry.number > number else "changed", number + 1)
        if entry.previous != previous or not _hash_fits(entry):
            return broken("changed", entry.number)
        if marked and entry.number == marked[0] and entry.hash != marked[1]:
            return broken("changed", entry.number)
        count, number, previous = count + 1, entry.number, entry.hash
    if (number, previous) != (head.number, head.hash):
        return broken("cut" if number < head.number else "changed", min(number, head.number) + 1)
    if marked and marked[0] > head.number:
        return broken("cut", head.number + 1)
    return Verdict(entries=count, mark=shown)


def _hash_fits(entry: Entry) -> bool:
    try:
        return hmac.compare_digest(entry.hash, entry.hashed())
    except (ValueError, OverflowError, TypeError):
        return False


def _parsed(mark: str) -> tuple[int, str] | None:
    """Raises ``ValueError`` for what is no mark."""
    if not mark:
        return None
    found = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", mark.strip())
    if found is None:
        raise ValueError("not a mark")
    return int(found[1]), found[2]


def _append(
    head: Head, *, action: str, keep: Callable[[Entry], object] = Entry.save, **values: str
) -> None:
    entry = Entry(
        number=head.number + 1,
        at=clock.now().replace(microsecond=0),
        action=str(action),
        previous=head.hash,
        **values,
    )
    entry.hash = entry.hashed()
    keep(entry)
    head.number, head.hash = entry.number, entry.hash


def _held_head() -> Head:
    """The head, held until the commit: numbers stay dense and the chain cannot fork."""
    Head.objects.get_or_create(id=1, defaults={"seal": _seal_of(Head())})
    return Head.objects.select_for_update().get(id=1)


def _seal(head: Head) -> None:
    head.seal = _seal_of(head)
    head.save()


def _seal_of(head: Head) -> str:
    return head_seal(
        _key(),
        number=head.number,
        hash_=head.hash,
        pruned=head.pruned,
        pruned_hash=head.pruned_hash,
    )


def _key() -> bytes:
    """Of the installation's secrets, in ``secrets.json`` and never in the database."""
    seal: bytes = settings.INSTALLATION.secrets.seal
    return hmac.new(seal, b"warmline/1 audit head", hashlib.sha256).digest()


def _check(action: str, actor: str, object_: str, second: str, rule: str, reason: str) -> None:
    if action not in Action.values:
        raise ValueError("not an action of the record")
    if object_ and not _OBJECT.fullmatch(object_):
        raise ValueError("an object is kind:id")
    if any(len(alias) > 40 for alias in (actor, second)):
        raise ValueError("an alias has at most 40 letters")
    for code in (rule, reason):
        if code and (len(code) > 60 or not _CODE.fullmatch(code)):
            raise ValueError("rule and reason are codes, not sentences")
