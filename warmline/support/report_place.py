"""From where somebody reports: their seat in a talk, whom they met there, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from warmline.people.models import Person
from warmline.rooms.models import Seat
from warmline.safety import evidence
from warmline.safety.models import Report
from warmline.support.models import Conversation, ThirdSeat
from warmline.support.report_forms import ReportForm
from warmline.support.services import reporting
from warmline.support.services.reporting import Other


@dataclass(frozen=True)
class ReportPlace:
    """A talk, and the seat of whoever reports: one of the pair, or a third."""

    conversation: Conversation
    seat: Seat

    @property
    def room_id(self) -> int:
        return int(self.conversation.pk)

    @property
    def person(self) -> Person:
        return self.seat.person

    @property
    def is_third(self) -> bool:
        return not reporting.is_of_pair(self.conversation, self.person)

    @property
    def is_over(self) -> bool:
        """For this person: the talk has ended, or a third has left it."""
        gone = self.is_third and self.seat.left_at is not None
        return gone or self.conversation.ended_at is not None

    @property
    def back_url(self) -> str:
        """Where it goes on; of a third nothing is known but the seat, a day after the talk."""
        if not self.is_third:
            return reverse("goodbye", args=[self.room_id])
        joined = ThirdSeat.objects.filter(conversation=self.room_id, taker=self.person)
        return (
            reverse("third_over", args=[self.room_id]) if joined.exists() else reverse("volunteer")
        )

    def others(self) -> list[Other]:
        return reporting.others(self.conversation, self.person)

    def rest(self, made: Sequence[Report]) -> list[Other]:
        """Whom no report of theirs is about yet."""
        reported = {each.reported_id for each in made}
        return [each for each in self.others() if each.person.pk not in reported]

    def report_ids(self) -> list[int]:
        """What a report about each of the others would be bound to, in their order."""
        by = self.person
        return [evidence.report_id(self.room_id, by, each.person) for each in self.others()]

    def form(self, data: Mapping[str, Any] | None, made: Sequence[Report]) -> ReportForm:
        """It asks for whom only where more than two were there. The other of the pair is chosen already."""
        all_others = self.others()
        if len(all_others) < 2:
            return ReportForm(data)
        shown = self.rest(made) if data is None else all_others
        chosen = None if self.is_third and len(shown) > 1 else shown[0].seat
        ids = {str(each.seat): pk for each, pk in zip(all_others, self.report_ids(), strict=True)}
        whom = [(each.seat, self._words_for(each)) for each in shown]
        return ReportForm(data, whom=whom, report_ids=ids, initial={"about": chosen})

    def made_context(self, made: Sequence[Report]) -> dict[str, Any]:
        """For the page that says that it is reported: about whom, where more than two were there."""
        several = len(self.others()) > 1
        words: dict[int | None, str] = {
            each.person.pk: self._words_for(each) for each in self.others()
        }
        return {
            "made": [
                (each.reported_seat, words.get(each.reported_id, "") if several else "")
                for each in made
            ],
            "may_report_more": several and bool(self.rest(made)),
            "report_url": reverse("report", args=[self.room_id]),
            "back_url": self.back_url,
        }

    def _words_for(self, other: Other) -> str:
        return format_html("<bdi>{}</bdi>, {}", other.person.alias, self._as_what(other.role))

    def _as_what(self, role: str) -> str:
        if role == ThirdSeat.Kind.INTERPRETER:
            return _("the interpreter")
        if role == ThirdSeat.Kind.SECOND_LISTENER:
            return _("the second listener")
        if role == "seeker":
            return _("who came to talk")
        return _("the listener")
