"""The seeker's way, the talk, quick exit, tickets."""

from django.urls import path

from warmline.support import live, report_views, sign_off_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("begin/", views.begin, name="begin"),
    path("begin/about/", views.about, name="about"),
    path("waiting/", views.waiting, name="waiting"),
    path("waiting/here/", views.waiting_here, name="waiting_here"),
    path("waiting/news/", views.waiting_news, name="waiting_news"),
    path("waiting/leave/", views.waiting_leave, name="waiting_leave"),
    path("met/", views.met, name="met"),
    path("met/start/", views.met_start, name="met_start"),
    path("met/decline/", views.met_decline, name="met_decline"),
    path("talk/<int:room_id>/", views.talk, name="talk"),
    path("talk/<int:room_id>/ticket/", live.seat_ticket, name="talk_ticket"),
    path("talk/<int:room_id>/state/", views.talk_state, name="talk_state"),
    path("talk/<int:room_id>/end/", views.talk_end, name="talk_end"),
    path("talk/<int:room_id>/end-apart/", views.talk_end_apart, name="talk_end_apart"),
    path("begin/extra-time/", views.extra_time, name="extra_time"),
    path("talk/<int:room_id>/need-to-stop/", views.talk_need_to_stop, name="talk_need_to_stop"),
    path("talk/<int:room_id>/wait-again/", views.talk_wait_again, name="talk_wait_again"),
    path("talk/<int:room_id>/may-know/", views.talk_may_know, name="talk_may_know"),
    path("talk/<int:room_id>/more-time/", views.talk_more_time, name="talk_more_time"),
    path("talk/<int:room_id>/sign-offs/", sign_off_views.tray, name="talk_sign_offs"),
    path("talk/<int:room_id>/handover/", sign_off_views.handover, name="talk_handover"),
    path("talk/<int:room_id>/card/", sign_off_views.card, name="talk_card"),
    path("talk/<int:room_id>/card/show/", sign_off_views.show_card, name="talk_show_card"),
    path("talk/<int:room_id>/goodbye/", views.goodbye, name="goodbye"),
    path("talk/<int:room_id>/end-report/", report_views.talk_end_report, name="talk_end_report"),
    path("talk/<int:room_id>/report/", report_views.report, name="report"),
    path("paused/", report_views.paused, name="paused"),
    path("paused/<int:sanction_id>/appeal/", report_views.appeal, name="appeal"),
    path("paused/<int:sanction_id>/read/", report_views.reminder_read, name="reminder_read"),
    path("live/ticket/", live.person_ticket, name="live_ticket"),
    path("leave/", views.leave, name="leave"),
    path("exit/", views.exit_page, name="exit"),
]
