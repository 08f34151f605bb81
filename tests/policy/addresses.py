"""The service's addresses and those of a demo, so that no row is left out."""

from django.urls import include, path

from warmline import urls

urlpatterns = [*urls.urlpatterns, path("demo/", include("warmline.demo.urls"))]

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler429, handler500 = urls.handler404, urls.handler429, urls.handler500
