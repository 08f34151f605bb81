"""The set-up link works once, and before it nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.people import first_run

pytestmark = pytest.mark.django_db

HERE = "http://127.0.0.1:8000"


def code_of(link: str | None) -> str:
    assert link is not None
    return link.rstrip("/").rsplit("/", 1)[-1]


def test_the_link_leads_to_the_first_run(data: Path) -> None:
    link = first_run.setup_link(f"{HERE}/")

    assert link == HERE + reverse("first_run", args=[code_of(link)])
    assert first_run.fits(code_of(link))


def test_the_file_holds_a_hash_that_only_its_owner_reads(data: Path) -> None:
    link = first_run.setup_link(HERE)

    file = data / "setup-code"
    assert file.stat().st_mode & 0o777 == 0o600
    assert code_of(link) not in file.read_text()
    assert [path.name for path in data.iterdir()] == ["setup-code"]


def test_a_newer_link_takes_the_place_of_the_one_before(data: Path) -> None:
    old, new = first_run.setup_link(HERE), first_run.setup_link(HERE)

    assert not first_run.fits(code_of(old))
    assert first_run.fits(code_of(new))


def test_no_code_fits_where_there_is_no_link(data: Path) -> None:
    assert not first_run.fits("")
    first_run.setup_link(HERE)
    first_run.forget()
    first_run.forget()

    assert not first_run.fits("")


def test_a_community_that_exists_gets_no_link(data: Path) -> None:
    factories.community()

    assert first_run.setup_link(HERE) is None
    assert not (data / "setup-code").exists()


@pytest.mark.parametrize("page", ["/", "/desk/", "/accounts/login/", "/volunteer/", "/no/such/"])
def test_before_the_first_run_every_page_says_so(client: Client, page: str) -> None:
    answer = client.get(page)

    assert answer.status_code == 503
    assert "Nobody has set this place up yet." in answer.content.decode()


@pytest.mark.parametrize("page", ["/health/live", "/health/ready", "/leaving-fast/"])
def test_some_pages_work_before_the_first_run(client: Client, page: str) -> None:
    assert client.get(page).status_code == 200


def test_after_the_first_run_pages_open(client: Client) -> None:
    assert client.get(reverse("account_login")).status_code == 503
    factories.community()

    assert client.get(reverse("account_login")).status_code == 200
