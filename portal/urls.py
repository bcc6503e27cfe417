"""The three spaces of the portal; the first part of each address names whose it is."""

from django.urls import include, path

from portal import platform
from portal.api.urls import urlpatterns as api
from portal.houses import house_invitation, sign_up, sign_up_sent
from portal.invitations import invitation
from portal.switcher import switcher

urlpatterns = [
    path("", switcher, name="switcher"),
    path("invitation/<slug:house>/<str:token>/", invitation, name="invitation"),
    path("maison/<str:token>/", house_invitation, name="house_invitation"),
    path("inscription/", sign_up, name="sign_up"),
    path("inscription/envoyee/", sign_up_sent, name="sign_up_sent"),
    path("plateforme/maisons/", platform.houses, name="houses"),
    path("plateforme/maisons/inviter/", platform.house_invite, name="house_invite"),
    path(
        "plateforme/maisons/<uuid:house_invitation_id>/renvoyer/",
        platform.house_resend,
        name="house_resend",
    ),
    path(
        "plateforme/maisons/<uuid:house_invitation_id>/reprendre/",
        platform.house_revoke,
        name="house_revoke",
    ),
    path("atelier/<slug:key>/", include("portal.workshop.urls")),
    path("terrain/<slug:key>/", include("portal.field.urls")),
    path("c/<uuid:key>/", include("portal.practice.urls")),
    *api,
]
