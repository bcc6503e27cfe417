"""The three spaces of the portal; the first part of each address names whose it is."""

from django.urls import include, path

urlpatterns = [path("atelier/<slug:key>/", include("portal.workshop.urls"))]
