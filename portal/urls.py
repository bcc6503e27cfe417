"""The three spaces of the portal; the first part of each address names whose it is."""

from django.urls import include, path

from portal.switcher import switcher

urlpatterns = [
    path("", switcher, name="switcher"),
    path("atelier/<slug:key>/", include("portal.workshop.urls")),
    path("terrain/<slug:key>/", include("portal.field.urls")),
    path("c/<uuid:key>/", include("portal.practice.urls")),
]
