"""The pages of a seeker's appointment."""

from django.urls import path

from warmline.support import appointment_views as views

urlpatterns = [
    path("", views.appointment, name="appointment"),
    path("ask/", views.ask, name="appointment_ask"),
    path("call-off/", views.call_off, name="appointment_call_off"),
    path("new-link/", views.new_link, name="appointment_new_link"),
    path("link/<str:secret>/", views.link, name="appointment_link"),
    path("open/", views.open_here, name="appointment_open"),
    path("here/", views.here, name="appointment_here"),
    path("still-here/", views.still_here, name="appointment_still_here"),
    path("wait/", views.wait, name="appointment_wait"),
]
