"""The one-time set-up link."""

from django.urls import path

from warmline.desk import first_run_views

urlpatterns = [path("<str:code>/", first_run_views.set_up, name="first_run")]
