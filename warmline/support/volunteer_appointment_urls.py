"""The pages of appointments for volunteers."""

from django.urls import path

from warmline.support import volunteer_appointment_views as views

urlpatterns = [
    path("", views.appointments, name="appointments"),
    path("zone/", views.choose_zone, name="appointments_zone"),
    path("<int:appointment_id>/take/", views.take, name="appointment_take"),
    path("<int:appointment_id>/give-back/", views.give_back, name="appointment_give_back"),
    path("<int:appointment_id>/come/", views.come, name="appointment_come"),
    path("<int:appointment_id>/still-here/", views.still_here, name="appointment_come_still"),
]
