"""Opening the chat part of a report, which takes two coordinators (docs/encryption.md, section 6).

The first says yes: their browser takes the outer layers off and hands what is left on, sealed to each of
the others. The second opens it with their own key, on their own and in their own time. Nobody does both,
nobody in their own matter, and nothing that can be read comes here. The two read it again without another
yes until the report is closed; anybody else needs a yes of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from warmline.audit.actions import Action
from warmline.audit.services import about, record
from warmline.core.errors import DomainError
from warmline.people.models import Person, Role
from warmline.protocol import base64url, clock
from warmline.protocol.evidence import BLOB_BYTES, INNER_BYTES, associated, is_statement
from warmline.safety import keyholders, reports
from warmline.safety.evidence_models import Evidence, EvidenceBlob, SealedStatement
from warmline.safety.keyholder_models import Keyholder
from warmline.safety.opening_models import HandedOn, Opening
from warmline.safety.report_models import Report, Sanction

OPENS = (Keyholder.State.ACTIVE, Keyholder.State.DELISTED)
"""A key that waits for its second yes opens nothing yet."""

Pair = tuple[str, str]
"""Key ids of an outer and an inner layer."""


def say_yes(report: Report, *, by: Person, handed_on: Mapping[str, bytes]) -> Opening:
    """The first yes. ``handed_on``: by key id, what is left under the outer layer, for each other holder.

    Raises as :func:`reports.check_may_judge`, and ``not_opened``, ``report_closed``,
    ``cannot_open``, ``said_already``, ``overtaken`` when the holders are others than the page knew.
    """
    with transaction.atomic():
        evidence, mine = _ready(report, by)
        wanted = seconds_of(evidence, mine)
        if not wanted:
            raise _cannot_open()
        if any(len(handed_on.get(each.key_id, b"")) != INNER_BYTES for each in wanted):
            raise _overtaken()
        forget_lapsed(evidence)
        try:
            with transaction.atomic():
                made = Opening.objects.create(evidence=evidence, first=mine)
        except IntegrityError as error:
            raise DomainError(
                "said_already", _("You have said yes already. It waits for a second coordinator.")
            ) from error
        made.newcomers.set(newcomers(evidence))
        HandedOn.objects.bulk_create(
            HandedOn(opening=made, to=each, sealed=handed_on[each.key_id]) for each in wanted
        )
        _record(Action.EVIDENCE_AGREED, report, by=by)
    return made


def end(report: Report, *, by: Person) -> None:
    """Take an own yes back that nobody has used, or close what these two have opened; again is fine."""
    with transaction.atomic():
        _evidence, mine = _ready(report, by)
        found = Opening.objects.filter(evidence__report=report).of(mine)
        if found.exists():
            found.delete()
            _record(Action.EVIDENCE_TAKEN_BACK, report, by=by)


def open_chat(report: Report, *, by: Person, back: bytes) -> tuple[Opening, bytes]:
    """The second opens it; or one of the two reads it again. With it, the key as sealed to ``by``.

    ``back``: for the first, what is left of the opener's own outer layer, so that both can read it.
    Raises as :func:`say_yes`, and ``nothing_to_open`` where nobody has said yes or it was taken back.
    """
    with transaction.atomic():
        evidence, mine = _ready(report, by)
        found = Opening.objects.opened().filter(evidence=evidence).of(mine).first()
        if found is None:
            found = _claimed(evidence, mine, back)
            _record(Action.EVIDENCE_OPENED, report, by=by, second=found.first.person)
        elif found.first_id == mine.pk and found.first_read_at is None:
            Opening.objects.filter(pk=found.pk).update(first_read_at=clock.now())
            other = found.other_than(mine)
            _record(Action.EVIDENCE_OPENED, report, by=by, second=other.person if other else None)
        handed = found.handed_on.filter(to=mine).first()
        if handed is None:
            raise _nothing_to_open()
    return found, bytes(handed.sealed)


def let_in(report: Report, *, by: Person, blobs: Mapping[Pair, bytes]) -> None:
    """Who has opened it seals its key to coordinators who came later, in both directions.

    Only to those who were there when the first said yes. Raises as :func:`open_chat`, and ``overtaken``
    when the pairs are not exactly those of :func:`missing_pairs`.
    """
    with transaction.atomic():
        evidence, mine = _ready(report, by)
        found = Opening.objects.opened().filter(evidence=evidence).of(mine).first()
        if found is None:
            raise _nothing_to_open()
        wanted = missing_pairs(found)
        if not wanted or set(blobs) != {(a.key_id, b.key_id) for a, b in wanted}:
            raise _overtaken()
        if any(len(blob) != BLOB_BYTES for blob in blobs.values()):
            raise _overtaken()
        entered = to_let_in(found)
        EvidenceBlob.objects.bulk_create(
            EvidenceBlob(evidence=evidence, outer=a, inner=b, blob=blobs[a.key_id, b.key_id])
            for a, b in wanted
        )
        other = found.other_than(mine)
        for each in entered:
            _record_let_in(report, each, by=by, second=other.person if other else None)


def share_statement(report: Report, *, by: Person, sealed: Mapping[str, bytes]) -> None:
    """Who can read what the reporter wrote seals it to coordinators who came later. Takes no second.

    Raises as :func:`reports.check_may_judge`, and ``not_opened``, ``cannot_open``, ``overtaken``.
    """
    with transaction.atomic():
        held = _held(report, by)
        if not SealedStatement.objects.filter(report=held, keyholder__person=by).exists():
            raise _cannot_open()
        wanted = [each for each in without_statement(held) if each.key_id in sealed]
        if not wanted or not all(is_statement(sealed[each.key_id]) for each in wanted):
            raise _overtaken()
        SealedStatement.objects.bulk_create(
            SealedStatement(report=held, keyholder=each, sealed=sealed[each.key_id])
            for each in wanted
        )
        for each in wanted:
            _record_let_in(held, each, by=by)


def without_statement(report: Report) -> list[Keyholder]:
    """Keys in use of uninvolved coordinators who have no copy of what the reporter wrote."""
    copies = SealedStatement.objects.filter(report=report)
    have = set(copies.values_list("keyholder__person", flat=True))
    return [each for each in keyholders.eligible(*_parts(report)) if each.person_id not in have]


def key_of(evidence: Evidence, person: Person) -> Keyholder | None:
    """The key with which this coordinator can be one of two."""
    return next((each for each in holders(evidence) if each.person_id == person.pk), None)


def bound_to(evidence: Evidence) -> bytes:
    """What everything sealed of it is bound to: fixed when the report was made, also for who comes later."""
    ids = [base64url.decode(name) for name in evidence.key_names]
    return associated(evidence.report_id, bytes(evidence.items), ids)


def can_ever_be_opened(evidence: Evidence) -> bool:
    """Whether some pair is left whose two are no part of the report, whether or not they are here now."""
    left = evidence.blobs.filter(outer__state__in=OPENS, inner__state__in=OPENS)
    parts = _parts(evidence.report)
    return left.exclude(outer__person__in=parts).exclude(inner__person__in=parts).exists()


def waiting_for(evidence: Evidence, mine: Keyholder) -> Opening | None:
    """The oldest yes of somebody else with which this coordinator can open it."""
    able = [each.pk for each in seconds_of(evidence, mine)]
    found = Opening.objects.waiting().filter(evidence=evidence, first__in=able, handed_on__to=mine)
    return found.select_related("first__person").order_by("said_yes_at", "pk").first()


def holders(evidence: Evidence) -> list[Keyholder]:
    """Who can be one of two now: keys that some pair names, of coordinators who act and are uninvolved.

    Also a key that its owner has replaced: it goes on opening what was sealed to it.
    """
    named = set(evidence.blobs.values_list("outer", flat=True))
    return [each for each in _valid(evidence.report) if each.pk in named]


def newcomers(evidence: Evidence) -> list[Keyholder]:
    """Keys in use of coordinators who act, are uninvolved, and have no key that a pair names."""
    here = {each.person_id for each in holders(evidence)}
    parts = _parts(evidence.report)
    return [each for each in keyholders.eligible(*parts) if each.person_id not in here]


def seconds_of(evidence: Evidence, mine: Keyholder) -> list[Keyholder]:
    """Who could open it with this coordinator's yes."""
    under = set(evidence.blobs.filter(outer=mine).values_list("inner", flat=True))
    others = [each for each in _valid(evidence.report) if each.person_id != mine.person_id]
    return [each for each in others if each.pk in under]


def to_let_in(opening: Opening) -> list[Keyholder]:
    """Newcomers that the first one's yes was for too, as far as they are still waiting."""
    covered = set(opening.newcomers.values_list("pk", flat=True))
    return [each for each in newcomers(opening.evidence) if each.pk in covered]


def missing_pairs(opening: Opening) -> list[tuple[Keyholder, Keyholder]]:
    """Every ordered pair with a newcomer in it: among newcomers, and with each who can open it already."""
    new = to_let_in(opening)
    every = [*holders(opening.evidence), *new]
    return [(a, b) for a in every for b in every if a != b and (a in new or b in new)]


def may_be_opened(report: Report) -> bool:
    """While somebody decides about it: it is being looked at, or somebody asked to look again."""
    appealed = Sanction.objects.appealed().filter(report=report)
    return report.state == Report.State.LOOKED_AT or appealed.exists()


def forget_lapsed(evidence: Evidence | None = None) -> None:
    """What nobody opened in time. (With a key goes by itself what hangs on it.)"""
    found = Opening.objects.lapsed()
    (found.filter(evidence=evidence) if evidence else found).delete()


def _ready(report: Report, by: Person) -> tuple[Evidence, Keyholder]:
    """The chat part, held until the commit, and the key of somebody who may open it with another."""
    held = _held(report, by)
    if not may_be_opened(held):
        raise DomainError(
            "report_closed", _("This report is closed, so its chat part stays closed too.")
        )
    evidence = Evidence.objects.filter(report=held).select_related("report").first()
    mine = key_of(evidence, by) if evidence else None
    if evidence is None or mine is None:
        raise _cannot_open()
    return evidence, mine


def _held(report: Report, by: Person) -> Report:
    """The report, held until the commit, for a coordinator who has read it and is no part of it."""
    reports.check_may_judge(by, report)
    held = Report.objects.select_for_update().get(pk=report.pk)
    if not reports.has_opened(held, by):
        raise DomainError("not_opened", _("Please read the report first."))
    return held


def _claimed(evidence: Evidence, mine: Keyholder, back: bytes) -> Opening:
    """The oldest yes of somebody else becomes an opening by the two."""
    found = waiting_for(evidence, mine)
    if found is None:
        raise _nothing_to_open()
    if len(back) != INNER_BYTES:
        raise _overtaken()
    claimed = Opening.objects.waiting().filter(pk=found.pk)
    if not claimed.update(second=mine, opened_at=clock.now()):
        raise _nothing_to_open()
    found.refresh_from_db()
    Opening.objects.filter(evidence=evidence, first=mine, second=None).delete()
    found.handed_on.exclude(to=mine).delete()
    HandedOn.objects.create(opening=found, to=found.first, sealed=back)
    return found


def _valid(report: Report) -> list[Keyholder]:
    """Keys, also replaced ones, of coordinators who act now and are no part of the report."""
    acting = Role.objects.acting().filter(kind=Role.Kind.COORDINATOR)
    found = Keyholder.objects.filter(state__in=OPENS, person__in=acting.values("person"))
    uninvolved = found.exclude(person__in=_parts(report))
    return list(uninvolved.select_related("person").order_by("key_id"))


def _parts(report: Report) -> list[Person]:
    """Whoever may not open it: reporter, reported, and who else was in the room."""
    sides = [person for person in (report.reporter, report.reported) if person]
    return [*sides, *report.beside.all()]


def _record(action: str, report: Report, *, by: Person, second: Person | None = None) -> None:
    record(
        action,
        actor=by.alias,
        second=second.alias if second else "",
        object=f"report:{report.pk}",
    )


def _record_let_in(
    report: Report, newcomer: Keyholder, *, by: Person, second: Person | None = None
) -> None:
    record(
        Action.EVIDENCE_SHARED,
        actor=by.alias,
        second=second.alias if second else "",
        object=about(newcomer.person.alias),
        reason=f"report:{report.pk}",
    )


def _nothing_to_open() -> DomainError:
    return DomainError(
        "nothing_to_open", _("Nobody’s yes is there for you at the moment. Please ask again.")
    )


def _cannot_open() -> DomainError:
    return DomainError("cannot_open", _("This chat part can’t be opened with your key."))


def _overtaken() -> DomainError:
    return DomainError(
        "overtaken", _("Things have changed meanwhile. Please load this page again.")
    )
