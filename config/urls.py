"""Addresses. Every route is behind a door of `providers.doors`, or a page of the account."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config import health, metrics

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("", include("portal.frame_urls")),
    path("", include("portal.urls")),
    path("compte/", include("portal.account.urls")),
    path(f"{settings.ADMIN_PATH}/", admin.site.urls),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.permission_denied"
handler404 = "portal.errors.page_not_found"
handler500 = "portal.errors.server_error"
