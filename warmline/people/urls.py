"""Signing in, coming back, one's own account. Of allauth's pages only these exist."""

from django.contrib.auth.decorators import login_required
from django.urls import path

from warmline.people import (
    account_views,
    record_views,
    recovery_views,
    second_step,
    second_views,
    sign_in,
    views,
)

urlpatterns = [
    path("join/<str:code>/", views.join, name="join"),
    path("accounts/login/", sign_in.SignIn.as_view(), name="account_login"),
    path("accounts/second/", second_step.SecondStep.as_view(), name="mfa_authenticate"),
    path("accounts/second/lost/", recovery_views.lost, name="factor_lost"),
    path("accounts/logout/", sign_in.SignOut.as_view(), name="account_logout"),
    path(
        "accounts/password/",
        login_required(sign_in.NewPassword.as_view()),
        name="account_change_password",
    ),
    path(
        "accounts/again/",
        login_required(second_views.AskAgain.as_view()),
        name="account_reauthenticate",
    ),
    path("accounts/forgotten/", recovery_views.forgotten, name="password_forgotten"),
    path(
        "accounts/new-password/<slug:kind>/<str:name>/<str:token>/",
        recovery_views.set_password,
        name="set_password",
    ),
    path("accounts/address/<str:token>/", account_views.confirm_address, name="confirm_address"),
    path("account/", account_views.account, name="account"),
    path("account/record/", record_views.own_record, name="own_record"),
    path("account/alone/", record_views.alone_notice, name="alone_notice"),
    path("account/second/", second_views.choose, name="second_factor"),
    path("account/second/app/", second_views.new_app, name="new_app"),
    path("account/second/passkey/", second_views.new_passkey, name="new_passkey"),
    path("account/second/<int:factor_id>/remove/", second_views.remove, name="remove_factor"),
    path("account/codes/", second_views.recovery_codes, name="recovery_codes"),
    path("account/codes/new/", second_views.new_codes, name="new_recovery_codes"),
    path("account/sessions/end/", account_views.end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<slug:key>/end/", account_views.end_session, name="end_session"),
    path("account/address/", account_views.address, name="address"),
    path("account/address/forget/", account_views.forget_address, name="forget_address"),
    path("account/not-me/<int:recovery_id>/", recovery_views.not_me, name="not_me"),
    path("account/stop/<slug:kind>/", account_views.stop, name="stop_role"),
]
