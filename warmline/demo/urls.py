"""The links a demo server prints. Mounted with ``--demo`` only."""

from django.urls import path

from warmline.demo import views

urlpatterns = [path("enter/<str:token>/", views.enter, name="demo_enter")]
