"""What comes with a report from a page that has the talk in memory: checked here, and never read.

The words are sealed to keyholders, two of whom open them together. The server checks that the messages
were said as it numbered them, and that the reporter was there; it learns which ones are shown and no more.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from warmline.core.errors import DomainError
from warmline.core.ids import LARGEST
from warmline.people.models import Person
from warmline.protocol import base64url, clock, epochs, evidence, tags
from warmline.protocol.evidence import Item
from warmline.rooms.models import Epoch, Seat
from warmline.safety import keyholders
from warmline.safety.evidence_models import Evidence, EvidenceBlob, SealedStatement
from warmline.safety.keyholder_models import Keyholder
from warmline.safety.report_models import Report

CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much the clocks of two of our own machines may differ."""


@dataclass(frozen=True)
class Chat:
    """Messages of the talk: what proves them, their sealed words, and the key for each pair of keyholders."""

    items: bytes
    sealed: bytes
    blobs: tuple[bytes, ...]


@dataclass(frozen=True)
class Sealed:
    """What a page sealed. ``key_ids`` ascend; a statement for each of them, or none at all."""

    key_ids: tuple[bytes, ...]
    statements: tuple[bytes, ...]
    chat: Chat | None

    def without_chat(self) -> Sealed:
        return replace(self, chat=None)


class KeyholdersChanged(DomainError):
    """It was sealed to others than may open it now; the page seals it again."""

    def __init__(self, now: Sequence[Keyholder]) -> None:
        super().__init__(
            "keyholders_changed",
            _("Who can read reports has just changed. Please send it once more."),
        )
        self.now = list(now)


class EvidenceRefused(DomainError):
    """The messages prove nothing. The report itself is kept."""


def report_id(room: int, reporter: Person, reported: Person) -> int:
    """The id of the report that one makes about another of this room, known before it is made.

    All that is sealed is bound to it. There is one for each reported of a room, so it need not be drawn.
    """
    found = Report.objects.filter(room=room, reporter=reporter, reported=reported)
    made = found.values_list("pk", flat=True).first()
    if made is not None:
        return made
    key = settings.SECRET_KEY.encode()
    digest = hmac.digest(
        key, tags.lp("warmline/1 report id", room, reporter.pk, reported.pk), "sha256"
    )
    return int.from_bytes(digest[:8], "big") % LARGEST + 1


def readers(room: int) -> list[Keyholder]:
    """To whom a report from this room is sealed now, by the bytes of their key ids.

    None of those who were in it: who reports, who is reported, or the third of them.
    """
    return sorted(keyholders.eligible(*people_of(room)), key=_id)


def people_of(room: int) -> list[Person]:
    """Everybody who ever had a seat in it, as long as it is known: 7 days."""
    return [seat.person for seat in Seat.objects.filter(room=room).select_related("person")]


def takes_chat(now: Sequence[Keyholder]) -> bool:
    """Whether two of them can open messages together."""
    return len(now) >= evidence.FEWEST_KEYHOLDERS


def check_readers(sent: Sealed, now: Sequence[Keyholder]) -> None:
    """Raises :class:`KeyholdersChanged` unless it was sealed to exactly these, and chat to two or more."""
    asked = [_id(each) for each in now]
    if list(sent.key_ids) != asked or (sent.chat and not takes_chat(now)):
        raise KeyholdersChanged(now)


def check_statements(sent: Sealed) -> None:
    """Raises ``malformed`` for what no page of ours seals."""
    count = len(sent.statements)
    if count not in {0, len(sent.key_ids)} or not all(map(evidence.is_statement, sent.statements)):
        raise DomainError("malformed", _("The report did not arrive whole. Please send it again."))


def check_chat(sent: Sealed, *, room: int, reporter: Person) -> None:
    """Raises :class:`EvidenceRefused`: ``not_whole``, ``not_ours``, ``too_old``, ``not_there``."""
    if sent.chat is None:
        return
    items = _read(sent.chat, room)
    pairs = len(sent.key_ids) * (len(sent.key_ids) - 1)
    right_blobs = [len(blob) for blob in sent.chat.blobs] == [evidence.BLOB_BYTES] * pairs
    if not right_blobs or not evidence.fits(sent.chat.sealed, len(items)):
        raise _not_whole()
    for item in items:
        _check_tag(room, item)
    if not _was_there(items, room, reporter):
        raise EvidenceRefused(
            "not_there", _("Some of these messages were said when you were not in the talk.")
        )


def keep(report: Report, sent: Sealed | None, now: Sequence[Keyholder]) -> None:
    """Put it with its report, in place of what was there. ``now``: as checked, by key id."""
    SealedStatement.objects.filter(report=report).delete()
    Evidence.objects.filter(report=report).delete()
    report.words_sealed = bool(sent and sent.statements)
    report.save(update_fields=["words_sealed"])
    if sent is None:
        return
    SealedStatement.objects.bulk_create(
        SealedStatement(report=report, keyholder=keyholder, sealed=sealed)
        for keyholder, sealed in zip(now, sent.statements, strict=bool(sent.statements))
    )
    if sent.chat is None:
        return
    kept = Evidence.objects.create(
        report=report,
        items=sent.chat.items,
        sealed=sent.chat.sealed,
        key_ids=b"".join(sent.key_ids),
    )
    of = {_id(each): each for each in now}
    EvidenceBlob.objects.bulk_create(
        EvidenceBlob(evidence=kept, outer=of[outer], inner=of[inner], blob=blob)
        for (outer, inner), blob in zip(
            evidence.ordered(sent.key_ids), sent.chat.blobs, strict=True
        )
    )


def _id(keyholder: Keyholder) -> bytes:
    return base64url.decode(keyholder.key_id)


def _read(chat: Chat, room: int) -> list[Item]:
    try:
        of_room, items = evidence.read_items(chat.items)
    except ValueError as problem:
        raise _not_whole() from problem
    if of_room != room:
        raise _not_ours()
    return items


def _check_tag(room: int, item: Item) -> None:
    """Our own word that it got this number at this instant, under a key that still counts."""
    known = settings.INSTALLATION.secrets
    key = known.franking_key(item.kid, clock.now())
    if key is None and 0 < item.kid < max(known.franking):
        raise EvidenceRefused("too_old", _("These messages are too old to be proven."))
    if key is None or not tags.tag_holds(
        item.tag,
        key,
        item.kid,
        room,
        item.epoch,
        item.seat,
        item.seq,
        item.ms,
        item.cid,
        item.c,
    ):
        raise _not_ours()


def _was_there(items: Sequence[Item], room: int, reporter: Person) -> bool:
    """Whether one seat of the reporter's reaches every message: taken, not left, and in the epoch's roster.

    Epochs are forgotten with the messages; then the instants the seat was taken and left have to do.
    """
    rosters = {
        epoch.number: {member.seat for member in epochs.read(bytes(epoch.header)).roster}
        for epoch in Epoch.objects.filter(room=room, number__in={item.epoch for item in items})
    }
    return any(
        all(
            clock.to_ms(seat.taken_at - CLOCKS_DIFFER) <= item.ms
            and not _had_left(seat, item)
            and seat.number in rosters.get(item.epoch, {seat.number})
            for item in items
        )
        for seat in Seat.objects.filter(room=room, person=reporter)
    )


def _had_left(seat: Seat, item: Item) -> bool:
    """Said after the seat was left. Of a talk that is a day old only the day is known, for both instants."""
    if seat.left_at is None or seat.left_at <= seat.taken_at:
        return False
    return clock.to_ms(seat.left_at + CLOCKS_DIFFER) < item.ms


def _not_whole() -> EvidenceRefused:
    return EvidenceRefused("not_whole", _("The messages did not arrive whole."))


def _not_ours() -> EvidenceRefused:
    return EvidenceRefused(
        "not_ours", _("These messages are not those of this talk, or they were changed.")
    )
