"""The coordinators' desk, below /desk/."""

from django.urls import include, path

from warmline.desk import (
    invite_views,
    report_views,
    rules_views,
    settings_views,
    text_views,
    topic_views,
    views,
)

urlpatterns = [
    path("", views.desk, name="desk"),
    path("welcome/", views.welcome, name="desk_welcome"),
    path("invite/", invite_views.invite, name="desk_invite"),
    path("invite/<int:invitation_id>/withdraw/", invite_views.withdraw, name="desk_withdraw"),
    path("topics/", topic_views.catalogue, name="desk_topics"),
    path("topics/<slug:slug>/", topic_views.change, name="desk_topic"),
    path("topics/<slug:slug>/retire/", topic_views.retire, name="desk_retire"),
    path("topics/<slug:slug>/bring-back/", topic_views.bring_back, name="desk_bring_back"),
    path("rules/", rules_views.overview, name="desk_rules"),
    path("rules/accepted/", rules_views.accepted, name="desk_rules_accepted"),
    path("rules/<slug:audience>/begin/", rules_views.begin, name="desk_rules_begin"),
    path("rules/<slug:audience>/<int:number>/", include("warmline.desk.rules_urls")),
    path("texts/", text_views.catalogue, name="desk_texts"),
    path("texts/<slug:key>/", text_views.change, name="desk_text"),
    path("settings/", settings_views.community, name="desk_settings"),
    path("settings/numbers/", settings_views.numbers, name="desk_numbers"),
    path("reports/", report_views.report_list, name="desk_reports"),
    path("reports/<int:report_id>/", report_views.report, name="desk_report"),
    path("reports/<int:report_id>/read/", report_views.open_report, name="desk_report_read"),
    path("reports/<int:report_id>/decide/", report_views.decide, name="desk_report_decide"),
    path("reports/<int:report_id>/hold/", report_views.hold_back, name="desk_report_hold"),
    path("reports/second/<int:sanction_id>/", report_views.second, name="desk_second"),
    path("reports/appeal/<int:sanction_id>/", report_views.appeal, name="desk_appeal"),
    path(
        "reports/appeal/<int:sanction_id>/answer/",
        report_views.answer_appeal,
        name="desk_appeal_answer",
    ),
]
