"""Signing in and joining. Of allauth's pages only these exist."""

from django.contrib.auth.decorators import login_required
from django.urls import path

from warmline.people import sign_in, views

urlpatterns = [
    path("join/<str:code>/", views.join, name="join"),
    path("accounts/login/", sign_in.SignIn.as_view(), name="account_login"),
    path("accounts/logout/", sign_in.SignOut.as_view(), name="account_logout"),
    path(
        "accounts/password/",
        login_required(sign_in.NewPassword.as_view()),
        name="account_change_password",
    ),
]
