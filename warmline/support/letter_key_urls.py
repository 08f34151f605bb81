"""A volunteer's letter key, below /volunteer/letters/key/."""

from django.urls import path

from warmline.support import letter_key_views as views

urlpatterns = [
    path("", views.key, name="letter_key"),
    path("new/", views.new, name="letter_key_new"),
    path("restore/", views.restore, name="letter_key_restore"),
    path("off/", views.take_off, name="letter_key_off"),
]
