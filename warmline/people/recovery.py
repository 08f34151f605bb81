"""Coming back into an account: a lost second factor, a lost password.

Nobody opens an account alone: a new second factor needs the right password, a coordinator's yes and 24
hours in which the real person can say no; a link for a new password leaves the second factor in place.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from warmline.audit.actions import Action
from warmline.audit.models import Entry
from warmline.audit.services import about, record
from warmline.core.errors import DomainError
from warmline.people import factors, links, sessions
from warmline.people.models import Account, Person, Recovery, Role
from warmline.protocol import clock

Kind = Recovery.Kind


def going_on(account: Account) -> list[Recovery]:
    """What is asked or agreed for an account now."""
    return list(Recovery.objects.going_on().filter(account=account).order_by("asked_at"))


def of_factor(account: Account) -> Recovery | None:
    """The question for a new second factor that is going on."""
    return Recovery.objects.going_on().filter(account=account, kind=Kind.FACTOR).first()


def somebody_can_agree(account: Account) -> bool:
    """Whether there is a coordinator other than the person themself."""
    acting = Role.objects.acting().filter(kind=Role.Kind.COORDINATOR)
    return acting.exclude(person=account.person_id).exists()


def ask(account: Account) -> Recovery:
    """Ask for a new second factor, after the right password. A second time changes nothing."""
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        found = of_factor(account)
        if found is None:
            Recovery.objects.filter(account=account, kind=Kind.FACTOR).delete()
            found = Recovery.objects.create(account=account, kind=Kind.FACTOR)
    return found


def agree(recovery_id: int, *, by: Person) -> Recovery:
    """A coordinator has checked who asks: from now on 24 hours.

    Raises ``own_account``, ``not_asked``, ``same_coordinator``.
    """
    with transaction.atomic():
        found = _asked(recovery_id, by=by)
        if _made_link_lately(found.account, by=by):
            raise DomainError(
                "same_coordinator",
                _("You made a password link for this person. Another coordinator must say yes."),
            )
        found.agreed_at, found.agreed_by = clock.now(), by
        found.save(update_fields=["agreed_at", "agreed_by"])
        _note(Action.FACTOR_RESET_AGREED, found.account, by=by)
    return found


def refuse(recovery_id: int, *, by: Person) -> None:
    """It was not them, or nobody knows. Raises as :func:`agree`."""
    with transaction.atomic():
        found = _asked(recovery_id, by=by)
        found.delete()
        _note(Action.FACTOR_RESET_REFUSED, found.account, by=by)


def stop(recovery_id: int, *, by: Account) -> bool:
    """ "This was not me": the way back is closed; False when there is none."""
    with transaction.atomic():
        found = Recovery.objects.filter(pk=recovery_id, account=by).first()
        if found is None:
            return False
        found.delete()
        is_link = found.kind == Kind.PASSWORD
        action = Action.PASSWORD_LINK_STOPPED if is_link else Action.FACTOR_RESET_STOPPED
        _note(action, by, by=by.person)
    return True


def take_factor_away(account: Account) -> bool:
    """The 24 hours are over: the lost factor goes and every session ends; False before that."""
    with transaction.atomic():
        found = Recovery.objects.going_on().select_for_update()
        way = found.filter(account=account, kind=Kind.FACTOR).first()
        if way is None or not way.is_open:
            return False
        agreed_by = way.agreed_by.alias if way.agreed_by else ""
        way.delete()
        factors.remove_all(account)
        sessions.end_all(account)
        record(
            Action.FACTOR_RESET,
            actor=account.person.alias,
            second=agreed_by,
            object=about(account.person.alias),
        )
    return True


def may_make_link(account: Account, *, by: Person) -> bool:
    """For volunteers. Never for oneself, and no coordinator opens another coordinator's account."""
    held = set(account.person.roles.filter(ended_at=None).values_list("kind", flat=True))
    return bool(held) and Role.Kind.COORDINATOR not in held and account.person_id != by.pk


def make_link(account: Account, *, by: Person) -> str:
    """A link for a new password, to be passed on by hand; its path, shown once. Earlier ones end.

    Raises ``not_a_coordinator``, ``own_account``.
    """
    _check_coordinator(by)
    if not may_make_link(account, by=by):
        raise DomainError(
            "own_account",
            _("A coordinator comes back by mail, or with a link that is made on the server."),
        )
    with transaction.atomic():
        Recovery.objects.update_or_create(
            account=account,
            kind=Kind.PASSWORD,
            defaults={"asked_at": clock.now(), "agreed_at": clock.now(), "agreed_by": by},
        )
        _note(Action.PASSWORD_LINK_MADE, account, by=by)
    return links.path(account, links.Kind.DESK)


def server_link(username: str) -> str | None:
    """For whoever holds the server: the path of a link that sets a password and takes the factor away.

    None for a name without an account or without a role. In the record as the server's.
    """
    account = Account.objects.filter(username=username.strip().lower(), is_active=True).first()
    if account is None or not account.person.roles.filter(ended_at=None).exists():
        return None
    record(Action.RECOVERY_LINK_MADE, actor="", object=about(account.person.alias), reason="server")
    return links.path(account, links.Kind.SERVER)


def account_of_link(kind: str, name: str, token: str) -> Account | None:
    """Whose link this is, as :func:`links.account_of`; one from the desk may have been stopped."""
    account = links.account_of(kind, name, token)
    if account is None or kind != links.Kind.DESK:
        return account
    waits = Recovery.objects.going_on().filter(account=account, kind=Kind.PASSWORD).exists()
    return account if waits else None


def set_password(account: Account, password: str, *, kind: str) -> None:
    """By a link: every session ends. One from the server takes a lost second factor away, too."""
    account.set_password(password)
    with transaction.atomic():
        account.save(update_fields=["password"])
        sessions.end_all(account)
        Recovery.objects.filter(account=account, kind=Kind.PASSWORD).delete()
        if kind == links.Kind.SERVER:
            Recovery.objects.filter(account=account).delete()
            factors.remove_all(account)
            record(Action.RECOVERED, actor="", object=about(account.person.alias), reason="server")
        else:
            _note(Action.PASSWORD_LINK_USED, account, by=account.person, reason=kind)


def _asked(recovery_id: int, *, by: Person) -> Recovery:
    _check_coordinator(by)
    asked = Recovery.objects.asked().select_for_update().filter(pk=recovery_id)
    found = asked.select_related("account__person").first()
    if found is None:
        raise DomainError("not_asked", _("This was answered or taken back already."))
    if found.account.person_id == by.pk:
        raise DomainError("own_account", _("Another coordinator must look at your own account."))
    return found


def _check_coordinator(by: Person) -> None:
    if not by.has_role(Role.Kind.COORDINATOR):
        raise DomainError("not_a_coordinator", _("Only a coordinator can do this."))


def _made_link_lately(account: Account, *, by: Person) -> bool:
    """Whether this coordinator could have set the password that the question began with.

    The record knows, for as long as it is kept; nothing else is stored for this.
    """
    made = Entry.objects.filter(action=Action.PASSWORD_LINK_MADE, actor=by.alias)
    return made.filter(object=about(account.person.alias)).exists()


def _note(action: Action, account: Account, *, by: Person, reason: str = "") -> None:
    record(action, actor=by.alias, object=about(account.person.alias), reason=reason)
