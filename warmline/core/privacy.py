"""The page that says in plain words what is kept, who can read it, and what nothing here protects."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET

KEPT: dict[str, tuple[str | Promise, str | Promise]] = {
    "messages": (
        _lazy("What is said in a talk, in code"),
        _lazy("Until you have both left it, at most 24 hours"),
    ),
    "appointments": (
        _lazy("The times you named for an appointment, its topics, who took it"),
        _lazy("24 hours after it is over"),
    ),
    "letters": (
        _lazy("A letter, its answer and its reply, in code"),
        _lazy("7 days after the last word. If nobody answers, 7 days, and 7 more that nobody did"),
    ),
    "keys": (
        _lazy("Our half of what lets you come back after a reload"),
        _lazy("Until you leave the talk, or have been away for 10 minutes"),
    ),
    "request": (
        _lazy("What you would like to talk about"),
        _lazy("Until the talk ends. If nobody comes, 24 hours"),
    ),
    "wishes": (
        _lazy("What your listener should be ready for, in your own words"),
        _lazy("Until the talk begins"),
    ),
    "told": (
        _lazy("Where to tell you that someone is free: this browser, or an e-mail address"),
        _lazy("Until you were told, at most 24 hours. For volunteers until they switch it off"),
    ),
    "met": (
        _lazy("Who met whom, so that a report reaches the right one"),
        _lazy("7 days. After one day we only know the day"),
    ),
    "minutes": (
        _lazy("How many minutes you talked on a day, not with whom"),
        _lazy("60 days. For volunteers 8 days"),
    ),
    "seeker": (
        _lazy("Your name here, if you come back as the same person"),
        _lazy("Until you delete it, or 90 days after your last visit"),
    ),
    "words": (
        _lazy("A check of your six words, never the words"),
        _lazy("Until you draw new ones or delete them, or with your name here"),
    ),
    "apart": (
        _lazy("Two people who do not want to meet again"),
        _lazy("As long as both are here"),
    ),
    "plan": (
        _lazy("A plan you made with us"),
        _lazy("Until it ends, or nobody used it for 12 weeks"),
    ),
    "report": (
        _lazy("A report, with the messages in it"),
        _lazy("90 days after it is settled, never more than a year"),
    ),
    "pause": (
        _lazy("A pause or a ban from this place"),
        _lazy("At most a year"),
    ),
    "volunteers": (
        _lazy("What volunteers set: topics, limits, hours"),
        _lazy("Until they change it, or stop"),
    ),
    "ready_hours": (
        _lazy("At which hours some volunteer was here, not who"),
        _lazy("8 weeks"),
    ),
    "ticks": (
        _lazy("When a volunteer is probably here"),
        _lazy("2 days after that day, or until they take it back or stop"),
    ),
    "sessions": (_lazy("That you are signed in"), _lazy("12 hours after your last step here")),
    "record": (
        _lazy("What coordinators did, by their names here"),
        _lazy("A year"),
    ),
    "calls": (_lazy("Calls with voice, sign or picture"), _lazy("Never recorded")),
    "backups": (
        _lazy("Copies of our data, in case something breaks"),
        _lazy("At most 14 days, locked. Talks are not in them"),
    ),
}
"""What is kept and for how long: section 2 of safety and privacy, as far as it is built."""


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """For everybody, in every state of the installation; needs no script and sets no cookie."""
    return render(request, "core/privacy.html", {"kept": KEPT.values()})
