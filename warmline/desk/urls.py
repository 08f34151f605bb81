"""The coordinators' desk, below /desk/."""

from django.urls import path

from warmline.desk import invite_views, settings_views, topic_views, views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("welcome/", views.welcome, name="desk_welcome"),
    path("invite/", invite_views.invite, name="desk_invite"),
    path("invite/<int:invitation_id>/withdraw/", invite_views.withdraw, name="desk_withdraw"),
    path("topics/", topic_views.catalogue, name="desk_topics"),
    path("topics/<slug:slug>/", topic_views.change, name="desk_topic"),
    path("topics/<slug:slug>/retire/", topic_views.retire, name="desk_retire"),
    path("topics/<slug:slug>/bring-back/", topic_views.bring_back, name="desk_bring_back"),
    path("settings/", settings_views.community, name="desk_settings"),
    path("settings/numbers/", settings_views.numbers, name="desk_numbers"),
]
