"""Filing a report, its code, who may read it, and when it is deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from tests import factories
from tests.safety.reporting import WORDS, coordinator, ended_talk, read_report, report_of
from warmline.core.errors import DomainError
from warmline.protocol import clock
from warmline.safety import ladder, report_codes, reports, sweeps
from warmline.safety.models import Block, Report
from warmline.safety.report_models import SERIOUS, Reason
from warmline.support.services import reporting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_night")]


def test_the_table_holds_neither_the_words_nor_the_code() -> None:
    talk = ended_talk()
    report, code = report_of(talk, talk.seeker)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM safety_report")
        row = b" ".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for value in cursor.fetchone()
        )

    assert b"number" not in row
    assert code.encode() not in row
    assert WORDS not in repr(report)
    assert Report.objects.get().statement_opened() == WORDS


def test_a_code_finds_its_report_however_it_is_typed() -> None:
    talk = ended_talk()
    report, code = report_of(talk, talk.seeker)

    for typed in (code, code.lower(), code.replace("-", " "), code.replace("0", "o")):
        assert reports.of_code(typed) == report
    assert reports.of_code("") is None
    assert reports.of_code(code[:-1]) is None


def test_a_code_has_sixty_bits() -> None:
    assert len(report_codes.draw().replace("-", "")) == 12
    assert len(set(report_codes.ALPHABET)) == 32


def test_sending_again_replaces_what_nobody_has_read() -> None:
    talk = ended_talk()
    _first, old = report_of(talk, talk.seeker)
    report, code = report_of(talk, talk.seeker, "threat", "More than I said at first.")

    assert Report.objects.count() == 1
    assert reports.of_code(old) is None
    found = reports.of_code(code)
    assert found == report
    assert found.statement_opened() == "More than I said at first."
    assert found.reason == Reason.THREAT


def test_once_read_it_is_not_changed_any_more() -> None:
    talk = ended_talk()
    report = read_report(talk, talk.seeker, factories.dana())

    with pytest.raises(DomainError) as refusal:
        report_of(talk, talk.seeker, "threat", "something else")

    report.refresh_from_db()
    assert refusal.value.code == "report_read"
    assert report.statement_opened() == WORDS


def test_both_sides_may_report_the_same_talk() -> None:
    talk = ended_talk()
    report_of(talk, talk.seeker)
    report_of(talk, talk.volunteer)

    assert {report.side for report in Report.objects.all()} == {"seeker", "volunteer"}


@pytest.mark.parametrize("reason", Reason.values)
def test_something_serious_stops_the_pair_and_nothing_else_does(reason: str) -> None:
    talk = ended_talk()

    reporting.report(talk, by=talk.seeker, reason=reason, statement="")

    assert Block.objects.exists() == (reason in SERIOUS)
    assert talk.volunteer.has_role("volunteer")


def test_an_open_talk_ends_with_a_serious_report() -> None:
    talk = factories.talk(factories.ada(), factories.ben())

    reporting.report(talk, by=talk.seeker, reason="sexual", statement="")

    talk.refresh_from_db()
    assert talk.ended_at


def test_only_a_coordinator_reads_it() -> None:
    talk = ended_talk()
    report, _code = report_of(talk, talk.seeker)

    for somebody in (factories.eve(), factories.chioma(), talk.seeker):
        with pytest.raises(DomainError) as refusal:
            reports.open_report(report, by=somebody)
        assert refusal.value.code == "not_a_coordinator"
    assert Report.objects.get().state == Report.State.RECEIVED


def test_a_coordinator_who_made_it_or_whom_it_is_about_does_not_judge_it() -> None:
    maker, subject = coordinator("mara"), coordinator("sol")
    talk = ended_talk(maker, subject)
    report, _code = report_of(talk, maker)

    for involved in (maker, subject):
        with pytest.raises(DomainError) as refusal:
            reports.open_report(report, by=involved)
        assert refusal.value.code == "involved"
        assert not Report.objects.visible_to(involved).exists()
    assert Report.objects.visible_to(factories.dana()).get() == report


def test_opening_it_says_so_and_again_is_fine() -> None:
    talk, dana = ended_talk(), factories.dana()
    report = read_report(talk, talk.seeker, dana)
    reports.open_report(report, by=coordinator("femi"))

    assert report.state == Report.State.LOOKED_AT
    assert report.opened_by == dana


def test_it_is_deleted_ninety_days_after_closing_and_not_before(still_night: datetime) -> None:
    talk, dana = ended_talk(), factories.dana()
    open_one = read_report(
        ended_talk(factories.seeker("Ines"), factories.chioma()), talk.seeker, dana
    )
    report = read_report(talk, talk.seeker, dana)
    ladder.close_without_step(report, by=dana)

    sweeps.forget_reports(still_night + timedelta(days=89))
    assert Report.objects.count() == 2
    sweeps.forget_reports(still_night + timedelta(days=90))
    assert Report.objects.get() == open_one
    sweeps.forget_reports(still_night + timedelta(days=365))
    assert not Report.objects.exists()


def test_a_report_outlives_who_met_whom_and_the_seeker(still_night: datetime) -> None:
    talk = ended_talk()
    _report, code = report_of(talk, talk.seeker)
    talk.room.delete()
    talk.seeker.delete()

    clock.move(timedelta(days=8))

    found = reports.of_code(code)
    assert found is not None
    assert found.statement_opened() == WORDS
