"""The pages of letters for volunteers."""

from django.urls import path

from warmline.support import volunteer_letter_views as views

urlpatterns = [
    path("", views.letters, name="letters"),
    path("<int:room_id>/", views.here, name="letter_here"),
    path("<int:room_id>/take/", views.take, name="letter_take"),
    path("<int:room_id>/give-back/", views.give_back, name="letter_give_back"),
    path("<int:room_id>/answer/", views.answer, name="letter_answer"),
]
