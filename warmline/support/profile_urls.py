"""The volunteer's own profile, below /volunteer/profile/."""

from django.urls import path

from warmline.support import profile_views as views

urlpatterns = [
    path("", views.overview, name="profile"),
    path("languages/", views.languages_step, name="profile_languages"),
    path("topics/", views.topics_step, name="profile_topics"),
    path("card/", views.card_step, name="profile_card"),
    path("limits/", views.limits_step, name="profile_limits"),
]
