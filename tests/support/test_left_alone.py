"""The desk learns how many people blocks leave with nobody, and not who."""

from __future__ import annotations

import pytest

from tests import factories
from warmline.people.models import Role
from warmline.safety.models import Block
from warmline.support.left_alone import left_with_nobody

pytestmark = pytest.mark.django_db


def test_who_is_kept_apart_from_everybody_who_fits_is_counted() -> None:
    ada, ben, chioma = factories.ada(), factories.ben(), factories.chioma()
    factories.request(ada)
    assert left_with_nobody() == 0

    Block.part(ada, ben, Block.Reason.APART)
    assert left_with_nobody() == 0
    Block.part(ada, chioma, Block.Reason.REPORTED)
    assert left_with_nobody() == 1


@pytest.mark.parametrize(
    "unfit", [{"languages": ["de"]}, {"topics_seen_at": None}, {"takes_new_people": False}]
)
def test_a_volunteer_who_does_not_fit_does_not_help(unfit: dict[str, object]) -> None:
    request = factories.request()
    factories.chioma(**unfit)
    Block.part(request.seeker, factories.ben(), Block.Reason.APART)

    assert left_with_nobody() == 1


def test_a_topic_only_the_blocked_one_takes_counts() -> None:
    grief, ben = factories.topic("grief"), factories.ben()
    factories.chioma()
    factories.level(ben, grief)
    request = factories.request(factories.ada(), grief)
    Block.part(request.seeker, ben, Block.Reason.APART)

    assert left_with_nobody() == 1


def test_where_nobody_fits_anyway_no_block_is_to_blame() -> None:
    request = factories.request(languages=["tr"])
    Block.part(request.seeker, factories.ben(), Block.Reason.APART)

    assert left_with_nobody() == 0


def test_a_volunteer_whose_role_rests_does_not_count() -> None:
    request, ben, chioma = factories.request(), factories.ben(), factories.chioma()
    chioma.roles.update(status=Role.Status.RESTING)
    Block.part(request.seeker, ben, Block.Reason.APART)

    assert left_with_nobody() == 1
