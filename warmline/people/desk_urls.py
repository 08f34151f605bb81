"""The desk's page for people who cannot sign in, below /desk/sign-in/."""

from django.urls import path

from warmline.people import desk_views as views

urlpatterns = [
    path("", views.sign_in_help, name="desk_sign_in"),
    path("<int:recovery_id>/agree/", views.agree, name="desk_factor_agree"),
    path("<int:recovery_id>/refuse/", views.refuse, name="desk_factor_refuse"),
    path("link/", views.password_link, name="desk_password_link"),
]
