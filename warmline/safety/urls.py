"""Crisis help, and what became of a report."""

from django.urls import path

from warmline.safety import report_views, views

urlpatterns = [
    path("crisis/", views.crisis, name="crisis"),
    path("crisis/<slug:code>/", views.crisis_country, name="crisis_country"),
    path("report/", report_views.report_state, name="report_state"),
    path("offline.js", views.service_worker, name="service_worker"),
]
