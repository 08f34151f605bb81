"""The volunteer's own pages."""

from django.urls import include, path

from warmline.support import (
    appeal_views,
    debrief_views,
    ground_rules_views,
    notice_views,
    plan_team_views,
    wellbeing_views,
)
from warmline.support import volunteer_views as views

urlpatterns = [
    path("", views.here, name="volunteer"),
    path("profile/", include("warmline.support.profile_urls")),
    path("rules/", ground_rules_views.accept, name="volunteer_rules"),
    path("notices/", notice_views.notices, name="notices"),
    path("notices/keep/", notice_views.keep, name="notices_keep"),
    path("notices/off/", notice_views.switch_off, name="notices_off"),
    path("ready/", views.ready, name="volunteer_ready"),
    path("done/", views.done, name="volunteer_done"),
    path("rest/", wellbeing_views.rest, name="volunteer_rest"),
    path("rest/end/", wellbeing_views.end_rest, name="volunteer_end_rest"),
    path("resting/", wellbeing_views.begin_resting, name="volunteer_begin_resting"),
    path("resting/end/", wellbeing_views.end_resting, name="volunteer_end_resting"),
    path("debrief/", debrief_views.debrief, name="debrief"),
    path("debrief/ask/", debrief_views.ask, name="debrief_ask"),
    path("debrief/take-back/", debrief_views.take_back, name="debrief_take_back"),
    path("debrief/<int:debrief_id>/take/", debrief_views.take, name="debrief_take"),
    path("debrief/room/<int:room_id>/", debrief_views.room, name="debrief_room"),
    path("debrief/room/<int:room_id>/ticket/", debrief_views.ticket, name="debrief_ticket"),
    path("debrief/room/<int:room_id>/state/", debrief_views.state, name="debrief_state"),
    path("debrief/room/<int:room_id>/end/", debrief_views.end, name="debrief_end"),
    path("debrief/room/<int:room_id>/over/", debrief_views.over, name="debrief_over"),
    path("appeal/<int:reader_id>/", appeal_views.appeal_task, name="appeal_task"),
    path(
        "appeal/<int:reader_id>/answer/",
        appeal_views.appeal_task_answer,
        name="appeal_task_answer",
    ),
    path("plans/", plan_team_views.teams, name="plan_teams"),
    path("plans/<int:plan_id>/answer/", plan_team_views.answer, name="plan_team_answer"),
    path("plans/<int:plan_id>/end/", plan_team_views.end, name="plan_team_end"),
    path("third/", include("warmline.support.third_urls")),
    path("letters/key/", include("warmline.support.letter_key_urls")),
    path("letters/", include("warmline.support.volunteer_letter_urls")),
    path("appointments/", include("warmline.support.volunteer_appointment_urls")),
    path("here/", views.still_here, name="volunteer_here"),
    path("offer/", views.offer_part, name="volunteer_offer"),
    path("offers/<int:offer_id>/take/", views.offer_take, name="offer_take"),
    path("offers/<int:offer_id>/not-now/", views.offer_not_now, name="offer_not_now"),
    path("offers/<int:offer_id>/no/", views.offer_no, name="offer_no"),
]
