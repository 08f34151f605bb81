"""Crisis lines at the desk, below /desk/crisis-lines/."""

from django.urls import path

from warmline.safety import desk_views as views

urlpatterns = [
    path("", views.lines, name="desk_lines"),
    path("add/", views.add, name="desk_line_add"),
    path("<int:line_id>/", views.change, name="desk_line"),
    path("<int:line_id>/checked/", views.checked, name="desk_line_checked"),
    path("<int:line_id>/take-out/", views.take_out, name="desk_line_take_out"),
    path("<int:line_id>/bring-back/", views.bring_back, name="desk_line_bring_back"),
]
