"""Which seat of a talk this browser may use, on which side, and the words about the other side."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from warmline.people.models import Person
from warmline.protocol.frames import ID_MAX
from warmline.rooms.models import Seat
from warmline.support.models import Conversation, Profile, TopicLevel
from warmline.support.seeking import seeker_of
from warmline.support.services import talking


def persons_of(request: HttpRequest) -> list[Person]:
    """Who this browser is: its seeker, its signed-in account, both or neither."""
    found = [seeker_of(request)]
    if request.user.is_authenticated:
        found.append(request.user.person)
    return [person for person in found if person]


def seat_of(request: HttpRequest, room_id: int) -> tuple[Conversation, Seat]:
    """The talk of a room and this browser's seat in it, settled; 404 for everybody else, a third too."""
    conversation = _talk_or_404(room_id)
    for person in persons_of(request):
        seat = conversation.seat_of(person)
        if seat:
            return talking.settle(conversation), seat
    raise Http404


def any_seat_of(request: HttpRequest, room_id: int) -> tuple[Conversation, Seat]:
    """As :func:`seat_of`, and for a third of the talk, there or gone."""
    conversation = _talk_or_404(room_id)
    persons = persons_of(request)
    thirds = conversation.room.seats.filter(person__in=persons).select_related("person", "room")
    seat = next(filter(None, map(conversation.seat_of, persons)), None) or thirds.first()
    if seat is None:
        raise Http404
    conversation = talking.settle(conversation)
    seat.refresh_from_db(fields=["left_at", "revoked_at"])
    return conversation, seat


def _talk_or_404(room_id: int) -> Conversation:
    if room_id > ID_MAX:
        raise Http404
    conversation = (
        Conversation.objects.filter(pk=room_id)
        .select_related("room", "room__talk_clock", "seeker", "volunteer", "ended_by")
        .first()
    )
    if conversation is None:
        raise Http404
    return conversation


def card_of(conversation: Conversation) -> dict[str, object]:
    """What the volunteer chose to show: own words, and topics of this talk they have been through."""
    profile = Profile.objects.filter(person=conversation.volunteer_id).first()
    if profile is None or not profile.card_shown:
        return {"text": "", "been_there": [], "backgrounds": []}
    asked = conversation.request.topics.all() if conversation.request else []
    shared = TopicLevel.objects.filter(
        person=conversation.volunteer_id, topic__in=asked, level=TopicLevel.Level.BEEN_THERE
    ).select_related("topic")
    return {
        "text": profile.card,
        "been_there": [level.topic.shown_name for level in shared if level.topic.kind == "topic"],
        "backgrounds": [level.topic.shown_name for level in shared if level.topic.kind != "topic"],
    }


def line_about_other(conversation: Conversation, seat: Seat) -> str:
    """One line under the other's alias."""
    if seat.role == "volunteer":
        names = [_(name) for name in conversation.topic_names]
        return (
            _("Wants to talk about: {topics}").format(topics=", ".join(names))
            if names
            else _("Just to talk")
        )
    lived = card_of(conversation)["been_there"]
    if lived:
        return _("Volunteer · has lived with {topics}").format(topics=_listed(lived))  # type: ignore[arg-type]
    return _("Volunteer")


def ending_sentence(conversation: Conversation, seat: Seat) -> str:
    """Why it is over, in kind words for this side."""
    ending, by_me = conversation.ending, conversation.ended_by_id == seat.person_id
    if ending == Conversation.Ending.TIME:
        return _("The time for this talk is over. Thank you for being here.")
    if ending == Conversation.Ending.AWAY:
        return _("The line was gone for too long, so this talk has ended. It is nobody's fault.")
    if ending == Conversation.Ending.NOT_COME:
        return (
            _("You did not come in, so your listener was set free. You can ask again any time.")
            if seat.role == "seeker"
            else _("They did not come in. It is nobody's fault. You are free again.")
        )
    if ending == Conversation.Ending.DECLINED:
        return _("This talk did not begin. No reason is needed. You are free again.")
    if ending == Conversation.Ending.NEEDED_TO_STOP and not by_me:
        return _(
            "Your listener needed to stop, and it is not your fault. You deserve a listener who is "
            "fully here. This time does not count against you."
        )
    if by_me:
        return _("You ended the talk. That is always all right.")
    if ending == Conversation.Ending.EXIT:
        left = _("They had to leave. It is not because of you.")
        free = _("This time does not count against you.")
        return f"{left} {free}" if conversation.refunded else left
    if seat.role == "seeker":
        return _(
            "Your listener has ended the talk. Thank you for your trust. You are welcome back."
        )
    return _("They have ended the talk. Thank you for being there.")


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return _("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])
