"""One version of the ground rules at the desk."""

from django.urls import path

from warmline.desk import rules_views

urlpatterns = [
    path("", rules_views.version, name="desk_rules_version"),
    path("add/", rules_views.add, name="desk_rules_add"),
    path("entries/<slug:key>/", rules_views.entry, name="desk_rules_entry"),
    path("entries/<slug:key>/move/", rules_views.move, name="desk_rules_move"),
    path("entries/<slug:key>/take-out/", rules_views.take_out, name="desk_rules_take_out"),
    path("approve/", rules_views.approve, name="desk_rules_approve"),
    path("publish/", rules_views.publish, name="desk_rules_publish"),
    path("withdraw/", rules_views.withdraw, name="desk_rules_withdraw"),
    path("discard/", rules_views.discard, name="desk_rules_discard"),
]
