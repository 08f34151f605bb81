"""What volunteers say about themselves, in four short forms. Each saves itself and wakes the matcher."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.private_words import PRIVATE
from warmline.core.realtime import publish
from warmline.people.models import Person
from warmline.protocol import clock, topics
from warmline.rooms.models import WAYS_ON
from warmline.rules.models import Community, Setting
from warmline.support.language_choice import LanguagesForm
from warmline.support.models import Profile, Topic, TopicLevel

MINUTES_A_DAY_MOST = 240
SHORTEST_TALK = 5
OWN_LIMITS = ("minutes_a_shift", "minutes_a_day", "minutes_a_week")


class ProfileLanguagesForm(LanguagesForm):
    """Languages, and ways to talk where there is more than one."""

    ways = forms.MultipleChoiceField(
        label=_lazy("How can you talk?"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--wrap"}),
        error_messages={
            "required": _lazy("Please choose at least one way to talk."),
            "invalid_choice": _lazy("This way to talk is not here yet."),
        },
    )

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        self.profile = profile
        community = Community.current()
        kwargs["initial"] = {
            "languages": profile.languages,
            "ways": profile.ways or [WAYS_ON[0].value],
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, suggested=community.languages if community else (), **kwargs)
        self.fields["languages"].label = _lazy("Languages you can talk in")
        self.fields["ways"].choices = [(way.value, way.label) for way in WAYS_ON]  # type: ignore[attr-defined]
        if len(WAYS_ON) == 1:
            del self.fields["ways"]

    def save(self) -> None:
        self.profile.languages = self.cleaned_data["languages"]
        self.profile.ways = self.cleaned_data.get("ways") or [WAYS_ON[0].value]
        _keep(self.profile, "languages", "ways")


class ProfileTopicsForm(forms.Form):
    """One question a topic: been there, can listen, please not. No answer counts as please not.

    ``shown_ms`` is when the page was drawn, so that a topic added meanwhile still prompts.
    """

    shown_ms = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.profile = profile
        self.initial.setdefault("shown_ms", clock.now_ms())
        self.topics = list(Topic.objects.topics())
        levels = dict(profile.person.topic_levels.values_list("topic", "level"))
        for topic in self.topics:
            self.fields[_field(topic)] = forms.ChoiceField(
                label=topic.shown_name,
                required=False,
                choices=TopicLevel.Level.choices,
                initial=levels.get(topic.pk),
                widget=forms.RadioSelect(attrs={"class": "choices--wrap"}),
                error_messages={"invalid_choice": _("Please choose one of the three.")},
            )
        self._new = {
            topic.pk
            for topic in self.topics
            if profile.topics_seen_at
            and topic.made_at > profile.topics_seen_at
            and topic.pk not in levels
        }

    def new_fields(self) -> list[BoundField]:
        """Topics that came since the volunteer last looked."""
        return [self[_field(topic)] for topic in self.topics if topic.pk in self._new]

    def other_fields(self) -> list[BoundField]:
        return [self[_field(topic)] for topic in self.topics if topic.pk not in self._new]

    def save(self) -> None:
        with transaction.atomic():
            for topic in self.topics:
                _place(self.profile.person, topic, self.cleaned_data.get(_field(topic)) or None)
            self.profile.topics_seen_at = self._seen_at()
            _keep(self.profile, "topics_seen_at")

    def _seen_at(self) -> Any:
        """When the page was drawn, but not in the future and not more than a day ago."""
        now = clock.now()
        shown = self.cleaned_data.get("shown_ms")
        try:
            drawn = clock.from_ms(shown) if shown else now
        except (OverflowError, ValueError, OSError):
            return now
        return drawn if now - timedelta(days=1) < drawn < now else now


class ProfileCardForm(forms.Form):
    """Backgrounds they share, and what they have lived with, if they want to say it."""

    backgrounds = forms.ModelMultipleChoiceField(
        Topic.objects.none(),
        label=_lazy("I am, or know from my own life"),
        help_text=_lazy(
            "Some people would rather talk with someone who shares this. "
            "They see what you both chose, and only if you show your card."
        ),
        required=False,
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choice-grid"}),
        error_messages={
            "invalid_choice": _lazy("One of these is not in the list any more. Please look again.")
        },
    )
    card = forms.CharField(
        label=_lazy("What I've lived with"),
        help_text=_lazy(
            "A few words for the person you are about to talk with. "
            "No name, no place, no address. At most 300 characters."
        ),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 5, **PRIVATE}),
        error_messages={"max_length": _lazy("Please use at most 300 characters.")},
    )
    card_shown = forms.BooleanField(
        label=_lazy("Show my card before a talk begins"), required=False
    )

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        self.profile = profile
        kwargs["initial"] = {
            "card": profile.card,
            "card_shown": profile.card_shown,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        shared = profile.person.topic_levels.filter(level=TopicLevel.Level.BEEN_THERE)
        field = self.fields["backgrounds"]
        field.queryset = Topic.objects.backgrounds()  # type: ignore[attr-defined]
        field.label_from_instance = lambda topic: topic.shown_name  # type: ignore[attr-defined]
        field.initial = list(
            Topic.objects.backgrounds().filter(levels__in=shared).values_list("slug", flat=True)
        )

    def clean_card(self) -> str:
        card = str(self.cleaned_data["card"]).replace("\r\n", "\n").strip()
        return "".join(char for char in card if char == "\n" or char.isprintable())

    def save(self) -> None:
        chosen = {topic.pk for topic in self.cleaned_data["backgrounds"]}
        with transaction.atomic():
            for topic in Topic.objects.backgrounds():
                shared = TopicLevel.Level.BEEN_THERE if topic.pk in chosen else None
                _place(self.profile.person, topic, shared)
            self.profile.card = self.cleaned_data["card"]
            self.profile.card_shown = self.cleaned_data["card_shown"]
            _keep(self.profile, "card", "card_shown")


class ProfileLimitsForm(forms.Form):
    """A volunteer's own limits; they hold whatever the community agreed."""

    talks_at_once = forms.TypedChoiceField(
        label=_lazy("Talks at the same time"),
        coerce=int,
        choices=[(1, _lazy("one")), (2, _lazy("two"))],
        widget=forms.RadioSelect(attrs={"class": "choices--wrap"}),
        error_messages={
            "required": _lazy("Please choose one or two."),
            "invalid_choice": _lazy("Please choose one or two."),
        },
    )
    longest_talk = forms.IntegerField(label=_lazy("Longest talk, in minutes"))
    minutes_a_day = forms.IntegerField(
        label=_lazy("Most minutes in one day"),
        help_text=_lazy("When they are used up, you get no more offers that day."),
    )
    minutes_a_shift = forms.IntegerField(
        label=_lazy("Most minutes in one go"),
        help_text=_lazy("Talks with less than an hour between them count together."),
        required=False,
    )
    minutes_a_week = forms.IntegerField(label=_lazy("Most minutes in 7 days"), required=False)
    takes_new_people = forms.BooleanField(
        label=_lazy("I also talk with people who are new here"), required=False
    )
    debriefs_others = forms.BooleanField(
        label=_lazy("Other volunteers may talk with me about how a talk was for them"),
        required=False,
    )

    field_order = (
        "talks_at_once",
        "longest_talk",
        *OWN_LIMITS,
        "takes_new_people",
        "debriefs_others",
    )

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        self.profile = profile
        most = Setting.number("talk_minutes_text")
        names = ("talks_at_once", *OWN_LIMITS, "takes_new_people", "debriefs_others")
        kwargs["initial"] = {
            **{name: getattr(profile, name) for name in names},
            "longest_talk": min(profile.longest_talk, most),
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        _bound(self.fields["longest_talk"], SHORTEST_TALK, most)
        _bound(self.fields["minutes_a_day"], SHORTEST_TALK, MINUTES_A_DAY_MOST)
        self._bound_by_agreement("minutes_a_shift", "cap_shift_minutes")
        self._bound_by_agreement("minutes_a_week", "cap_week_minutes")
        self.fields["longest_talk"].help_text = _(
            "Between {least} and {most}. A talk is never longer than this."
        ).format(least=SHORTEST_TALK, most=most)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        longest = cleaned.get("longest_talk")
        more_than = {
            "minutes_a_day": _("This is more than your minutes in one day. Change one of them."),
            "minutes_a_shift": _("This is more than your minutes in one go. Change one of them."),
            "minutes_a_week": _("This is more than your minutes in 7 days. Change one of them."),
        }
        for name, sentence in more_than.items():
            own = cleaned.get(name)
            if longest and own and longest > own and "longest_talk" not in self.errors:
                self.add_error("longest_talk", ValidationError(sentence))
        return cleaned

    def _bound_by_agreement(self, name: str, rule: str) -> None:
        """At most what the community agreed; an empty field means just that."""
        agreed, field = Setting.number(rule), self.fields[name]
        _bound(field, SHORTEST_TALK, agreed)
        if (self.initial.get(name) or 0) > agreed:
            self.initial[name] = agreed
        left_empty = _("Leave it empty for what we agreed: {n} minutes.").format(n=agreed)
        field.help_text = f"{field.help_text} {left_empty}".strip()

    def save(self) -> None:
        for name, value in self.cleaned_data.items():
            setattr(self.profile, name, value)
        _keep(self.profile, *self.cleaned_data)


def _bound(field: forms.Field, least: int, most: int) -> None:
    """Hold a number field between two numbers, on the server and as a hint to the browser."""
    sentence = _("Please type a number from {least} to {most}.").format(least=least, most=most)
    field.validators += [MinValueValidator(least, sentence), MaxValueValidator(most, sentence)]
    field.widget.attrs |= {"min": least, "max": most, "inputmode": "numeric"}
    field.error_messages |= {"required": sentence, "invalid": sentence}


def _field(topic: Topic) -> str:
    return f"topic_{topic.pk}"


def _place(person: Person, topic: Topic, level: str | None) -> None:
    """Set what a topic is to a volunteer; None takes the answer away."""
    if level is None:
        TopicLevel.objects.filter(person=person, topic=topic).delete()
    else:
        TopicLevel.objects.update_or_create(person=person, topic=topic, defaults={"level": level})


def _keep(profile: Profile, *names: str) -> None:
    """Store these columns (the row may not exist yet) and tell the matcher."""
    values = {name: getattr(profile, name) for name in names}
    Profile.objects.update_or_create(person=profile.person, defaults=values)
    publish(topics.MATCHER, "volunteer")


def chosen_levels(levels: Iterable[TopicLevel]) -> dict[str, list[str]]:
    """Names of topics by level, for the overview; backgrounds are not among them."""
    by_level: dict[str, list[str]] = {level: [] for level in TopicLevel.Level}
    for level in levels:
        by_level[level.level].append(level.topic.shown_name)
    return by_level
