"""What the record knows of: one word for each thing done, and how people read it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _lazy


class Action(models.TextChoices):
    """The word is stored and hashed, so it never changes; the label may. Add new ones to their group."""

    RECORD_BEGAN = "record_began", _lazy("The record began")

    SET_UP = "set_up", _lazy("The community was set up")
    COMMUNITY_CHANGED = "community_changed", _lazy("The community’s details were changed")
    SETTING_CHANGED = "setting_changed", _lazy("A number was changed")
    TEXT_APPROVED = "text_approved", _lazy("A text was approved")
    RULES_APPROVED = "rules_approved", _lazy("Ground rules were agreed to in a language")
    RULES_PUBLISHED = "rules_published", _lazy("New ground rules were announced")
    RULES_WITHDRAWN = "rules_withdrawn", _lazy("Announced ground rules were withdrawn")
    TOPIC_CHANGED = "topic_changed", _lazy("A topic was added or changed")

    LINE_CHANGED = "line_changed", _lazy("A crisis line was changed")
    LINE_CHECKED = "line_checked", _lazy("A crisis line was checked")
    LINE_TAKEN_OUT = "line_taken_out", _lazy("A crisis line was taken out")
    LINE_BROUGHT_BACK = "line_brought_back", _lazy("A crisis line was brought back")

    INVITED = "invited", _lazy("An invitation was made")
    INVITATION_WITHDRAWN = "invitation_withdrawn", _lazy("An invitation was withdrawn")
    ROLE_GIVEN = "role_given", _lazy("A role was given")
    ROLE_ENDED = "role_ended", _lazy("A role was ended")
    ROLE_REVIEWED = "role_reviewed", _lazy("A role was looked at: still right")

    FACTOR_RESET_AGREED = "factor_reset_agreed", _lazy("A new second factor was agreed to")
    FACTOR_RESET_REFUSED = "factor_reset_refused", _lazy("A new second factor was refused")
    FACTOR_RESET_STOPPED = "factor_reset_stopped", _lazy("A new second factor was stopped")
    FACTOR_RESET = "factor_reset", _lazy("A lost second factor was taken away")
    PASSWORD_LINK_MADE = "password_link_made", _lazy("A link for a new password was made")
    PASSWORD_LINK_STOPPED = "password_link_stopped", _lazy("A link for a new password was stopped")
    PASSWORD_LINK_USED = "password_link_used", _lazy("A new password was set with a link")
    RECOVERY_LINK_MADE = (
        "recovery_link_made",
        _lazy("A link that opens an account anew was made on the server"),
    )
    RECOVERED = "recovered", _lazy("An account was opened anew on the server")

    KEY_MADE = "key_made", _lazy("A coordinator’s key was made")
    KEY_AGREED = "key_agreed", _lazy("A coordinator’s key was agreed to")
    KEY_REPLACED = "key_replaced", _lazy("A coordinator’s key was replaced")
    KEY_FETCHED = "key_fetched", _lazy("A coordinator’s key was fetched for another device")
    KEY_DELISTED = "key_delisted", _lazy("A coordinator’s key was taken off the list")

    REPORT_OPENED = "report_opened", _lazy("A report was read")
    EVIDENCE_AGREED = (
        "evidence_agreed",
        _lazy("A first yes to opening the chat part of a report was given"),
    )
    EVIDENCE_TAKEN_BACK = (
        "evidence_taken_back",
        _lazy("A yes to opening the chat part of a report was taken back"),
    )
    EVIDENCE_OPENED = "evidence_opened", _lazy("The chat part of a report was opened")
    EVIDENCE_SHARED = (
        "evidence_shared",
        _lazy("A report was made readable for another coordinator"),
    )
    REPORT_CLOSED = "report_closed", _lazy("A report was closed without a step")
    STEP_TAKEN = "step_taken", _lazy("A step was taken after a report")
    STEP_CONFIRMED = "step_confirmed", _lazy("A step was confirmed")
    STEP_DECLINED = "step_declined", _lazy("A step was declined")
    APPEAL_MADE = "appeal_made", _lazy("Somebody asked to look again")
    APPEAL_ANSWERED = "appeal_answered", _lazy("An appeal was answered")

    READER_NAMED = "reader_named", _lazy("A volunteer was asked to decide an appeal")
    READER_SAID_YES = "reader_said_yes", _lazy("A volunteer said yes to deciding an appeal")
    READER_SAID_NO = "reader_said_no", _lazy("A volunteer said no to deciding an appeal")

    APPROVAL_ASKED = "approval_asked", _lazy("A second yes was asked for")
    APPROVAL_REFUSED = "approval_refused", _lazy("A second yes was refused")
    APPROVAL_TAKEN_BACK = "approval_taken_back", _lazy("A question was taken back")
    EXPORTED = "exported", _lazy("The community’s data was downloaded")
    GLASS_ANNOUNCED = "glass_announced", _lazy("Acting alone was announced")
    GLASS_TAKEN_BACK = "glass_taken_back", _lazy("Acting alone was called off")
