"""A report from a letter: like one from a talk, about whom one wrote with."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from warmline.core.errors import DomainError
from warmline.people.models import Person
from warmline.rooms.models import Seat
from warmline.safety import reports
from warmline.safety.evidence import Sealed
from warmline.safety.models import Block, Report
from warmline.safety.report_models import SERIOUS
from warmline.support.letter_models import WRITER_SEAT, Letter
from warmline.support.services import lettering, reporting, talking
from warmline.support.services.reporting import Filed


def seat_of(letter: Letter, person: Person) -> Seat | None:
    """The newest seat of a person, left or not: a volunteer may take a letter twice."""
    seats = Seat.objects.filter(room=letter.pk, person=person)
    return seats.select_related("person").order_by("-number").first()


def about_whom(letter: Letter, seat: Seat) -> Person | None:
    """For a volunteer the writer; for the writer who answered. None while nobody has."""
    if seat.number != WRITER_SEAT:
        return letter.writer
    answered = letter.state in (Letter.State.ANSWERED, Letter.State.REPLIED)
    return letter.reader if answered else None


def report(
    letter: Letter, seat: Seat, *, reason: str, statement: str = "", sealed: Sealed | None = None
) -> Filed:
    """File it; something serious also keeps the two apart, and takes a letter away from everybody.

    A letter with something serious in it goes to nobody else. Raises as ``reports.file_report`` and
    ``evidence.check_readers``, or ``whom`` when there is nobody whom it could be about.
    """
    reported = about_whom(letter, seat)
    if reported is None:
        raise DomainError("whom", _("There is nobody to report here."))
    by = seat.person
    about_seeker = reported.pk == letter.writer_id
    with transaction.atomic():
        sealed, refused = reporting.checked(sealed, letter.pk, by)
        made, code = reports.file_report(
            room=letter.pk,
            reporter=by,
            reported=reported,
            side=Report.Side.SEEKER if about_seeker else Report.Side.VOLUNTEER,
            reason=reason,
            statement=statement,
            sealed=sealed,
        )
        if reason in SERIOUS:
            _part(letter, volunteer=by if about_seeker else reported)
    return Filed(made, code, refused)


def _part(letter: Letter, *, volunteer: Person) -> None:
    talking.part(letter.writer, volunteer, Block.Reason.REPORTED)
    if Letter.objects.unanswered().filter(pk=letter.pk).exists():
        lettering.close_unanswered(letter)
