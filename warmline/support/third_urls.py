"""The pages of whoever joins a talk as second listener or interpreter."""

from django.urls import path

from warmline.support import third_views as views

urlpatterns = [
    path("", views.calls, name="third_calls"),
    path("<int:third_id>/take/", views.take, name="third_take"),
    path("<int:third_id>/pass/", views.pass_by, name="third_pass"),
    path("room/<int:room_id>/", views.room, name="third_room"),
    path("room/<int:room_id>/ticket/", views.ticket, name="third_ticket"),
    path("room/<int:room_id>/state/", views.state, name="third_state"),
    path("room/<int:room_id>/leave/", views.leave, name="third_leave"),
    path("room/<int:room_id>/over/", views.over, name="third_over"),
]
