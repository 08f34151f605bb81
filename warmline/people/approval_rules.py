"""What two coordinators agree on in other rooms of the house, which this one may not know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from warmline.people.models import Approval, Person


@dataclass(frozen=True)
class ApprovalRule:
    """For one kind of question.

    makes_sense: nothing has changed meanwhile that it is about
    involves: whether somebody may neither ask nor answer it, as it is their own matter
    carry_out: does what was agreed on, in the same transaction; with the second coordinator, None where
        one who is left alone answered themselves
    """

    makes_sense: Callable[[Approval], bool]
    involves: Callable[[Approval, Person], bool]
    carry_out: Callable[[Approval, Person | None], None]


RULES: dict[str, ApprovalRule] = {}
"""Kind of question → its rule. Each app puts its own there when it is ready."""
