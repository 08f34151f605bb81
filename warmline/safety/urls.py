"""Crisis help."""

from django.urls import path

from warmline.safety import views

urlpatterns = [
    path("crisis/", views.crisis, name="crisis"),
    path("crisis/<slug:code>/", views.crisis_country, name="crisis_country"),
    path("offline.js", views.service_worker, name="service_worker"),
]
