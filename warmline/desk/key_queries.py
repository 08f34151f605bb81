"""What the desk says about keys: one's own, and whether evidence can be opened at all."""

from __future__ import annotations

from dataclasses import dataclass

from warmline.people.models import Approval, Person
from warmline.safety import keyholders
from warmline.safety.keyholder_models import Keyholder

State = Keyholder.State


@dataclass(frozen=True)
class OwnKeys:
    """One coordinator's keys.

    ``question``: the open question about the waiting one. ``somebody``: another coordinator could answer it.
    """

    in_use: Keyholder | None
    waiting: Keyholder | None
    earlier: list[Keyholder]
    question: Approval | None
    somebody: bool

    @property
    def none_yet(self) -> bool:
        """Neither in use nor waiting: there is one to make."""
        return self.in_use is None and self.waiting is None

    @property
    def to_ask(self) -> bool:
        """A key waits, nobody was asked or nobody answered, and there is somebody to ask."""
        return self.waiting is not None and self.question is None and self.somebody

    @property
    def names(self) -> str:
        """The ids of all of them, with spaces between: what a device may keep."""
        return " ".join(each.key_id for each in self._all)

    @property
    def current(self) -> str:
        """The id of the key that this device should have, "" for none."""
        newest = self.waiting or self.in_use
        return newest.key_id if newest else ""

    @property
    def _all(self) -> list[Keyholder]:
        return [each for each in (self.waiting, self.in_use, *self.earlier) if each]


@dataclass(frozen=True)
class Holders:
    """Who can open evidence, and how many are missing for two."""

    aliases: list[str]

    @property
    def missing(self) -> int:
        return max(0, keyholders.NEEDED - len(self.aliases))


def own(person: Person) -> OwnKeys:
    """As they are now."""
    found = keyholders.of(person)
    waiting = next((each for each in found if each.state == State.WAITING), None)
    return OwnKeys(
        in_use=next((each for each in found if each.state == State.ACTIVE), None),
        waiting=waiting,
        earlier=[each for each in found if each.state == State.DELISTED],
        question=keyholders.question_about(waiting) if waiting else None,
        somebody=waiting is not None and keyholders.somebody_can_agree(person),
    )


def holders() -> Holders:
    """By alias."""
    return Holders(sorted(each.person.alias for each in keyholders.active()))
