"""The main job: a request waits, an offer is taken, two people talk."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _lazy

from warmline.availability.telling_models import TellMe
from warmline.core.fields import RandomIdField
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms.models import Room, Seat, Way
from warmline.support.day_models import DayTotal
from warmline.support.debrief_models import Debrief
from warmline.support.letter_key_models import LetterKey
from warmline.support.letter_models import Letter, LetterCopy, LetterPart, LetterWait
from warmline.support.plan_models import Plan, PlanAnswer, PlanMember
from warmline.support.third_models import ThirdSeat

__all__ = [
    "DayTotal",
    "Debrief",
    "Letter",
    "LetterCopy",
    "LetterKey",
    "LetterPart",
    "LetterWait",
    "Plan",
    "PlanAnswer",
    "PlanMember",
    "ThirdSeat",
]

SEEN_WITHIN = timedelta(seconds=45)
"""A waiting page that has been silent longer gets no offers until it reports again."""
PLACE_KEPT = timedelta(minutes=10)
"""A waiting page that has been silent longer has lost its place."""
WAITS_AT_MOST = timedelta(hours=24)


class TopicQuerySet(models.QuerySet["Topic"]):
    def topics(self) -> TopicQuerySet:
        return self.filter(kind=Topic.Kind.TOPIC, active=True)

    def backgrounds(self) -> TopicQuerySet:
        return self.filter(kind=Topic.Kind.BACKGROUND, active=True)


class Topic(models.Model):
    """An entry of the catalogue: something to talk about, or a background people may share."""

    class Kind(models.TextChoices):
        TOPIC = "topic", _lazy("topic")
        BACKGROUND = "background", _lazy("shared background")

    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.TOPIC)
    name = models.CharField(_lazy("name"), max_length=60)
    heavy = models.BooleanField(
        _lazy("heavy"),
        default=False,
        help_text=_lazy("Nobody is asked to take two heavy talks in a row if others can."),
    )
    order = models.PositiveSmallIntegerField(default=100)
    active = models.BooleanField(_lazy("in use"), default=True)
    made_at = models.DateTimeField(default=clock.now)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "order", "name"]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name, translated where it is one of those we ship."""
        from django.utils.translation import gettext

        return gettext(self.name)


class Profile(models.Model):
    """What a volunteer can do, and their own limits; None for a limit is what the community agreed.

    ``ask_back_on``: who rests wanted to be asked again from this day.
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="profile"
    )
    languages = models.JSONField(default=list)
    ways = models.JSONField(default=list)
    card = models.TextField(_lazy("what I've lived with"), max_length=300, blank=True)
    card_shown = models.BooleanField(default=True)
    talks_at_once = models.PositiveSmallIntegerField(default=1)
    minutes_a_day = models.PositiveSmallIntegerField(default=120)
    minutes_a_shift = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes_a_week = models.PositiveSmallIntegerField(null=True, blank=True)
    longest_talk = models.PositiveSmallIntegerField(default=45)
    takes_new_people = models.BooleanField(default=True)
    topics_seen_at = models.DateTimeField(null=True, blank=True)
    rest_until = models.DateTimeField(null=True, blank=True)
    ask_back_on = models.DateField(null=True, blank=True)
    debriefs_others = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"profile of {self.person_id}"

    @property
    def complete(self) -> bool:
        """Enough to be matched: a language, a way, and the topics looked at once."""
        return bool(self.languages and self.ways and self.topics_seen_at)

    def rests(self, now: datetime | None = None) -> bool:
        """Has taken a rest that is not over; why is nobody's business."""
        return self.rest_until is not None and self.rest_until > (now or clock.now())

    @classmethod
    def rest(cls, person: Person, length: timedelta | None) -> None:
        """Offered nothing for ``length`` from now; None ends a rest."""
        until = clock.now() + length if length else None
        cls.objects.update_or_create(person=person, defaults={"rest_until": until})


class TopicLevel(models.Model):
    """What a topic is to a volunteer. No row, or a new topic, counts as *please not*."""

    class Level(models.TextChoices):
        BEEN_THERE = "been_there", _lazy("been there")
        CAN_LISTEN = "can_listen", _lazy("can listen")
        PLEASE_NOT = "please_not", _lazy("please not")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="topic_levels")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="levels")
    level = models.CharField(max_length=12, choices=Level.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="one_level_a_topic")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.topic_id} {self.level}"


class RequestQuerySet(models.QuerySet["Request"]):
    def waiting(self) -> RequestQuerySet:
        return self.filter(state=Request.State.WAITING)

    def present(self, now: datetime | None = None) -> RequestQuerySet:
        """Waiting, and the page has reported lately: these get offers."""
        return self.waiting().filter(seen_at__gt=(now or clock.now()) - SEEN_WITHIN)

    def gone(self, now: datetime) -> RequestQuerySet:
        """Waiting by name only: page silent for 10 minutes, or 24 hours old.

        Who wants to be told when someone is free may be silent until then, and 10 minutes longer.
        """
        silent = Q(seen_at__lt=now - PLACE_KEPT) | Q(seen_at=None, made_at__lt=now - PLACE_KEPT)
        silent &= ~Q(seeker__in=TellMe.objects.live(now).values("person"))
        return self.waiting().filter(silent | Q(made_at__lt=now - WAITS_AT_MOST))


class Request(models.Model):
    """What a seeker waits with. Its words go when the talk opens, the rest when it ends."""

    class State(models.TextChoices):
        WAITING = "waiting"
        MATCHED = "matched"
        DONE = "done"
        LEFT = "left"
        EXPIRED = "expired"

    id = RandomIdField()
    seeker = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="requests")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    languages = models.JSONField(default=list)
    ways = models.JSONField(default=list)
    topics = models.ManyToManyField(Topic, related_name="requests", blank=True)
    own_words = models.CharField(max_length=120, blank=True)
    content_note = models.CharField(max_length=200, blank=True)
    extra_time = models.BooleanField(default=False)
    new_here = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seeker"], condition=Q(state="waiting"), name="one_waiting_request"
            )
        ]

    def __str__(self) -> str:
        return f"request {self.id}"


class OfferQuerySet(models.QuerySet["Offer"]):
    def pending(self, now: datetime | None = None) -> OfferQuerySet:
        """May still be taken."""
        return self.filter(state=Offer.State.PENDING, expires_at__gt=now or clock.now())

    def overdue(self, now: datetime) -> OfferQuerySet:
        return self.filter(state=Offer.State.PENDING, expires_at__lte=now)


class Offer(models.Model):
    """A request shown to one volunteer for a short time; the seeker never sees it.

    ``reached``: by a notice, to somebody who was not on the page.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        TAKEN = "taken"
        NOT_NOW = "not_now"
        NO = "no"
        EXPIRED = "expired"
        WITHDRAWN = "withdrawn"

    id = RandomIdField()
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="offers")
    volunteer = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="offers")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    minutes = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    reached = models.BooleanField(default=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer"], condition=Q(state="pending"), name="one_pending_offer"
            )
        ]

    def __str__(self) -> str:
        return f"offer {self.id}"


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def open(self) -> ConversationQuerySet:
        return self.filter(ended_at=None)

    def of(self, person: Person) -> ConversationQuerySet:
        """Those in which a person has a seat of either side."""
        return self.filter(Q(seeker=person) | Q(volunteer=person))


class Conversation(models.Model):
    """Two people, a room, and how it ended. Kept 7 days after its end: who met whom.

    From ``handover_at`` on time costs the seeker nothing: only what the clock had used until then
    (``handover_used_ms``) counts. At what level of a crisis that was is kept nowhere.
    ``goes_on``: begun just after another of the same seeker, which it continues. ``tallied``: its time is
    in the day totals, and of all its instants the day is left.
    """

    class Ending(models.TextChoices):
        SAID_GOODBYE = "said_goodbye"
        TIME = "time"
        AWAY = "away"
        DECLINED = "declined"
        NOT_COME = "not_come"
        EXIT = "exit"
        NEEDED_TO_STOP = "needed_to_stop"

    room = models.OneToOneField(
        Room, on_delete=models.CASCADE, primary_key=True, related_name="conversation"
    )
    request = models.OneToOneField(
        Request, on_delete=models.SET_NULL, null=True, related_name="conversation"
    )
    seeker = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="talks_as_seeker")
    volunteer = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="talks_as_volunteer"
    )
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.TEXT)
    language = models.CharField(max_length=35)
    topic_names = models.JSONField(default=list)
    heavy = models.BooleanField(default=False)
    minutes = models.PositiveSmallIntegerField()
    matched_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True, blank=True)
    time_added_at = models.DateTimeField(null=True, blank=True)
    refunded = models.BooleanField(default=False)
    handover_at = models.DateTimeField(null=True, blank=True)
    handover_used_ms = models.BigIntegerField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="talks_ended"
    )
    ending = models.CharField(max_length=14, choices=Ending.choices, blank=True)
    goes_on = models.BooleanField(default=False)
    tallied = models.BooleanField(default=False)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seeker"], condition=Q(ended_at=None), name="one_open_talk_a_seeker"
            )
        ]

    def __str__(self) -> str:
        return f"conversation {self.pk}"

    def seat_of(self, person: Person) -> Seat | None:
        """The seat of one of the pair in its room, live or left; a third has none here."""
        pair = self.room.seats.exclude(role__in=ThirdSeat.Kind.values)
        return pair.filter(person=person).select_related("room").first()

    @property
    def charged(self) -> timedelta:
        """Time talked that counts for the seeker's allowance; none of a handover."""
        used: timedelta = self.room.talk_clock.used
        if self.refunded:
            return timedelta(0)
        if self.handover_used_ms is None:
            return used
        return min(used, timedelta(milliseconds=self.handover_used_ms))

    def partner_of(self, person: Person) -> Person:
        return self.volunteer if person.pk == self.seeker_id else self.seeker


class Wait(models.Model):
    """How long somebody waited and whether somebody came; nobody's. Kept 28 days, for the estimate."""

    at = models.DateTimeField(default=clock.now)
    seconds = models.PositiveIntegerField()
    met = models.BooleanField()
    languages = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.seconds} s"


class Answer(models.Model):
    """Did this help? Counted by day, linked to nobody."""

    class Choice(models.TextChoices):
        YES = "yes", _lazy("Yes")
        A_LITTLE = "a_little", _lazy("A little")
        NO = "no", _lazy("Not really")

    day = models.DateField()
    choice = models.CharField(max_length=10, choices=Choice.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "choice"], name="one_tally_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.choice}"
