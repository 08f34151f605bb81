"""A shared plan, for the seeker."""

from django.urls import path

from warmline.support import plan_views

urlpatterns = [
    path("", plan_views.plan, name="plan"),
    path("about/", plan_views.about, name="plan_about"),
    path("answer/", plan_views.answer, name="plan_answer"),
    path("wish/", plan_views.wish, name="plan_wish"),
    path("agree/", plan_views.agree, name="plan_agree"),
    path("change/", plan_views.change, name="plan_change"),
    path("decline/", plan_views.decline, name="plan_decline"),
    path("go-on/", plan_views.go_on, name="plan_go_on"),
    path("end/", plan_views.end, name="plan_end"),
]
