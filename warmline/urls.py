"""Every address of the service."""

from django.conf import settings
from django.urls import include, path

from warmline.availability import hours_views, notice_views
from warmline.core import privacy
from warmline.core import views as core

urlpatterns = [
    path("", include("warmline.support.urls")),
    path("volunteer/", include("warmline.support.volunteer_urls")),
    path("", include("warmline.safety.urls")),
    path("", include("warmline.people.urls")),
    path("desk/crisis-lines/", include("warmline.safety.desk_urls")),
    path("desk/sign-in/", include("warmline.people.desk_urls")),
    path("desk/", include("warmline.desk.urls")),
    path("setup/", include("warmline.desk.first_run_urls")),
    path("hours.ics", hours_views.feed, name="hours_feed"),
    path("hours/<str:token>.ics", hours_views.own_feed, name="own_hours_feed"),
    path("sw.js", notice_views.worker, name="notices_worker"),
    path("site.webmanifest", notice_views.manifest, name="manifest"),
    path("notices-on-iphone/", notice_views.iphone, name="notices_iphone"),
    path("leaving-fast/", core.leaving_fast, name="leaving_fast"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("proof/<slug:purpose>/", core.proof_challenge, name="proof"),
    path("favicon.ico", core.favicon, name="favicon"),
    path("health/live", core.live, name="health_live"),
    path("health/ready", core.ready, name="health_ready"),
    *([path("demo/", include("warmline.demo.urls"))] if settings.DEMO else []),
]

handler400 = "warmline.core.views.bad_request"
handler403 = "warmline.core.views.forbidden"
handler404 = "warmline.core.views.not_found"
handler500 = "warmline.core.views.broken"
handler429 = "warmline.people.sign_in.too_many"
