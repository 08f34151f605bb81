"""The pages of a seeker's letter."""

from django.urls import path

from warmline.support import letter_report_views as reporting
from warmline.support import letter_views as views

urlpatterns = [
    path("", views.letter, name="letter"),
    path("about/", views.about, name="letter_about"),
    path("write/", views.write, name="letter_write"),
    path("send/", views.send, name="letter_send"),
    path("read/", views.read, name="letter_read"),
    path("find/", views.find, name="letter_find"),
    path("<int:room_id>/reply/", views.reply, name="letter_reply"),
    path("<int:room_id>/take-back/", views.take_back, name="letter_take_back"),
    path("<int:room_id>/report/", reporting.letter_report, name="letter_report"),
    path("<int:room_id>/report/part/", reporting.letter_report_part, name="letter_report_part"),
]
